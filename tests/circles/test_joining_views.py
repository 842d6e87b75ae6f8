from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Application, Circle, Leave, Membership, Offer, WaitlistEntry
from tests.circles.conftest import errors, told, url
from tests.factories import (
    ApplicationFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    WaitlistEntryFactory,
    organiser,
)

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"key": "why", "text": "Why this circle?", "kind": "text", "required": True},
    {"key": "level", "text": "Your level?", "kind": "choice", "choices": ["New", "Old hand"]},
    {"key": "days", "text": "Which days?", "kind": "several", "choices": ["Mon", "Tue"]},
    {"key": "travel", "text": "Do you travel?", "kind": "yes_no"},
    {"key": "hint", "text": "Anything else?", "required": False},
]
ANSWERED = {"why": "To grow", "level": "New", "days": ["Mon", "Tue"], "travel": "No"}
TYPED = {f"answer_{key}": answer for key, answer in ANSWERED.items()}


@pytest.fixture
def held(client):
    """An appointment of the person who is signed in."""
    held = FacilitationFactory(circle__programme__entry="apply", circle__name="Owls")
    client.force_login(held.person)
    return held


@pytest.fixture
def person(client):
    person = PersonFactory(name="Ada Lovelace")
    client.force_login(person)
    return person


def test_inviting_searches_chooses_and_holds_a_seat(client, held):
    guest = PersonFactory(name="Ruth Berg")
    people = url("people", held.circle)
    found = client.get(people, {"words": "ruth"}).content.decode()
    chosen = client.get(people, {"person": guest.pk}).content.decode()

    response = client.post(url("invite", held.circle), {"person": guest.pk, "message": "Come"})

    assert found.count(f"{people}?person={guest.pk}#invite") == 1
    assert chosen.count("Invite Ruth Berg") == 1
    assert told(response) == [
        ("success", "Ruth Berg is invited, and a seat is held until they answer.")
    ]
    offer = Offer.objects.get()
    assert (offer.person, offer.message, offer.made_by) == (guest, "Come", held.person)
    assert client.get(people).content.decode().count("Invited · held until") == 1


def test_invitation_that_is_refused_stands_at_the_form(client, held):
    seated = MembershipFactory(circle=held.circle, person__name="Ruth Berg").person

    response = client.post(url("invite", held.circle), {"person": seated.pk})

    assert response.status_code == 422
    assert errors(response) == {"__all__": ["Ruth Berg has a seat in this circle already."]}


@pytest.mark.parametrize("person", ["", "abc", "9" * 30, "0"])
def test_people_page_survives_an_impossible_choice(client, held, person):
    assert client.get(url("people", held.circle), {"person": person}).status_code == 200
    assert client.post(url("invite", held.circle), {"person": person}).status_code == 422


def test_withdrawing_says_what_happens_and_a_turn_in_line_stays(client, held):
    invited = OfferFactory(circle=held.circle, person__name="Ruth Berg")
    turn = OfferFactory(circle=held.circle, reason="waitlist")

    answers = [client.post(url("offer_withdraw", offer)) for offer in (invited, turn)]

    assert told(answers[0]) == [("success", "The seat is no longer held for Ruth Berg.")]
    assert Offer.objects.open().get() == turn
    assert len(told(answers[1])) == 2


@pytest.mark.parametrize("count", [1, 4])
def test_people_page_queries_do_not_grow(client, held, count, django_assert_num_queries):
    circle = held.circle
    Circle.objects.filter(pk=circle.pk).update(capacity=30)
    for _ in range(count):
        OfferFactory(circle=circle)
        OfferFactory(circle=circle, state="declined", answered_at=timezone.now())
        ApplicationFactory(circle=circle)
        WaitlistEntryFactory(circle=circle)
        seat = MembershipFactory(circle=circle)
        Leave.objects.create(membership=seat, began_on="2026-01-01", back_by="2099-01-01")

    # User, roles, circle twice, facilitators; offers open and answered; applications read and
    # counted; line; on leave; circles held, for the navigation and the permission.
    with django_assert_num_queries(12):
        response = client.get(url("people", circle))

    for name in ("offers", "answered", "applications", "line", "away"):
        assert (name, len(response.context[name])) == (name, count)


def test_organiser_sees_how_many_ask_and_not_what_they_wrote(client, held):
    ApplicationFactory(circle=held.circle, person__name="Bo Lind")
    client.force_login(organiser())

    page = client.get(url("people", held.circle)).content.decode()

    assert page.count("1 application waits") == 1
    assert page.count("Bo Lind") == 0


def test_applying_asks_the_programmes_questions_and_says_who_reads(client, person):
    circle = CircleFactory(programme__entry="apply", programme__questions=QUESTIONS)
    FacilitationFactory(circle=circle)
    page = client.get(url("apply", circle)).content.decode()

    missing = client.post(url("apply", circle), {"answer_level": "New"})
    response = client.post(url("apply", circle), TYPED)

    assert page.count("Only the circle’s facilitators read this; organisers, should it") == 1
    assert missing.status_code == 422
    assert response["Location"] == circle.get_absolute_url()
    answers = {each["key"]: each["answer"] for each in Application.objects.get().answers}
    assert answers == ANSWERED


