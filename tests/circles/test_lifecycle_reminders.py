"""The letters of a circle's life: what they say, and when they are no longer wanted."""

from datetime import date, timedelta

import pytest

from circles.actions import close_circle, reopen_circle
from circles.actions.closing import cancel_closing_round, open_closing_round, say_closing_word
from circles.actions.merges import ask_to_merge, decline_merge, merge_circles
from circles.actions.pauses import pause_circle, resume_circle
from circles.actions.renewals import cast_ballot, open_vote
from circles.actions.splits import Division, split_circle
from circles.models import Circle, Facilitation, Membership, RenewalVote
from circles.needs import needs_of
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from tests.circles.conftest import NOON
from tests.factories import (
    CircleFactory,
    ClosingWordFactory,
    FacilitationFactory,
    MembershipFactory,
    MergeRequestFactory,
    PersonFactory,
    RenewalVoteFactory,
    organiser,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)


@pytest.fixture
def circle():
    """Night owls, with six members and a facilitator."""
    circle = CircleFactory(name="Night owls", stage="active")
    MembershipFactory.create_batch(6, circle=circle)
    FacilitationFactory(circle=circle)
    return circle


def reminder(kind, person=None):
    found = Reminder.objects.filter(kind=kind, state="planned").order_by("pk")
    return (found.filter(recipient=person) if person else found).first()


def letter(kind, person=None):
    return compose(reminder(kind, person))


def said(kind, person=None):
    return " ".join(letter(kind, person).paragraphs)


def refuses(reminder):
    with pytest.raises(NoLongerWanted):
        compose(reminder)
    return True


def everyone_leaves():
    Membership.objects.update(left_on=TODAY)
    Facilitation.objects.update(ended_on=TODAY)


def test_pause_letter_says_who_why_and_until_when(circle, by):
    pause_circle(circle, by=by, words="Year end", back_by=date(2026, 4, 1))
    owed = reminder("circle_paused")

    written = compose(owed)

    assert written.heading == "Night owls pauses until Wednesday 1 April"
    assert written.paragraphs[0] == f"{by} writes: Year end"
    everyone_leaves()
    assert refuses(owed)


def test_pause_letter_without_words_or_day(circle, by):
    pause_circle(circle, by=by)
    circle.pauses.update(paused_by=None, words="Rest")

    assert (letter("circle_paused").heading, said("circle_paused")[:17]) == (
        "Night owls pauses",
        "They write: Rest ",
    )


def test_resuming_takes_back_the_pause_and_pausing_again_the_resuming(circle, by):
    pause_circle(circle, by=by)
    paused = reminder("circle_paused")
    resume_circle(circle, by=by)

    assert refuses(paused)
    assert letter("circle_resumed").heading == "Night owls goes on"
    Circle.objects.update(stage="paused")
    assert refuses(reminder("circle_resumed"))


def test_vote_letter_asks_who_has_not_voted(circle, by):
    open_vote(circle, by=by)
    voter, silent = Membership.objects.all()[:2]
    owed = reminder("renewal_vote", voter.person)
    cast_ballot(circle, person=voter.person, choice="renew")

    written = letter("renewal_vote", silent.person)

    assert written.facts == [("Vote until", "Tuesday 24 March, 12:00 (UTC)")]
    assert written.button_url.endswith(f"/circles/{circle.pk}/vote/")
    ending = letter("renewal_vote_ending", silent.person)
    assert ending.heading == "One more day to vote in Night owls"
    assert (reminder("renewal_vote", voter.person), refuses(owed)) == (None, True)
    Membership.objects.filter(pk=silent.pk).update(left_on=TODAY)
    assert refuses(reminder("renewal_vote", silent.person))
    RenewalVote.objects.update(closed_at=NOON)
    assert refuses(reminder("renewal_vote", circle.memberships.last().person))


def outcome(circle, choice):
    open_vote(circle, by=PersonFactory())
    for seat in circle.memberships.all():
        cast_ballot(circle, person=seat.person, choice=choice)


@pytest.mark.parametrize(
    ("choice", "paragraphs"), [("renew", 1), ("close", 1), ("split", 2), ("merge", 2)]
)
def test_outcome_letter_tells_the_facilitator_what_is_left_to_do(circle, choice, paragraphs):
    outcome(circle, choice)
    member, held = circle.memberships.first(), circle.facilitations.get()

    assert len(letter("renewal_outcome", member.person).paragraphs) == 1
    assert len(letter("renewal_outcome", held.person).paragraphs) == paragraphs
    everyone_leaves()
    assert refuses(reminder("renewal_outcome", member.person))


def test_closing_letter_asks_until_the_words_are_said(circle, by):
    open_closing_round(circle, by=by, closes_on=date(2026, 3, 24))
    one, two, three = (seat.person for seat in circle.memberships.all()[:3])

    owed = reminder("closing_round", one)
    assert compose(owed).subject == "Night owls closes on Tuesday 24 March"
    say_closing_word(circle, person=one, takeaway="x", thanks="")
    Membership.objects.filter(person=two).update(left_on=TODAY)
    last = reminder("closing_round", three)
    assert (reminder("closing_round", one), refuses(owed)) == (None, True)
    assert refuses(reminder("closing_round", two))
    cancel_closing_round(circle, by=by)
    assert refuses(last)


