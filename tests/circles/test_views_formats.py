"""The editor of formats, their lists and their versions, as people use them in a browser."""

from copy import deepcopy

import pytest
from django.urls import reverse
from django.utils.html import escape

from circles.actions.circles import create_circle
from circles.actions.refusals import CannotChange
from circles.format_content import SECTIONS, content_of, mark_of
from circles.forms.formats import FORMS
from circles.models import FormatDraft, Formation, FormatVersion
from tests.circles.conftest import errors, told, url
from tests.circles.test_format_checks import SHIPPED
from tests.factories import (
    CircleFactory,
    FormatDraftFactory,
    FormatFactory,
    FormatVersionFactory,
    PersonFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def draft():
    return FormatDraftFactory()


@pytest.fixture
def editor(client, by):
    client.force_login(by)
    return client


def page(draft, section):
    return reverse("circles:format_section", args=[draft.pk, section])


def seen(draft, section):
    return SECTIONS[section].mark(content_of(FormatDraft.objects.get(pk=draft.pk)))


def rows(*names, op="save", **fields):
    data = {"row-TOTAL_FORMS": len(names), "row-INITIAL_FORMS": 0, "op": op}
    for i, (name, minutes) in enumerate(names):
        data |= {f"row-{i}-name": name, f"row-{i}-minutes": minutes, f"row-{i}-mode": "circle"}
    return data | fields


def agenda_of(draft):
    draft.refresh_from_db()
    return [(segment["name"], segment["minutes"]) for segment in draft.definition["agenda"]]


def posted(form):
    """What a browser sends for a form that nobody touched."""
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            data[field.html_name] = "on" if value is True else value
    return data


@pytest.mark.parametrize("section", FORMS)
def test_section_that_nobody_touched_says_the_same(section):
    shown = {key: FORMS[section](content=said) for key, said in SHIPPED.items()}

    forms = {key: FORMS[section](posted(form), content=SHIPPED[key]) for key, form in shown.items()}

    assert {key: form.errors for key, form in forms.items() if not form.is_valid()} == {}
    assert {key: form.write(SHIPPED[key]) for key, form in forms.items()} == SHIPPED


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


SAVED = {
    "about": (
        {"name": " Our  way ", "purpose": "To\nwalk.", "note": "Mind it."},
        "name",
        "Our way",
    ),
    "size": ({"size_min": 4, "size_max": 6, "of": "people"}, "size_max", 6),
    "cadence": ({"per_month": 4, "minutes": 45, "yearly": "on"}, "meeting_minutes", 45),
}
DEFINED = {
    "roles": (
        {"rotating_roles": "host\n\n host \r\nscribe", "role_term_months": 3},
        {"rotating_roles": ["host", "scribe"], "role_term_months": 3},
    ),
    "prompts": ({"before": "Read", "after": ""}, {"before": ["Read"], "after": []}),
    "modules": ({"modules": ["quiz", "goals"]}, {"modules": ["goals", "quiz"]}),
    "outcomes": (
        {"outcomes": ["scope"], "follow_up_months": "12, 3 and 6"},
        {"outcomes": ["scope"], "follow_up_months": [3, 6, 12]},
    ),
    "size": (
        {
            "size_min": 12,
            "size_max": 20,
            "of": "circles",
            "subgroup_min": 4,
            "subgroup_max": 6,
            "parent": "centre",
            "groups_min": 6,
            "groups_max": 8,
        },
        {
            "size": {"min": 12, "max": 20, "of": "circles", "subgroups": [4, 6]},
            "parent": {"kind": "centre", "groups": [6, 8]},
        },
    ),
    "gates": (
        {
            "goals_set": "on",
            "trainings": "on",
            "trainings_value": "3",
            "staging": "on",
            "staging_value": "2, 2, 1",
            "staging_words": "Two, two, one",
            "weeks_between_stages": "on",
        },
        {
            "gates": [
                {
                    "kind": "goals_set",
                    "value": True,
                    "words": "Every member has a goal that they share with the circle",
                },
                {"kind": "trainings", "value": 3, "words": "3 trainings come first"},
                {"kind": "staging", "value": [2, 2, 1], "words": "Two, two, one"},
                {
                    "kind": "weeks_between_stages",
                    "value": "configurable",
                    "words": "The circle decides how many weeks lie between the stages",
                },
            ]
        },
    ),
}


@pytest.mark.parametrize("section", SAVED)
def test_section_is_saved_and_leads_back(editor, draft, section):
    typed, field, value = SAVED[section]

    response = editor.post(page(draft, section), typed | {"seen": seen(draft, section)})

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert getattr(draft, field) == value


@pytest.mark.parametrize("section", DEFINED)
def test_section_writes_the_definition_and_leads_on(editor, draft, section):
    typed, parts = DEFINED[section]
    data = typed | {"seen": seen(draft, section), "op": "next"}

    response = editor.post(page(draft, section), data)

    draft.refresh_from_db()
    assert {part: draft.definition[part] for part in parts} == parts
    following = [*SECTIONS, None][list(SECTIONS).index(section) + 1]
    there = page(draft, following) if following else draft.get_absolute_url()
    assert response.url == there


SIZES = {"size_min": 4, "size_max": 6, "of": "people"}


@pytest.mark.parametrize(
    ("section", "typed", "said"),
    [
        ("about", {"name": "X"}, {"purpose": ["This field is required."]}),
        (
            "size",
            SIZES | {"size_max": 3},
            {"size_max": ["The largest size cannot be under the smallest."]},
        ),
        (
            "size",
            SIZES | {"subgroup_min": 3},
            {"subgroup_max": ["Give both, the larger one here, or neither."]},
        ),
        (
            "size",
            SIZES | {"parent": "centre"},
            {"groups_min": ["Say how many circles belong together."]},
        ),
        (
            "roles",
            {"rotating_roles": "x" * 41},
            {"rotating_roles": [f"“{'x' * 30}…” is longer than 40 letters."]},
        ),
        (
            "prompts",
            {"before": "\n".join(map(str, range(21)))},
            {"before": ["That is more than 20. Keep the ones that matter."]},
        ),
        (
            "outcomes",
            {"follow_up_months": "soon"},
            {
                "follow_up_months": [
                    "Write whole numbers with commas between them, such as 3, 6, 12."
                ]
            },
        ),
        (
            "outcomes",
            {"follow_up_months": "0, 3"},
            {"follow_up_months": ["Follow-ups are between 1 and 120 months after."]},
        ),
        (
            "gates",
            {"trainings": "on", "trainings_value": "0"},
            {"trainings_value": ["Write one whole number up to 100."]},
        ),
        (
            "gates",
            {"staging": "on", "staging_value": ""},
            {"staging_value": ["Say how many people start at each stage, such as 2, 2, 1."]},
        ),
    ],
)
def test_section_with_an_error_keeps_what_was_typed_and_saves_nothing(
    editor, draft, section, typed, said
):
    before = content_of(draft)

    response = editor.post(page(draft, section), typed)

    draft.refresh_from_db()
    assert errors(response) == said
    assert (
        response.context["form"].data.dict().items()
        >= {k: str(v) for k, v in typed.items()}.items()
    )
    assert content_of(draft) == before


def test_section_that_someone_else_changed_keeps_what_was_typed(editor, draft):
    typed = {"before": "Read", "after": ""}

    refused = editor.post(page(draft, "prompts"), typed | {"seen": "older"})
    saved = editor.post(page(draft, "prompts"), typed | {"seen": refused.context["seen"]})

    assert "while you were typing" in errors(refused)["__all__"][0]
    assert saved.url == draft.get_absolute_url()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_check_looks_at_what_is_typed_and_saves_nothing(editor, draft, headers):
    typed = {"per_month": 2, "minutes": 75, "op": "check"}

    response = editor.post(page(draft, "cadence"), typed, **headers)

    draft.refresh_from_db()
    assert (
        response.context["check"].in_words == "60 of 75 minutes are planned; 15 minutes are left."
    )
    assert draft.meeting_minutes == 60
    assert ("<html" in response.content.decode()) == (not headers)
    assert response.headers["Vary"].count("HX-Request") == 1


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


def test_pages_of_a_draft_that_is_over_lead_to_what_became_of_it(editor):
    there = FormatDraftFactory(published_as=FormatVersionFactory()).get_absolute_url()
    names = ["about", "agenda", "protocols", "protocols/new", "publish", "discard"]

    led_to = {name: editor.get(f"{there}{name}/").url for name in names}

    assert led_to == dict.fromkeys(names, there)


def test_draft_says_what_became_of_it(editor):
    published = FormatDraftFactory(published_as=FormatVersionFactory())
    discarded = FormatDraftFactory()
    editor.post(url("format_discard", discarded))

    pages = [editor.get(one.get_absolute_url()).content.decode() for one in (published, discarded)]

    assert escape(published.published_as.get_absolute_url()) in pages[0]
    assert "Take it up again" in pages[1]


def test_draft_shows_each_section_and_what_is_wrong_with_it(editor):
    draft = FormatDraftFactory(meeting_minutes=75, purpose="")

    response = editor.get(draft.get_absolute_url())

    wrong = {line["section"].key: line["problems"] for line in response.context["lines"]}
    assert wrong["about"] == ["Say what the format is for."]
    assert [key for key, problems in wrong.items() if problems] == ["about", "agenda"]


def test_format_is_begun_published_changed_and_published_again(editor, by):
    mastermind = FormatVersion.objects.get(format__key="mastermind")
    begun = editor.post(url("format_new"), {"name": "Sales circle", "copy": mastermind.pk})
    draft = FormatDraft.objects.get(name="Sales circle")
    shown = editor.get(url("format_publish", draft))
    editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})
    circle = CircleFactory(format_version=FormatVersion.objects.get(format__key="sales-circle"))
    next_draft = editor.post(reverse("circles:format_edit", args=["sales-circle"])).url
    again = FormatDraft.objects.open().get()
    editor.post(page(again, "prompts"), {"before": "Walk", "seen": seen(again, "prompts")})
    ready = editor.get(url("format_publish", again))
    done = editor.post(url("format_publish", again), {"seen": ready.context["seen"]})

    circle.refresh_from_db()
    assert (begun.url, next_draft) == (draft.get_absolute_url(), again.get_absolute_url())
    assert (ready.context["open_circles"], ready.context["base"].number) == (1, 1)
    assert told(done) == [("success", "Version 2 of “Sales circle” is out.")]
    assert circle.format_version.number == 1


