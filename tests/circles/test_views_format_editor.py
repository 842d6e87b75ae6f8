"""The editor of a format's draft: its sections, and the check."""

import pytest
from django.urls import reverse

from circles.formats.content import SECTIONS, content_of
from circles.forms.format_choices import FORMS
from circles.models import FormatDraft
from tests.circles.conftest import errors
from tests.circles.test_format_checks import SHIPPED

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(draft, section):
    return reverse("circles:format_section", args=[draft.pk, section])


def seen(draft, section):
    return SECTIONS[section].mark(content_of(FormatDraft.objects.get(pk=draft.pk)))


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
