from notifications.catalogue import all_kinds


def test_every_kind_says_what_it_is_called():
    """People choose by these words: docs/reminders.md tells how to declare a kind."""
    without = [kind.name for kind in all_kinds() if kind.group == "Other"]

    assert without == []
