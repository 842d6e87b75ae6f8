"""Answering how it goes, putting it off, and the pages."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from circles.actions.follow_ups import (
    CannotAnswer,
    answer_follow_up,
    resume_follow_ups,
    skip_follow_up,
    stop_follow_ups,
)
from circles.follow_ups.needs import needs
from circles.models import OutcomeFollowUp
from members.models import CareerEvent
from notifications import planner
from notifications.models import Reminder
from tests.circles.conftest import NOON
from tests.factories import MembershipFactory, OutcomeFollowUpFactory, PersonFactory

JOINED = date(2025, 12, 10)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def seat():
    return MembershipFactory(circle__name="Night owls", circle__started_on=JOINED, joined_on=JOINED)


def url(name, seat):
    return reverse(f"circles:{name}", args=[seat.pk])


def planned(seat):
    rows = Reminder.objects.filter(subject=f"membership:{seat.pk}", state="planned")
    return rows.count()


def test_answering_again_replaces_and_withdraws_the_question(seat):
    planner.keep("membership", [seat.pk])

    answer_follow_up(seat, person=seat.person, months=3, people="more", comment="Well")
    answer_follow_up(seat, person=seat.person, months=3, people="same", comment="")

    answer = OutcomeFollowUp.objects.get()
    assert (answer.people, answer.comment, answer.answered_at) == ("same", "", NOON)
    assert planned(seat) == 10


def test_answer_to_a_moment_that_is_over_is_refused_in_words(seat):
    late, early = NOON + timedelta(days=92), NOON - timedelta(days=1)
    with time_machine.travel(late), pytest.raises(CannotAnswer, match="for 6 months is here"):
        answer_follow_up(seat, person=seat.person, months=3, people="more")
    with time_machine.travel(early), pytest.raises(CannotAnswer, match="Nothing is asked"):
        skip_follow_up(seat, person=seat.person)

    assert not OutcomeFollowUp.objects.exists()


def test_skipping_is_obeyed_and_can_be_thought_over(seat):
    planner.keep("membership", [seat.pk])

    skip_follow_up(seat, person=seat.person)
    skip_follow_up(seat, person=seat.person)

    assert (planned(seat), list(needs(seat.person))) == (10, [])

    answer_follow_up(seat, person=seat.person, months=3, people="more")

    assert OutcomeFollowUp.objects.get().skipped_at is None


def test_stopping_is_obeyed_and_can_be_undone(seat):
    planner.keep("membership", [seat.pk])

    stop_follow_ups(seat, person=seat.person)
    stop_follow_ups(seat, person=seat.person)

    assert (planned(seat), list(needs(seat.person))) == (0, [])

    resume_follow_ups(seat, person=seat.person)

    assert (planned(seat), len(list(needs(seat.person)))) == (12, 1)


def test_stopping_after_an_answer_keeps_the_answer(seat):
    answer_follow_up(seat, person=seat.person, months=3, people="more")

    stop_follow_ups(seat, person=seat.person)

    assert planned(seat) == 0
    assert OutcomeFollowUp.objects.get().people == "more"

    resume_follow_ups(seat, person=seat.person)

    assert planned(seat) == 10
    assert OutcomeFollowUp.objects.get().is_answered


def test_stopping_before_anything_was_asked(seat):
    seat.joined_on = NOON.date() - timedelta(days=40)
    seat.save()

    stop_follow_ups(seat, person=seat.person)

    assert planned(seat) == 0
    assert OutcomeFollowUp.objects.get().months == 3


def test_need_stands_on_the_home_page_while_it_is_open(seat):
    MembershipFactory(person=seat.person, joined_on=date(2020, 1, 1))

    [need] = needs(seat.person)

    assert need.words == "How it goes, 3 months after you joined Night owls"
    assert need.due.isoformat() == "2026-06-09T23:59:00+00:00"


def test_figures_hold_no_words_and_name_no_circle(seat):
    OutcomeFollowUpFactory(membership=seat, level=6, helped_level=4, comment="Ours alone")
    OutcomeFollowUpFactory(membership=seat, months=6, answered_at=None, skipped_at=NOON)

    [row] = OutcomeFollowUp.objects.figures()

    assert row == {
        "person_id": seat.person_id,
        "months": 3,
        "level": 6,
        "people": "more",
        "budget": "",
        "breadth": "",
        "helped_level": 4,
        "helped_people": None,
        "helped_budget": None,
        "helped_breadth": None,
    }


def test_person_answers_and_is_thanked(client, seat):
    client.force_login(seat.person)

    response = client.post(
        url("follow_up", seat),
        {"months": 3, "level": "5", "breadth": "more", "helped_breadth": "5", "comment": "Well"},
        follow=True,
    )

    answer = OutcomeFollowUp.objects.visible_to(seat.person).get()
    assert response.redirect_chain == [(url("follow_up_thanks", seat), 302)]
    assert (answer.level, answer.breadth, answer.helped_breadth) == (5, "more", 5)
    assert client.get(url("follow_up", seat)).context["form"].initial["comment"] == "Well"


def test_what_hr_records_is_shown_and_not_asked(client, seat):
    CareerEvent.objects.create(
        person=seat.person, on=date(2026, 3, 1), kind="promotion", to_level=6
    )
    type(seat.person).objects.update(job_level=6)
    client.force_login(seat.person)

    page = client.get(url("follow_up", seat))
    client.post(url("follow_up", seat), {"months": 3, "disputes_records": "on"})

    assert "HR records: level 6 since 1 March 2026. So you are not asked." in page.text
    assert OutcomeFollowUp.objects.get().disputes_records


def test_words_written_for_a_moment_that_closed_meanwhile_are_not_lost(client, seat):
    client.force_login(seat.person)

    with time_machine.travel(NOON + timedelta(days=92)):
        client.force_login(seat.person)
        page = client.post(url("follow_up", seat), {"months": 3, "comment": "A long story"})

    assert "A long story" in page.text
    assert '<input type="hidden" name="months" value="6">' in page.text
    assert page.context["form"].non_field_errors()[0].startswith("Meanwhile the question for 6")


def test_buttons_put_off_stop_and_resume(client, seat):
    client.force_login(seat.person)

    def page_after(name):
        [asked] = client.post(url(name, seat), follow=True).context["asked"]
        return asked.is_stopped, [line.answer is not None for line in asked.lines]

    assert page_after("follow_up_skip") == (False, [True])
    assert page_after("follow_up_stop") == (True, [True])
    assert page_after("follow_up_resume") == (False, [False])


@pytest.mark.parametrize("days", [-1, 2000])
def test_page_says_when_nothing_is_asked(client, seat, days):
    with time_machine.travel(NOON + timedelta(days=days)):
        client.force_login(seat.person)
        page = client.get(url("follow_up", seat))
        skipped = client.post(url("follow_up_skip", seat), follow=True)

    heading = "Nothing is asked yet" if days < 0 else "Nothing more is asked"
    assert heading in page.text
    assert "Nothing is asked about this circle now." in skipped.text


@pytest.mark.parametrize("count", [1, 4])
def test_list_queries_do_not_grow(client, count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        seat = MembershipFactory(person=person, circle__started_on=JOINED, joined_on=JOINED)
        OutcomeFollowUpFactory(membership=seat, months=3)
    client.force_login(person)

    # Person, seats, answers; circles held and roles, for the frame of the page.
    with django_assert_num_queries(5):
        response = client.get(reverse("circles:follow_ups"))

    assert len(response.context["asked"]) == count


def test_list_without_a_seat_says_why(client):
    client.force_login(PersonFactory())

    assert "Three months after you take a seat" in client.get("/follow-ups/").text
