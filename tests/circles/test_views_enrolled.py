"""Who enrolled, as organisers see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Enrolment, Format
from members.models import AuditEntry
from tests.circles.conftest import NOON, told, url
from tests.factories import EnrolmentFactory, PersonFactory, UnitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ANSWERED = [
    {"key": "days", "text": "Days?", "answer": ["Mon", "Tue"]},
    {"key": "old", "text": "Why?", "answer": "To grow"},
]


@pytest.fixture(autouse=True)
def signed_in(client, by, frozen):
    client.force_login(by)


def names(response):
    return [enrolment.person.name for enrolment in response.context["page"]]


@pytest.fixture
def three(programme):
    """Ruth, then Ali, who would like a career circle; Eve withdrew."""
    career = programme.formats.get()
    EnrolmentFactory(programme=programme, person__name="Ruth", enrolled_at=NOON)
    EnrolmentFactory(
        programme=programme,
        person__name="Ali",
        format=career,
        answers=ANSWERED,
        enrolled_at=NOON + timedelta(hours=1),
    )
    EnrolmentFactory(programme=programme, person__name="Eve", withdrawn_at=NOON)
    EnrolmentFactory(person__name="Elsewhere")
    return programme


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["Ali", "Ruth"]),
        ({"words": "rut"}, ["Ruth"]),
        ({"words": "nobody"}, []),
        ({"words": "nul\x00"}, ["Ali", "Ruth"]),
        ({"format": "career_circle"}, ["Ali"]),
        ({"format": "none"}, ["Ruth"]),
        ({"format": "no-such"}, ["Ali", "Ruth"]),
        ({"show": "withdrawn"}, ["Eve"]),
        ({"show": "withdrawn", "words": "rut"}, []),
        ({"show": "odd"}, ["Ali", "Ruth"]),
    ],
    ids=str,
)
def test_list_shows_the_latest_first_and_filters(client, three, query, shown):
    assert names(client.get(url("enrolled", three), query)) == shown


def test_list_says_how_many_and_shows_answers(client, three):
    page = client.get(url("enrolled", three)).content.decode()

    assert page.count("2 people are enrolled.") == 1
    assert page.count("<dt>Days?</dt><dd>Mon, Tue</dd>") == 1
    assert page.count("1 person withdrew") == 1


def test_list_marks_a_wish_that_is_no_longer_offered(client, three):
    three.formats.set(Format.objects.filter(key="mastermind"))

    page = client.get(url("enrolled", three)).content.decode()

    assert page.count("no longer offered") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Nobody is enrolled"),
        ({"enrols_from": NOON.date()}, "Nobody has enrolled yet"),
        ({"archived_at": NOON}, "Nobody enrolled"),
    ],
)
def test_empty_list_says_why(client, programme, fields, words):
    type(programme).objects.update(**fields)

    page = client.get(url("enrolled", programme)).content.decode()

    assert page.count(f"<h2>{words}</h2>") == 1


def test_organiser_adds_a_person_once(client, programme):
    person = PersonFactory(name="Ruth Berg")

    for _ in range(2):
        response = client.post(url("enrolled_add", programme), {"person": person.pk})

    assert Enrolment.objects.get().person == person
    assert told(response)[-1] == ("success", f"Ruth Berg is enrolled in “{programme}”.")


def test_search_says_who_is_enrolled_already(client, programme):
    ruth, other = PersonFactory(name="Ruth Berg"), PersonFactory(name="Ruth Vale")
    PersonFactory(name="Ruth Gone", left_on=NOON.date())
    EnrolmentFactory(programme=programme, person=ruth)

    response = client.get(url("enrolled_add", programme), {"words": "ruth"})

    assert (response.context["people"], response.context["enrolled"]) == ([ruth, other], {ruth.pk})


@pytest.mark.parametrize(
    ("person", "message"),
    [
        ("none", "That person is no longer there. Search again."),
        ("left", "Person left has left the organisation."),
    ],
)
def test_adding_says_why_not(client, programme, person, message):
    if person == "left":
        person = PersonFactory(name="Person left", left_on=NOON.date()).pk

    response = client.post(url("enrolled_add", programme), {"person": person})

    assert told(response) == [("error", message)]


def test_organiser_removes_a_person(client, three):
    enrolment = three.enrolments.get(person__name="Ruth")
    address = url("enrolment_remove", three, enrolment)

    asked = client.get(address).content.decode()
    response = client.post(address)

    enrolment.refresh_from_db()
    assert asked.count("Ruth is no longer enrolled in") == 1
    assert (enrolment.withdrawn_at, told(response)) == (
        timezone.now(),
        [("success", "Ruth is no longer enrolled.")],
    )
    assert client.get(address)["Location"] == url("enrolled", three)


def test_enrolment_of_another_programme_is_not_found(client, three):
    other = Enrolment.objects.get(person__name="Elsewhere")

    assert client.post(url("enrolment_remove", three, other)).status_code == 404


def test_download_holds_everybody_and_their_answers(client, three, by):
    three.questions = [{"key": "days", "text": "Which days?", "kind": "line", "choices": []}]
    three.save()
    ali = three.enrolments.get(person__name="Ali").person
    ali.name, ali.unit = "=Ali()", UnitFactory(name="Sales")
    ali.save()

    response = client.get(url("enrolled_csv", three))

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == (
        "name,email,employee_number,unit,would_like,enrolled_on,Which days?,other_answers"
    )
    assert lines[1].startswith("Ruth,")
    assert lines[2] == (
        f"'=Ali(),{ali.email},{ali.employee_number},Sales,Career circle,2026-03-10,"
        '"Mon, Tue",Why? To grow'
    )
    assert len(lines) == 3
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("downloaded enrolments", by)


@pytest.mark.parametrize("count", [1, 4])
def test_list_queries_do_not_grow(client, programme, count, django_assert_num_queries):
    career = programme.formats.get()
    for _ in range(count):
        unit = UnitFactory()
        EnrolmentFactory(programme=programme, format=career, person__unit=unit, answers=ANSWERED)
    client.get(url("list"))

    # user, roles, programme and its formats, count, enrolments, formats to choose from, held
    # circles
    with django_assert_num_queries(8):
        response = client.get(url("enrolled", programme))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 4])
def test_search_queries_do_not_grow(client, programme, count, django_assert_num_queries):
    for person in PersonFactory.create_batch(count, name="Ruth Berg"):
        EnrolmentFactory(programme=programme, person=person)
    client.get(url("list"))

    # user, roles, programme, people, who is enrolled, held circles
    with django_assert_num_queries(6):
        response = client.get(url("enrolled_add", programme), {"words": "ruth"})

    assert len(response.context["enrolled"]) == count