@pytest.mark.parametrize(
    ("approval", "facilitated", "words"),
    [
        ("facilitator", False, "Only organisers read this, because nobody who works here"),
        ("vote", True, "members and facilitators read this, because the circle votes. After"),
        ("vote", False, "organisers too, if the vote has no result"),
    ],
)
def test_form_says_honestly_who_reads(client, person, approval, facilitated, words):
    circle = CircleFactory(
        programme__entry="apply", programme__approval=approval, programme__questions=QUESTIONS[:1]
    )
    if facilitated:
        FacilitationFactory(circle=circle)

    assert client.get(url("apply", circle)).content.decode().count(words) == 1


def test_applying_where_one_cannot_says_why(client, person):
    response = client.post(url("apply", CircleFactory(programme__entry="invite")))

    assert response.context["obstacle"] == "People get a seat in this circle by invitation."
    assert not Application.objects.exists()


def test_applicant_reads_and_takes_back_their_own(client, person):
    answers = [{"key": "days", "text": "Which days?", "answer": ["Mon", "Tue"]}]
    application = ApplicationFactory(person=person, answers=answers)
    page = client.get(url("application", application)).content.decode()

    response = client.post(url("application_withdraw", application))

    assert page.count("Mon, Tue") == 1
    assert told(response) == [("success", "You no longer ask for this seat.")]
    assert Application.objects.get().state == "withdrawn"


def test_facilitator_decides_on_the_page(client, held):
    application = ApplicationFactory(circle=held.circle, person__name="Bo Lind")
    decide = url("application_decide", application)

    unsaid = client.post(decide, {"words": "Hello"})
    response = client.post(decide, {"words": "Hello", "decision": "accept"})

    assert unsaid.status_code == 422
    assert response["Location"] == url("people", held.circle)
    assert told(response) == [("success", "Bo Lind is told.")]
    assert Membership.objects.current().get().person == application.person


def test_deciding_twice_says_that_it_is_decided(client, held):
    application = ApplicationFactory(circle=held.circle)
    Circle.objects.filter(pk=held.circle_id).update(stage="paused")

    response = client.post(url("application_decide", application), {"decision": "accept"})

    assert told(response)[0][0] == "error"


def test_member_votes_on_the_page_and_only_there(client):
    seat = MembershipFactory(circle__programme__entry="apply", circle__programme__approval="vote")
    MembershipFactory.create_batch(2, circle=seat.circle)
    application = ApplicationFactory(circle=seat.circle)
    client.force_login(seat.person)
    vote = url("application_vote", application)

    neither = client.post(vote)
    cast = client.post(vote, {"in_favour": "yes"})
    page = client.get(url("application", application)).content.decode()

    assert (told(neither)[0][0], cast.status_code) == ("error", 302)
    assert page.count("You are in favour.") == 1
    assert application.votes.get().in_favour


def test_facilitator_has_no_vote(client, held):
    held.circle.programme.approval = "vote"
    held.circle.programme.save()
    MembershipFactory(circle=held.circle)
    application = ApplicationFactory(circle=held.circle)

    page = client.get(url("application", application)).content.decode()
    response = client.post(url("application_vote", application), {"in_favour": "yes"})

    assert page.count("It comes to you if the vote has no result.") == 1
    assert told(response)[0][0] == "error"


def test_going_on_leave_and_a_day_that_cannot_be(client, person):
    seat = MembershipFactory(person=person)
    today = timezone.localdate()

    refused = client.post(url("leave_take", seat.circle), {"back_by": today})
    response = client.post(url("leave_take", seat.circle), {"back_by": today + timedelta(days=30)})

    assert errors(refused) == {"back_by": ["Choose a day after today."]}
    assert response["Location"] == seat.circle.get_absolute_url()
    assert Leave.objects.get().membership == seat
    assert client.get(url("leave_take", seat.circle)).status_code == 200


def test_moving_lists_circles_of_the_programme_and_moves(client, person):
    seat = MembershipFactory(person=person)
    to = CircleFactory(programme=seat.circle.programme)
    CircleFactory(programme=seat.circle.programme, stage="paused")
    CircleFactory()

    page = client.get(url("move", seat.circle))
    response = client.post(url("move_to", seat.circle, to))

    assert page.context["choices"] == [to]
    assert response["Location"] == to.get_absolute_url()
    assert Membership.objects.current().get().moved_from == seat


def test_moving_to_a_full_circle_says_that_one_waits(client, person):
    seat = MembershipFactory(person=person)
    to = CircleFactory(programme=seat.circle.programme, capacity=3)
    MembershipFactory.create_batch(3, circle=to)

    response = client.post(url("move_to", seat.circle, to))

    assert told(response)[0][1].startswith("You are in line for")
    assert WaitlistEntry.objects.get().moves_from == seat


def test_moving_to_another_programme_is_refused(client, person):
    seat, to = MembershipFactory(person=person), CircleFactory()

    response = client.post(url("move_to", seat.circle, to))

    assert told(response) == [("error", "One moves only between circles of the same programme.")]


def test_moving_where_one_asks_carries_the_old_seat_along(client, person):
    seat = MembershipFactory(person=person, circle__programme__entry="apply")
    to = CircleFactory(programme=seat.circle.programme)

    response = client.post(url("move_to", seat.circle, to))
    client.post(response["Location"])

    assert response["Location"] == f"{url('apply', to)}?from={seat.pk}"
    assert Application.objects.get().moves_from == seat


@pytest.mark.parametrize("named", ["abc", "9" * 25, "0"])
def test_asking_with_a_seat_that_is_not_ones_own_gives_up_nothing(client, person, named):
    client.post(f"{url('apply', CircleFactory(programme__entry='apply'))}?from={named}")

    assert Application.objects.get().moves_from is None
