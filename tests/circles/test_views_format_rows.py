"""The editor's lists of rows: a draft's agenda, and the steps of its protocols."""

from copy import deepcopy

import pytest

from tests.circles.conftest import errors, told, url
from tests.circles.test_format_checks import SHIPPED
from tests.circles.test_views_format_editor import HTMX, page, posted, seen
from tests.factories import (
    FormatDraftFactory,
)

pytestmark = pytest.mark.django_db


def rows(*names, op="save", **fields):
    data = {"row-TOTAL_FORMS": len(names), "row-INITIAL_FORMS": 0, "op": op}
    for i, (name, minutes) in enumerate(names):
        data |= {f"row-{i}-name": name, f"row-{i}-minutes": minutes, f"row-{i}-mode": "circle"}
    return data | fields


def agenda_of(draft):
    draft.refresh_from_db()
    return [(segment["name"], segment["minutes"]) for segment in draft.definition["agenda"]]


@pytest.mark.parametrize("key", ["growth_cohort", "practice_roundtable"])
def test_agenda_that_nobody_touched_says_the_same(editor, key):
    said = SHIPPED[key]
    fields = {name: getattr(said, name) for name in ("size_min", "size_max", "meeting_minutes")}
    draft = FormatDraftFactory(definition=deepcopy(said.definition), **fields)
    form = editor.get(page(draft, "agenda")).context["rows"]
    data = {"seen": seen(draft, "agenda"), "op": "save", "row-TOTAL_FORMS": len(form.forms)}
    for row in form.forms:
        data |= posted(row)

    response = editor.post(page(draft, "agenda"), data)

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert draft.definition == said.definition


def test_check_of_a_half_typed_agenda_takes_what_is_right_of_it(editor, draft):
    data = rows(("Talk", 50), ("Walk", ""), ("", ""), op="check")

    response = editor.post(page(draft, "agenda"), data, **HTMX)

    found = response.context["check"]
    assert found.in_words == "50 of 60 minutes are planned; 10 minutes are left."
    assert "“Walk” needs at least one minute." in [one.words for one in found.problems]


@pytest.mark.parametrize(
    ("op", "names"),
    [
        ("save", ["A", "B", "C"]),
        ("add", ["A", "B", "C"]),
        ("up-1", ["B", "A", "C"]),
        ("up-0", ["A", "B", "C"]),
        ("down-1", ["A", "C", "B"]),
        ("remove-1", ["A", "C"]),
        ("remove-9", ["A", "B", "C"]),
        ("up-x", ["A", "B", "C"]),
    ],
)
def test_agenda_is_saved_in_the_order_of_the_button(editor, draft, op, names):
    data = rows(("A", 1), ("B", 2), ("C", 3), ("", ""), op=op, seen=seen(draft, "agenda"))

    response = editor.post(page(draft, "agenda"), data)

    assert [name for name, _ in agenda_of(draft)] == names
    assert response.status_code == 302


@pytest.mark.parametrize(("op", "leads_away"), [("save", True), ("up-1", False)])
def test_agenda_answers_htmx_in_place_until_it_is_saved(editor, draft, op, leads_away):
    data = rows(("A", 1), ("B", 2), op=op, seen=seen(draft, "agenda"))

    response = editor.post(page(draft, "agenda"), data, **HTMX)

    assert response.status_code == 200
    assert ("HX-Redirect" in response.headers) == leads_away
    assert ('id="section-form"' in response.content.decode()) == (not leads_away)


def test_moved_segment_is_where_one_goes_on(editor, draft):
    data = rows(("A", 1), ("B", 2), op="down-0", seen=seen(draft, "agenda"))

    response = editor.post(page(draft, "agenda"), data)

    assert response.url == page(draft, "agenda") + "#row-1"


def test_agenda_with_an_error_is_rearranged_and_not_saved(editor, draft):
    data = rows(("A", 1), ("B", ""), op="down-0", seen=seen(draft, "agenda"))

    response = editor.post(page(draft, "agenda"), data, **HTMX)

    typed = [form["name"].value() for form in response.context["rows"]]
    assert (response.status_code, typed) == (422, ["B", "A"])
    assert response.context["rows"].errors[0] == {"minutes": ["Say how many minutes."]}
    assert agenda_of(draft) == [("Check-in", 60)]


def test_presenters_are_counted_and_protocols_come_along(editor, draft):
    data = rows(("Seats", 60), seen=seen(draft, "agenda"))
    presented = {"row-0-mode": "presenter", "row-0-protocol": "hot_seat"}

    refused = editor.post(page(draft, "agenda"), data | presented)
    editor.post(page(draft, "agenda"), data | presented | {"row-0-times": 2})

    draft.refresh_from_db()
    assert refused.context["rows"].errors == [{"times": ["Say how many present."]}]
    assert draft.definition["agenda"] == [
        {
            "name": "Seats",
            "minutes": 60,
            "mode": "presenter",
            "times": 2,
            "protocol": "hot_seat",
        }
    ]
    assert set(draft.definition["protocols"]) == {"hot_seat", "our_way"}