def test_new_format_says_when_its_name_is_taken(editor):
    response = editor.post(url("format_new"), {"name": " Mastermind "})

    assert errors(response) == {"name": ["There is already a format with this name."]}


def test_copy_of_a_format_is_proposed(editor):
    response = editor.get(url("format_new"), {"copy": "mastermind"})

    assert response.context["form"]["name"].value() == "Mastermind of our own"


def test_shipped_format_answers_that_it_is_copied(editor):
    response = editor.post(reverse("circles:format_edit", args=["mastermind"]))

    assert [level for level, _ in told(response)] == ["error"]


def test_publishing_without_a_change_is_not_offered(editor, by):
    version = FormatVersionFactory(definition=FormatDraftFactory.build().definition)
    editor.post(reverse("circles:format_edit", args=[version.format.key]))
    draft = FormatDraft.objects.open().get()

    shown = editor.get(url("format_publish", draft))
    refused = editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})

    assert not shown.context["is_different"]
    assert errors(refused) == {
        "__all__": ["The draft says the same as version 1. There is nothing to publish."]
    }


def test_publishing_counts_the_formations_under_way(editor, by):
    version = FormatVersionFactory(definition=FormatDraftFactory.build().definition)
    programme = ProgrammeFactory()
    for state in ("draft", "published", "discarded"):
        Formation.objects.create(programme=programme, format_version=version, state=state)
    draft = FormatDraftFactory(format=version.format, copied_from=version)

    response = editor.get(url("format_publish", draft))

    assert response.context["formations"] == 1


