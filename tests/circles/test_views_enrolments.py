"""A person's way into a programme and out of it, in the browser."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from circles.models import Enrolment, Format, Programme
from tests.circles.conftest import NOON, errors, told, url
from tests.factories import EnrolmentFactory, MembershipFactory, PersonFactory, ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

WHY = {"key": "why", "text": "Why?", "kind": "line", "choices": [], "required": True}
ANSWERED = [{"key": "why", "text": "Why?", "answer": "To grow"}]


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


@pytest.fixture
def opened():
    """A programme of two formats with one question, open until the end of today."""
    programme = ProgrammeFactory(questions=[WHY], enrols_until=date(2026, 3, 10))
    programme.formats.set(Format.objects.filter(key__in=["career_circle", "mastermind"]))
    return programme


def test_page_lists_what_is_open_with_what_ends_soonest_first(client, person, opened):
    EnrolmentFactory(programme=opened, person=person)
    always = ProgrammeFactory(name="Always", enrols_from=date(2026, 1, 1))
    MembershipFactory(person=person, circle__programme=always, circle__name="Night owls")
    ProgrammeFactory(enrols_from=date(2026, 3, 11))
    ProgrammeFactory(entry="invite")

    page = client.get(url("open_programmes")).context["page"]

    assert [(o.programme, o.is_enrolled, o.circles) for o in page] == [
        (opened, True, []),
        (always, False, ["Night owls"]),
    ]


def test_invite_only_programme_is_listed_once_it_has_days(client, person):
    invited = ProgrammeFactory(entry="invite", enrols_from=date(2026, 1, 1))

    page = client.get(url("open_programmes")).context["page"]

    assert [opening.programme for opening in page] == [invited]


def test_circle_list_announces_what_one_is_not_enrolled_in(client, person, opened):
    other = ProgrammeFactory(enrols_from=date(2026, 1, 1))
    EnrolmentFactory(programme=other, person=person)

    response = client.get(url("list"))
    filtered = client.get(url("list"), {"words": "x"})

    assert (response.context["announced"], "announced" in filtered.context) == ([opened], False)


def test_circle_list_announces_three_and_links_to_the_rest(client, person):
    ProgrammeFactory.create_batch(4, enrols_from=date(2026, 1, 1))

    page = client.get(url("list")).content.decode()

    assert page.count("<span>Enrol</span>") == 3
    assert page.count("See all 4 programmes") == 1


def test_nothing_open_says_so(client, person):
    page = client.get(url("open_programmes")).content.decode()

    assert page.count("No programme takes enrolments now") == 1


def test_person_enrols_with_a_wish_and_answers(client, person, opened):
    career = opened.formats.get(key="career_circle")

    response = client.post(url("enrol", opened), {"answer_why": "To grow", "format": career.pk})

    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.format, enrolment.answers) == (person, career, ANSWERED)
    assert told(response) == [("success", f"You are enrolled in “{opened}”.")]


def test_format_is_not_asked_where_there_is_one(client, person, programme):
    Programme.objects.update(enrols_until=date(2026, 3, 10))

    form = client.get(url("enrol", programme)).context["form"]
    client.post(url("enrol", programme))

    assert list(form.fields) == []
    assert Enrolment.objects.get().format is None


def test_person_changes_what_they_answered(client, person, opened):
    EnrolmentFactory(programme=opened, person=person, answers=ANSWERED)

    shown = client.get(url("enrol", opened)).context["form"]
    response = client.post(url("enrol", opened), {"answer_why": "To lead"})

    assert shown["answer_why"].value() == "To grow"
    assert Enrolment.objects.get().answers[0]["answer"] == "To lead"
    assert told(response) == [("success", "Your answers are saved.")]


def test_window_that_ends_meanwhile_loses_nothing_that_was_typed(client, person, opened):
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        client.force_login(person)
        response = client.post(url("enrol", opened), {"answer_why": "To grow"})

    assert errors(response) == {"__all__": ["Enrolment ended on Tuesday 10 March 2026."]}
    assert response.context["form"]["answer_why"].value() == "To grow"
    assert response.content.decode().count('value="To grow"') == 1


def test_format_taken_off_meanwhile_is_named_at_its_field(client, person, opened):
    career = opened.formats.get(key="career_circle")
    opened.formats.set(Format.objects.filter(key__in=["mastermind", "expert_hub"]))

    response = client.post(url("enrol", opened), {"answer_why": "To grow", "format": career.pk})

    assert errors(response) == {
        "format": ["This programme no longer offers that. Choose another, or any."]
    }
    assert response.context["form"]["answer_why"].value() == "To grow"


def test_wish_that_is_no_longer_offered_is_explained(client, person, opened):
    EnrolmentFactory(
        programme=opened, person=person, format=Format.objects.get(key="growth_cohort")
    )

    page = client.get(url("enrol", opened)).content.decode()

    assert page.count("“Growth cohort” is no longer offered here.") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"enrols_until": None}, "Nobody can enrol: no days are set for it."),
        (
            {"enrols_from": date(2026, 4, 1), "enrols_until": None},
            "Enrolment opens on Wednesday 1 April 2026.",
        ),
        ({"enrols_until": date(2026, 3, 1)}, "Enrolment ended on Sunday 1 March 2026."),
    ],
)
def test_closed_enrolment_says_why(client, person, opened, fields, words):
    Programme.objects.update(**fields)

    page = client.get(url("enrol", opened)).content.decode()

    assert (page.count(words), page.count('name="answer_why"')) == (1, 0)


def test_answers_stay_readable_after_enrolment_and_the_archive(client, person, opened):
    EnrolmentFactory(programme=opened, person=person, answers=ANSWERED)
    Programme.objects.update(archived_at=NOON)

    page = client.get(url("enrol", opened)).content.decode()

    assert page.count("<dt>Why?</dt><dd>To grow</dd>") == 1
    assert page.count("The programme is over, and nobody can enrol.") == 1


def test_person_withdraws_and_undoes_it(client, person, opened):
    enrolment = EnrolmentFactory(programme=opened, person=person, answers=ANSWERED)

    asked = client.get(url("withdraw", opened)).content.decode()
    client.post(url("withdraw", opened))
    after = client.get(url("enrol", opened))
    response = client.post(url("enrol_again", opened))

    assert asked.count("Do you no longer look for a circle here?") == 1
    assert (after.context["may_undo"], after.context["enrolment"]) == (True, None)
    assert after.context["form"]["answer_why"].value() == "To grow"
    assert told(response)[-1] == ("success", f"You are enrolled in “{opened}” again.")
    assert list(opened.enrolments.current()) == [enrolment]


def test_withdrawing_without_an_enrolment_changes_nothing(client, person, opened):
    for answer in (client.get(url("withdraw", opened)), client.post(url("withdraw", opened))):
        assert answer["Location"] == url("enrol", opened)
    assert Enrolment.objects.count() == 0


def test_undoing_too_late_says_so(client, person, opened):
    EnrolmentFactory(
        programme=opened, person=person, withdrawn_at=timezone.now() - timedelta(days=2)
    )

    response = client.post(url("enrol_again", opened))

    assert told(response) == [("error", "The day on which you could undo it is over.")]


def test_page_says_that_one_has_a_circle_of_the_programme(client, person, opened):
    MembershipFactory(person=person, circle__programme=opened, circle__name="Night owls")

    page = client.get(url("enrol", opened)).content.decode()

    assert page.count("You have a seat in “Night owls”, a circle of this programme.") == 1


@pytest.mark.parametrize("count", [1, 4])
def test_open_programmes_queries_do_not_grow(client, person, count, django_assert_num_queries):
    for programme in ProgrammeFactory.create_batch(count, enrols_from=date(2026, 1, 1)):
        programme.formats.set(Format.objects.filter(key="mastermind"))
        EnrolmentFactory(programme=programme, person=person)
        MembershipFactory(person=person, circle__programme=programme)
    client.get(url("open_programmes"))

    # user, programmes and their formats, own enrolments, own circles, roles, held circles
    with django_assert_num_queries(7):
        response = client.get(url("open_programmes"))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 4])
def test_enrol_page_queries_do_not_grow(client, person, opened, count, django_assert_num_queries):
    MembershipFactory.create_batch(count, person=person, circle__programme=opened)
    EnrolmentFactory(programme=opened, person=person, answers=ANSWERED)
    client.get(url("list"))

    # user, roles, programme and its formats, the latest enrolment, own circles, what was withdrawn
    # today, held circles
    with django_assert_num_queries(8):
        response = client.get(url("enrol", opened))

    assert response.context["own_circles"].count(" and ") == count - 1
