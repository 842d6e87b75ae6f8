import re

import pytest
from django.db.models.signals import pre_save

from circles.models import Format, FormatVersion, Programme
from tests.circles.conftest import errors, told, url
from tests.factories import CircleFactory, EnrolmentFactory, ProgrammeFactory

RULES = {
    "time_zone": "UTC",
    "entry": "open",
    "approval": "facilitator",
    "offer_hours": "72",
    "starters": "organisers",
    "supporters_needed": "4",
    "term_months": "6",
    "renewal": "vote",
    "smallest_group": "5",
}
KEY = "5b0bff5c-4c3c-4a5e-9a3c-6a3b3f3a8d11"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, by):
    client.force_login(by)


def test_new_programme_is_set_up_once(client, by):
    career, mastermind = (Format.objects.get(key=key) for key in ("career_circle", "mastermind"))
    form = RULES | {
        "name": "Step up",
        "purpose": "For all",
        "formats": [career.pk, mastermind.pk],
        "starts_on": "2026-01-01",
        "ends_on": "",
        "smallest_group": "8",
        "form_key": KEY,
    }

    answers = [client.post(url("programme_create"), form) for _ in range(2)]

    programme = Programme.objects.get()
    assert {answer["Location"] for answer in answers} == {programme.get_absolute_url()}
    assert (programme.smallest_group, programme.created_by) == (8, by)
    assert set(programme.formats.all()) == {career, mastermind}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "STEP UP", "There is already a programme with this name."),
        ("name", "x\x00", "Null characters are not allowed."),
        ("purpose", "x" * 2001, "Ensure this value has at most 2000 characters (it has 2001)."),
        ("formats", [], "Choose at least one format."),
        ("ends_on", "2025-12-31", "The last day cannot come before the first."),
        ("ends_on", "soon", "Enter a valid date."),
        ("smallest_group", "4", "Reports always hide groups under 5 people."),
        ("smallest_group", "", "Reports always hide groups under 5 people."),
        ("enrols_until", "2026-01-31", "Enrolment cannot end before it begins."),
        (
            "time_zone",
            "Mars/Olympus",
            "We know no such time zone. Choose one from the list, such as Europe/Berlin.",
        ),
        ("entry", "lottery", "Select a valid choice. lottery is not one of the available choices."),
        ("offer_hours", "3", "Give a whole number of hours between 4 and 720."),
        ("supporters_needed", "13", "Give a whole number of people between 2 and 12."),
        ("term_months", "half", "Give a whole number of months between 1 and 60."),
    ],
)
def test_programme_says_what_is_wrong(client, field, value, message):
    ProgrammeFactory(name="Step up")
    form = RULES | {
        "name": "Other",
        "formats": [Format.objects.get(key="mastermind").pk],
        "starts_on": "2026-01-01",
        "enrols_from": "2026-02-01",
    }

    response = client.post(url("programme_create"), form | {field: value})

    assert errors(response) == {field: [message]}
    assert Programme.objects.count() == 1


def test_programme_edit_keeps_its_own_name(client, programme):
    form = RULES | {
        "name": programme.name.upper(),
        "formats": [Format.objects.get(key="mastermind").pk],
        "smallest_group": "6",
    }

    response = client.post(url("programme_edit", programme), form)

    changed = Programme.objects.get()
    assert response["Location"] == changed.get_absolute_url()
    assert (changed.name, changed.smallest_group) == (programme.name.upper(), 6)
    assert [each.key for each in changed.formats.all()] == ["mastermind"]


def test_programme_edit_refuses_to_show_smaller_groups_once_there_are_circles(client):
    circle = CircleFactory(programme__smallest_group=8)
    form = RULES | {
        "name": "Other",
        "formats": [Format.objects.get(key="mastermind").pk],
        "smallest_group": "7",
    }

    response = client.post(url("programme_edit", circle.programme), form)

    assert errors(response) == {
        "smallest_group": [
            "This programme has circles, whose people were promised groups of at least 8."
            " You can raise the number, and not lower it."
        ]
    }


def test_programme_edit_says_whose_wish_is_no_longer_offered(client, programme):
    EnrolmentFactory(programme=programme, format=programme.formats.get())
    EnrolmentFactory(programme=programme)
    mastermind = Format.objects.get(key="mastermind")

    form = RULES | {"name": programme.name, "formats": [mastermind.pk]}
    response = client.post(url("programme_edit", programme), form)

    assert told(response) == [
        ("success", f"“{programme.name}” is changed."),
        (
            "warning",
            "1 person who enrolled would like a format that is not offered now."
            " Any format counts for them.",
        ),
    ]