def test_second_organiser_is_sent_to_the_version_that_was_published(editor, draft):
    mark = mark_of(content_of(draft))
    editor.post(url("format_publish", draft), {"seen": mark})

    response = editor.post(url("format_publish", draft), {"seen": mark})

    assert response.url == FormatDraft.objects.get(pk=draft.pk).published_as.get_absolute_url()
    assert [level for level, _ in told(response)][-1] == "error"


def test_draft_that_is_behind_is_compared_before_it_goes_on(editor, draft):
    first = FormatVersionFactory(definition=draft.definition)
    second = FormatVersionFactory(format=first.format, number=2)
    draft.format, draft.copied_from = first.format, first
    draft.save()

    shown = editor.get(url("format_publish", draft))
    refused = editor.post(url("format_publish", draft), {"seen": shown.context["seen"]})
    went_on = editor.post(url("format_build_on", draft))

    draft.refresh_from_db()
    assert shown.context["is_behind"]
    assert (refused.status_code, FormatVersion.objects.filter(format=first.format).count()) == (
        200,
        2,
    )
    assert (went_on.url, draft.copied_from) == (url("format_publish", draft), second)


def test_building_on_a_draft_that_is_over_says_so(editor):
    draft = FormatDraftFactory(published_as=FormatVersionFactory())

    response = editor.post(url("format_build_on", draft))

    assert [level for level, _ in told(response)] == ["error"]