def test_agenda_that_someone_else_changed_is_kept_on_the_page(editor, draft):
    response = editor.post(page(draft, "agenda"), rows(("A", 1), seen="older"), **HTMX)

    assert response.status_code == 422
    assert "while you were typing" in response.context["problem"]
    assert agenda_of(draft) == [("Check-in", 60)]


def test_agenda_has_at_most_thirty_segments(editor, draft):
    data = rows(*[(f"Part {n}", 1) for n in range(32)], seen=seen(draft, "agenda"))

    response = editor.post(page(draft, "agenda"), data)

    assert response.context["rows"].non_form_errors() == ["Please submit at most 30 forms."]


def protocol(*steps, op="save", name="Round", **fields):
    return rows(*steps, op=op, name=name, **fields)


def test_own_protocol_is_written_step_by_step(editor, draft):
    new = url("format_protocol_new", draft)
    data = protocol(("Ask", 5), ("Each", 1), seen=seen(draft, "protocols"), **{"row-1-each": "on"})

    moved = editor.post(new, data | {"op": "up-1"})
    editor.post(new, data)

    draft.refresh_from_db()
    assert [form["name"].value() for form in moved.context["rows"]] == ["Each", "Ask"]
    assert draft.definition["protocols"]["round"] == {
        "name": "Round",
        "steps": [{"name": "Ask", "minutes": 5}, {"name": "Each", "minutes_per_person": 1}],
    }


@pytest.mark.parametrize("name", ["Hot seat", "New", "Our way"])
def test_own_protocol_never_takes_the_key_of_another(editor, draft, name):
    data = protocol(("Ask", 5), name=name, seen=seen(draft, "protocols"))

    editor.post(url("format_protocol_new", draft), data)

    draft.refresh_from_db()
    key = name.lower().replace(" ", "_") + "_2"
    assert draft.definition["protocols"][key]["name"] == name


def test_own_protocol_is_changed_under_its_key(editor, draft):
    address = url("format_protocol", draft, "our_way")
    shown = editor.get(address)
    data = protocol(("Walk", 9), name="Our walk", seen=shown.context["seen"])

    editor.post(address, data)

    draft.refresh_from_db()
    changed = {"name": "Our walk", "steps": [{"name": "Walk", "minutes": 9}]}
    assert draft.definition["protocols"] == {"our_way": changed}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (protocol(("", "")), {"__all__": ["A protocol has at least one step."]}),
        (
            protocol(("Ask", 5), name="!"),
            {"name": ["Write a name with at least one letter in it."]},
        ),
        (protocol(("Ask", "")), {}),
        (protocol(("Ask", 5), op="check"), {}),
    ],
)
def test_protocol_that_is_not_ready_is_not_saved(editor, draft, data, said):
    response = editor.post(url("format_protocol_new", draft), data)

    draft.refresh_from_db()
    assert errors(response) == said
    assert list(draft.definition["protocols"]) == ["our_way"]


def test_protocol_that_someone_else_changed_is_kept_on_the_page(editor, draft):
    response = editor.post(url("format_protocol_new", draft), protocol(("Ask", 5), seen="older"))

    assert "while you were typing" in errors(response)["__all__"][0]


def test_shipped_protocol_is_copied(editor, draft):
    response = editor.get(url("format_protocol_new", draft), {"copy": "troika"})

    assert response.context["form"]["name"].value() == "Troika consulting, our way"
    assert len(response.context["rows"].forms) == 5


@pytest.mark.parametrize(
    ("used", "level"), [("our_way", "error"), ("", "success")], ids=["used", "unused"]
)
def test_protocol_is_taken_out_unless_the_agenda_uses_it(editor, draft, used, level):
    draft.definition["agenda"][0]["protocol"] = used
    draft.save()

    response = editor.post(url("format_protocol", draft, "our_way"), {"op": "delete"})

    draft.refresh_from_db()
    assert [said for said, _ in told(response)] == [level]
    assert ("our_way" in draft.definition["protocols"]) == (level == "error")


@pytest.mark.parametrize("key", ["hot_seat", "nobody_knows"])
def test_protocol_that_is_not_ones_own_has_no_page(editor, draft, key):
    assert editor.get(url("format_protocol", draft, key)).status_code == 404


def test_unknown_section_has_no_page(editor, draft):
    assert editor.get(page(draft, "magic")).status_code == 404


def test_protocols_are_listed_ones_own_first(editor, draft):
    context = editor.get(page(draft, "protocols")).context

    assert [protocol.name for protocol in context["own"]] == ["Our way"]
    assert len(context["shipped"]) == 8