def test_closed_letter_says_what_one_keeps_unless_the_circle_is_open_again(circle, by):
    close_circle(circle, by=by)
    owed = reminder("circle_closed")

    assert compose(owed).button_label == "Look back"
    reopen_circle(circle, by=by)
    assert refuses(owed)


def test_waiting_letter_goes_to_who_had_no_seat(circle, by):
    entry = circle.waitlist.create(person=PersonFactory())
    also = circle.waitlist.create(person=circle.memberships.first().person)
    close_circle(circle, by=by)
    owed = reminder("wait_ended", entry.person)

    assert compose(owed).button_label == "Find a circle"
    assert refuses(reminder("wait_ended", also.person))
    Circle.objects.update(stage="paused")
    assert refuses(owed)


def test_split_letter_says_to_each_where_they_are(circle, by):
    seats = list(circle.memberships.all())
    division = Division(moving=[seat.pk for seat in seats[:3]])
    new = split_circle(circle, name="Larks", division=division, by=by)

    moved, stayed = seats[0].person, seats[5].person
    assert said("circle_split", moved).startswith("You are in “Larks” from today.")
    assert said("circle_split", stayed).startswith("You stay in “Night owls”")
    everyone_leaves()
    assert refuses(reminder("circle_split", stayed))
    new.ancestors.all().delete()
    assert refuses(reminder("circle_split", moved))


def test_merger_letter_welcomes_on_both_sides(circle, by):
    into = CircleFactory(name="Larks", stage="active", programme=circle.programme)
    there, held = MembershipFactory(circle=into), FacilitationFactory(circle=into)
    came = circle.memberships.first().person
    merge_circles(circle, into, by=by)

    assert "you have a seat there" in said("circle_merged", came)
    assert "Make them welcome." in said("circle_merged", there.person)
    assert "Make them welcome." in said("circle_merged", held.person)
    everyone_leaves()
    assert refuses(reminder("circle_merged", came))
    circle.descendants.all().delete()
    assert refuses(reminder("circle_merged", came))


def test_request_letter_goes_to_who_looks_after_the_other_circle(circle, by):
    into = CircleFactory(name="Larks", stage="active", programme=circle.programme)
    held = FacilitationFactory(circle=into)
    MembershipFactory(circle=into, role="host")
    request = ask_to_merge(circle, into, by=by, message="May we?")
    owed = reminder("merge_request", held.person)

    assert compose(owed).paragraphs[1] == "They write: May we?"
    everyone_leaves()
    assert refuses(owed)
    decline_merge(request, by=held.person)
    assert refuses(owed)
    assert letter("merge_refused", by).subject == "Larks cannot take in Night owls"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("circle_paused", "pause:0"),
        ("circle_resumed", "circle:0"),
        ("closing_round", "circle:0"),
        ("renewal_vote", "renewal:0"),
        ("merge_request", "merge:0"),
    ],
)
def test_letters_about_what_is_gone_are_not_written(kind, subject):
    owed = Reminder(kind=kind, subject=subject, recipient=PersonFactory(), due_at=NOON)

    assert refuses(owed)


def test_home_asks_for_votes_words_decisions_and_answers():
    person = PersonFactory()
    vote = RenewalVoteFactory()
    MembershipFactory(circle=vote.circle, person=person)
    closing = MembershipFactory(person=person, circle__closes_on=date(2026, 3, 20)).circle
    undecided = FacilitationFactory(person=person, circle__stage="renewal").circle
    paused = FacilitationFactory(person=person, circle__stage="paused").circle
    paused.pauses.create(began_on=date(2026, 2, 1), back_by=TODAY)
    request = MergeRequestFactory(into__stage="active")
    MembershipFactory(circle=request.into, person=person, role="host")

    said = [need.words for need in needs_of(person)]

    assert said == [
        f"Closing words for {closing}",
        f"What becomes of {vote.circle}?",
        *sorted([f"{undecided} waits for you", f"The pause of {paused} is over"], key=said.index),
        f"{request.circle} asks to join {request.into}",
    ]


def test_home_asks_for_nothing_that_is_done_or_not_due():
    person = PersonFactory()
    vote = RenewalVoteFactory()
    MembershipFactory(circle=vote.circle, person=person)
    vote.ballots.create(person=person, choice="renew")
    seat = MembershipFactory(person=person, circle__closes_on=date(2026, 3, 20))
    ClosingWordFactory(circle=seat.circle, person=person)
    held = FacilitationFactory(person=person, circle__stage="paused")
    held.circle.pauses.create(began_on=TODAY, back_by=TODAY + timedelta(days=1))
    FacilitationFactory(person=person, circle=RenewalVoteFactory().circle)
    MergeRequestFactory(
        into=FacilitationFactory(person=person).circle, state="declined", answered_at=NOON
    )

    assert needs_of(person) == []


def test_home_of_an_organiser_asks_about_circles_that_nobody_here_holds():
    gone = FacilitationFactory(circle__stage="renewal", person__left_on=TODAY).circle
    alone = CircleFactory(stage="renewal")
    FacilitationFactory(circle__stage="renewal")
    CircleFactory(stage="active")

    said = {need.words for need in needs_of(organiser())}

    assert said == {f"{gone} waits for you", f"{alone} waits for you"}
    assert needs_of(PersonFactory()) == []