def test_draft_that_cannot_be_taken_up_says_why(editor):
    version = FormatVersionFactory()
    old = FormatDraftFactory(format=version.format, copied_from=version)
    editor.post(url("format_discard", old))
    FormatDraftFactory(format=version.format, copied_from=version)

    response = editor.post(url("format_take_up", old))

    assert told(response)[-1] == (
        "error",
        "This format has another open draft by now. Work on that.",
    )


def test_archived_format_is_folded_away_and_keeps_its_page(editor):
    version = FormatVersionFactory()
    key = version.format.key
    programme = ProgrammeFactory()
    programme.formats.add(version.format)

    asked = editor.get(reverse("circles:format_archive", args=[key]))
    editor.post(reverse("circles:format_archive", args=[key]))
    listed = editor.get(url("formats")).context
    version.format.refresh_from_db()
    with pytest.raises(CannotChange, match="is archived") as refused:
        create_circle(of_format=version.format, by=None, name="X", programme=programme, capacity=6)
    its_page = editor.get(version.format.get_absolute_url())
    editor.post(reverse("circles:format_restore", args=[key]))

    assert asked.context["open_circles"] == 0
    assert version not in listed["versions"]
    assert list(listed["archived"]) == [version]
    assert refused.value.field == "of_format"
    assert "This format is archived" in its_page.content.decode()
    assert version in editor.get(url("formats")).context["versions"]


def test_shipped_format_cannot_be_archived(editor):
    address = reverse("circles:format_archive", args=["mastermind"])

    asked, refused = editor.get(address), editor.post(address)

    assert asked.url == refused.url
    assert [level for level, _ in told(refused)] == ["error"]


def test_members_see_formats_and_no_drafts(client, draft):
    client.force_login(PersonFactory())

    response = client.get(url("formats"))

    assert draft.name not in response.content.decode()
    assert "manages" not in response.context


def test_format_counts_the_circles_that_are_behind(editor):
    old = FormatVersionFactory()
    new = FormatVersionFactory(format=old.format, number=2)
    CircleFactory(format_version=old)
    CircleFactory(format_version=old, stage="closed")
    CircleFactory(format_version=new)

    context = editor.get(old.format.get_absolute_url()).context

    assert (context["open_circles"], context["on_older"]) == (2, 1)


@pytest.mark.parametrize("count", [1, 4])
def test_list_of_formats_queries_do_not_grow(editor, count, django_assert_num_queries):
    FormatVersion.objects.all().delete()
    FormatVersionFactory.create_batch(count)
    FormatDraftFactory.create_batch(count)

    # session, person, roles, versions, archived ones, drafts
    with django_assert_num_queries(6):
        response = editor.get(url("formats"))

    assert [len(response.context[name]) for name in ("versions", "drafts")] == [count, count]


@pytest.mark.parametrize("count", [1, 4])
def test_history_queries_do_not_grow(client, count, django_assert_num_queries):
    of = FormatFactory()
    for number in range(1, count + 1):
        FormatVersionFactory(format=of, number=number, size_max=12 + number)
    client.force_login(PersonFactory())

    with django_assert_num_queries(5):  # session, person, roles, format, versions
        response = client.get(reverse("circles:format_versions", args=[of.key]))

    shown = response.context["rows"]
    assert [row["version"].number for row in shown] == list(range(count, 0, -1))
    assert [len(row.get("differences", [])) for row in shown] == [*[1] * (count - 1), 0]


def test_version_is_compared_with_the_one_before_or_the_one_asked_for(client):
    of = FormatFactory()
    versions = [FormatVersionFactory(format=of, number=n, size_max=9 + n) for n in (1, 2, 3)]
    client.force_login(PersonFactory())

    first = client.get(versions[0].get_absolute_url()).context
    third = client.get(versions[2].get_absolute_url()).context
    asked = client.get(versions[2].get_absolute_url(), {"with": "1"}).context

    assert (first["other"], first["is_newest"]) == (None, False)
    assert (third["other"], third["is_newest"]) == (versions[1], True)
    assert asked["other"] == versions[0]
    assert [c.words for c in asked["differences"][0].changes] == ["Largest size: 10 becomes 12"]