def test_copy_of_a_programme_leads_to_its_days(client, programme):
    response = client.post(url("programme_duplicate", programme), {"name": "Spring"})

    copy = Programme.objects.get(name="Spring")
    assert (copy.copied_from, response["Location"]) == (programme, url("programme_edit", copy))
    assert list(copy.formats.all()) == list(programme.formats.all())


def test_copy_needs_a_name_of_its_own(client, programme):
    response = client.post(url("programme_duplicate", programme), {"name": programme.name})

    assert errors(response) == {"name": ["There is already a programme with this name."]}


@pytest.mark.parametrize(
    ("fields", "enrolled", "step"),
    [
        ({}, 0, "Set the days of enrolment"),
        ({"enrols_from": "2030-01-01"}, 0, "Set the questions"),
        ({"enrols_from": "2020-01-01"}, 1, "See who enrolled"),
        ({"enrols_until": "2020-01-01"}, 0, "New circle"),
    ],
)
def test_programme_page_says_the_one_next_step(client, programme, fields, enrolled, step):
    Programme.objects.update(**fields)
    EnrolmentFactory.create_batch(enrolled, programme=programme)

    page = client.get(url("programme", programme)).content.decode()

    assert page.count("button-go") == 1
    assert re.findall(r"button-go.*?<span>([^<]+)</span>", page) == [step]


def test_programme_page_says_its_rules(client, programme):
    page = client.get(url("programme", programme)).content.decode()

    assert page.count("Whoever finds a free seat takes it.") == 1
    assert page.count("Nobody can enrol: no days are set for it.") == 1


def test_programme_page_lists_all_its_circles(client, programme):
    names = ["Alpha", "Beta", "Gamma"]
    CircleFactory(name="Gamma", programme=programme, stage="closed")
    CircleFactory(name="Alpha", programme=programme, visibility="hidden")
    CircleFactory(name="Beta", programme=programme)
    CircleFactory(name="Elsewhere")

    response = client.get(url("programme", programme))
    closed = client.get(url("programme", programme), {"stage": "closed"})
    worded = client.get(url("programme", programme), {"words": "bet"})

    assert [circle.name for circle in response.context["page"]] == names
    assert [circle.name for circle in closed.context["page"]] == ["Gamma"]
    assert [circle.name for circle in worded.context["page"]] == ["Beta"]


def test_archived_programme_moves_down_the_list_and_back(client, programme):
    CircleFactory(programme=programme)
    asked = client.get(url("programme_archive", programme)).content.decode()
    assert asked.count("It has 1 open circle;") == 1

    client.post(url("programme_archive", programme))
    listed = client.get(url("programmes")).context
    assert (list(listed["page"]), list(listed["archived"])) == ([], [programme])
    assert client.get(url("programme_archive", programme)).status_code == 302

    client.post(url("programme_restore", programme))
    listed = client.get(url("programmes")).context
    assert (list(listed["page"]), list(listed["archived"])) == ([programme], [])


@pytest.mark.parametrize("key", ["career_circle", "expert_hub"])
def test_format_page_shows_the_agenda(client, key):
    version = FormatVersion.objects.get(format__key=key)

    page = client.get(url("format", key)).content.decode()

    assert page.count("<rect class=") == len(version.definition["agenda"])


def test_format_that_nobody_knows_is_not_found(client):
    assert client.get(url("format", "no-such")).status_code == 404


@pytest.fixture
def rival():
    """Someone takes the name after the form was checked and before it is saved."""

    def take(sender, instance, **_):
        if not sender.objects.filter(name="Rival").exists():
            sender.objects.bulk_create([sender(name="RIVAL")])

    pre_save.connect(take, sender=Programme)
    yield
    pre_save.disconnect(take, sender=Programme)


@pytest.mark.parametrize("route", ["programme_create", "programme_edit"])
def test_programme_that_loses_the_race_for_its_name_is_told(client, programme, rival, route):
    form = RULES | {
        "name": "Rival",
        "formats": [Format.objects.get(key="mastermind").pk],
    }

    args = [programme] if route == "programme_edit" else []
    response = client.post(url(route, *args), form)

    assert errors(response) == {"name": ["There is already a programme with this name."]}
