"""What organisers do to drafts: begin, change, publish, put away; two of them at once."""

from dataclasses import replace

import pytest

from circles.actions.format_drafts import (
    PublishedMeanwhile,
    build_on_newest,
    change_draft,
    discard_draft,
    open_draft,
    publish_draft,
    start_draft,
    take_up_draft,
)
from circles.actions.formats import archive_format, publish_formats, restore_format
from circles.actions.refusals import CannotChange
from circles.formats.content import BLANK, SECTIONS, content_of, mark_of
from circles.models import Format, FormatDraft, FormatVersion
from tests.circles.conftest import trail
from tests.circles.test_seat_races import at_once
from tests.factories import (
    CircleFactory,
    FormatDraftFactory,
    FormatFactory,
    FormatVersionFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def shipped(key="mastermind"):
    return FormatVersion.objects.select_related("format").get(format__key=key)


def publish(draft, by, **fields):
    draft = FormatDraft.objects.get(pk=draft.pk)
    return publish_draft(draft, by=by, seen=mark_of(content_of(draft)), **fields)


def rename(draft, name, by):
    """What a person does who opens the section as it is now."""
    content = content_of(FormatDraft.objects.get(pk=draft.pk))
    return change_draft(
        draft,
        lambda now: replace(now, name=name),
        section="about",
        seen=SECTIONS["about"].mark(content),
        by=by,
    )


def lengthen(draft, by):
    content = content_of(FormatDraft.objects.get(pk=draft.pk))
    agenda = content.definition["agenda"]
    longer = [*agenda, {"name": "Walk", "minutes": 10, "mode": "circle"}]

    def write(now):
        minutes = now.meeting_minutes + 10
        cadence = now.definition["cadence"] | {"minutes": minutes}
        return replace(now, meeting_minutes=minutes).define(agenda=longer, cadence=cadence)

    return change_draft(
        draft, write, section="agenda", seen=SECTIONS["agenda"].mark(content), by=by
    )


def own_format(by, name="Walking circle"):
    return publish(start_draft(name, by=by, copy_of=shipped()), by).format


def test_copy_says_what_its_original_says(by):
    draft = start_draft("Walking circle", by=by, copy_of=shipped())

    assert content_of(draft) == replace(content_of(shipped()), name="Walking circle")
    assert (draft.format, draft.copied_from, draft.edited_by) == (None, shipped(), by)
    assert trail() == [("started format draft", "Walking circle")]


def test_new_format_begins_empty(by):
    draft = start_draft("Walking circle", by=by)

    assert content_of(draft) == replace(BLANK, name="Walking circle")


@pytest.mark.parametrize("name", ["Mastermind", "MASTERMIND"])
def test_name_of_a_format_is_taken_once(by, name):
    with pytest.raises(CannotChange, match="There is already a format with this name"):
        start_draft(name, by=by)


def test_published_copy_is_a_format_of_ones_own(by):
    version = publish(start_draft("Walking circle", by=by, copy_of=shipped()), by, what_changed="!")

    assert (version.number, version.what_changed, version.published_by) == (1, "!", by)
    assert (version.format.key, version.format.name) == ("walking-circle", "Walking circle")
    assert (version.format.is_shipped, version.draft.is_open) == (False, False)
    assert trail()[-1] == ("published format", "Walking circle")


@pytest.mark.parametrize(
    ("name", "key"),
    [("New", "new-2"), ("Drafts", "drafts-2"), ("круг", "format"), ("A  b!", "a-b")],
)
def test_key_is_made_of_the_name_and_never_an_address_of_ours(by, name, key):
    assert own_format(by, name).key == key


def test_same_key_gets_a_number(by):
    FormatFactory(key="walking-circle", name="Another")

    assert own_format(by).key == "walking-circle-2"


def test_shipped_format_is_copied_and_not_changed(by):
    with pytest.raises(CannotChange, match="Copy it first"):
        open_draft(shipped().format, by=by)


def test_format_has_one_open_draft(by):
    walking = own_format(by)

    first, second = open_draft(walking, by=by), open_draft(walking, by=organiser())

    assert first == second
    assert content_of(first) == content_of(walking.versions.get())


def test_next_version_leaves_circles_where_they_are(by):
    walking = own_format(by)
    circle = CircleFactory(format_version=walking.versions.get())

    version = publish(lengthen(open_draft(walking, by=by), by), by)

    circle.refresh_from_db()
    assert (version.number, version.meeting_minutes) == (2, 100)
    assert (circle.format_version.number, circle.format_version.meeting_minutes) == (1, 90)


def test_new_name_renames_the_format_and_is_noted(by):
    walking = own_format(by)

    version = publish(rename(open_draft(walking, by=by), "Hiking circle", by), by)

    walking.refresh_from_db()
    assert (walking.name, walking.key) == ("Hiking circle", "walking-circle")
    assert version.what_changed == "Renamed from “Walking circle”."


def test_new_name_that_is_taken_is_refused(by):
    draft = open_draft(own_format(by), by=by)

    with pytest.raises(CannotChange, match="already a format with this name") as refused:
        publish(rename(draft, "Mastermind", by), by)

    assert refused.value.field == "name"


def test_draft_that_says_the_same_is_not_published(by):
    draft = open_draft(own_format(by), by=by)

    with pytest.raises(CannotChange, match="says the same as version 1"):
        publish(draft, by)


def test_draft_that_does_not_add_up_is_refused_with_its_section(by):
    draft = FormatDraftFactory(meeting_minutes=75)

    with pytest.raises(CannotChange) as refused:
        publish(draft, by)

    assert str(refused.value) == (
        "Agenda: The agenda takes 60 minutes and the meeting 75: "
        "plan 15 minutes more, or make the meeting shorter."
    )


def test_draft_that_changed_while_being_read_is_read_again(by):
    other = organiser()
    draft = start_draft("Walking circle", by=by, copy_of=shipped())
    seen = mark_of(content_of(draft))
    lengthen(draft, other)

    with pytest.raises(CannotChange, match=f"{other.name} changed the draft"):
        publish_draft(draft, by=by, seen=seen)


def test_second_to_publish_hears_what_the_first_published(by):
    other = organiser()
    draft = start_draft("Walking circle", by=by, copy_of=shipped())
    version = publish(draft, other)

    with pytest.raises(PublishedMeanwhile, match=f"{other.name} published this draft") as late:
        publish(draft, by)

    assert late.value.version == version


def test_draft_taken_up_late_is_compared_with_what_was_published_since(by):
    walking = own_format(by)
    old = lengthen(open_draft(walking, by=by), by)
    discard_draft(old, by=by)
    second = publish(rename(lengthen(open_draft(walking, by=by), by), "Hiking", by), by)
    take_up_draft(old, by=by)

    with pytest.raises(PublishedMeanwhile, match="published version 2 after") as late:
        publish(old, by)
    build_on_newest(old, by=by)
    third = publish(old, by)

    assert late.value.version == second
    assert (third.number, third.format.name) == (3, "Walking circle")


def test_building_on_the_newest_twice_changes_nothing(by):
    draft = open_draft(own_format(by), by=by)
    new = start_draft("Other", by=by)
    before = trail()

    build_on_newest(draft, by=by)
    build_on_newest(new, by=by)

    assert trail() == before


def test_change_of_one_section_lets_others_be_changed_meanwhile(by):
    draft = start_draft("Walking circle", by=by, copy_of=shipped())
    about = SECTIONS["about"].mark(content_of(draft))
    lengthen(draft, by)

    change_draft(
        draft, lambda c: replace(c, purpose="To walk."), section="about", seen=about, by=by
    )

    draft.refresh_from_db()
    assert (draft.purpose, draft.meeting_minutes) == ("To walk.", 100)


def test_change_of_the_same_section_is_refused_once(by):
    other = organiser()
    draft = start_draft("Walking circle", by=by)
    seen = SECTIONS["about"].mark(content_of(draft))
    rename(draft, "Hiking", other)

    def write(content):
        return replace(content, name="Strolling")

    with pytest.raises(CannotChange, match=f"{other.name} changed this while you were typing"):
        change_draft(draft, write, section="about", seen=seen, by=by)
    rename(draft, "Strolling", by)

    draft.refresh_from_db()
    assert (draft.name, draft.edited_by) == ("Strolling", by)


def test_saving_the_same_leaves_no_trace(by):
    draft = start_draft("Walking circle", by=organiser())

    rename(draft, "Walking circle", by)

    draft.refresh_from_db()
    assert draft.edited_by != by


def test_nameless_editor_is_called_someone(by):
    draft = FormatDraftFactory()

    with pytest.raises(CannotChange, match="Someone changed this"):
        change_draft(draft, lambda c: replace(c, name="X"), section="about", seen="", by=by)
    with pytest.raises(CannotChange, match="Someone changed the draft"):
        publish_draft(draft, by=by, seen="")


def test_discarded_draft_is_taken_up_again(by):
    draft = start_draft("Walking circle", by=by)

    discard_draft(draft, by=by)
    discard_draft(draft, by=by)
    with pytest.raises(CannotChange, match="was discarded"):
        rename(draft, "Hiking", by)
    take_up_draft(draft, by=by)
    take_up_draft(draft, by=by)

    assert list(FormatDraft.objects.open()) == [draft]
    assert [verb for verb, _ in trail()] == [
        "started format draft",
        "discarded format draft",
        "took up format draft",
    ]


def test_discarded_draft_stays_away_while_there_is_another(by):
    walking = own_format(by)
    old = open_draft(walking, by=by)
    discard_draft(old, by=by)
    open_draft(walking, by=by)

    with pytest.raises(CannotChange, match="another open draft by now"):
        take_up_draft(old, by=by)


def test_archived_format_is_offered_to_nobody_and_restored(by, programme):
    walking = own_format(by)
    programme.formats.add(walking)

    archive_format(walking, by=by)
    archive_format(walking, by=by)
    archived = (
        walking in Format.objects.offered(),
        walking in Format.objects.archived(),
        walking in Format.objects.offered_to(programme),
        FormatVersion.objects.offered().filter(format=walking).exists(),
    )
    restore_format(walking, by=by)
    restore_format(walking, by=by)

    assert archived == (False, True, True, False)
    assert walking in Format.objects.offered()
    assert [verb for verb, _ in trail()][-2:] == ["archived format", "restored format"]


def test_shipped_format_is_not_archived(by):
    with pytest.raises(CannotChange, match="comes with Peerloom"):
        archive_format(shipped().format, by=by)


def test_loading_formats_leaves_one_of_ones_own_alone(by, caplog):
    Format.objects.filter(key="mastermind").update(is_shipped=False, name="Ours")
    FormatVersion.objects.filter(format__key="mastermind").update(purpose="Ours")

    assert publish_formats() == []
    assert Format.objects.get(key="mastermind").name == "Ours"
    assert "mastermind is not loaded" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_organisers_publish_one_version():
    by, other = organiser(), organiser()
    draft = start_draft("Walking circle", by=by, copy_of=FormatVersionFactory(**_adding_up()))
    seen = mark_of(content_of(draft))

    outcomes = at_once(
        *(lambda who=who: publish_draft(draft, by=who, seen=seen) for who in (by, other))
    )

    winner = FormatVersion.objects.get(format__key="walking-circle").published_by
    late = f"{winner.name} published this draft as version 1. Compare what changed."
    assert outcomes == sorted(["done", late])


@pytest.mark.django_db(transaction=True)
def test_two_formats_of_one_name_are_not_both_published():
    by = organiser()
    base = FormatVersionFactory(**_adding_up())
    drafts = [start_draft("Walking circle", by=by, copy_of=base) for _ in range(2)]

    outcomes = at_once(
        *(
            lambda one=one: publish_draft(one, by=by, seen=mark_of(content_of(one)))
            for one in drafts
        )
    )

    assert outcomes == sorted(["done", "There is already a format with this name."])


def _adding_up():
    definition = FormatDraftFactory.build().definition
    return {"format__name": "Base", "definition": definition}
