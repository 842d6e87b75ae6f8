from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.actions.renewals import (
    CannotVote,
    cast_ballot,
    count_vote,
    open_due_vote,
    open_vote,
    outcome_of,
    renew_circle,
)
from circles.lifecycle.ballots import counts_for, vote_as_seen_by
from circles.models import RenewalBallot, RenewalVote
from circles.tasks.lifecycle import follow_terms
from notifications.models import Reminder
from tests.circles.conftest import NOON, trail
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    RenewalVoteFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)
TERM = date(2026, 3, 31)


def circle_of(people, **fields):
    circle = CircleFactory(**{"stage": "active", "term_ends_on": TERM} | fields)
    return circle, [seat.person for seat in MembershipFactory.create_batch(people, circle=circle)]


def voting(*choices, silent=1, **fields):
    """A circle in which so many have voted so, and some have not."""
    circle, people = circle_of(len(choices) + silent, **fields)
    circle.stage = "renewal"
    circle.save()
    vote = RenewalVoteFactory(circle=circle)
    for person, choice in zip(people, choices, strict=False):
        RenewalBallot.objects.create(vote=vote, person=person, choice=choice)
    return vote, people


def ended(vote):
    """Count the vote after its time."""
    with time_machine.travel(vote.closes_at + timedelta(minutes=1), tick=False):
        assert count_vote(vote.pk)
    vote.refresh_from_db()
    vote.circle.refresh_from_db()
    return vote.circle


def dues(kind, person):
    rows = Reminder.objects.filter(kind=kind, recipient=person, state="planned")
    return list(rows.order_by("due_at").values_list("due_at", flat=True))


def test_opening_asks_every_member_three_times(by):
    circle, people = circle_of(2)

    vote = open_vote(circle, by=by)
    same = open_vote(circle, by=by)

    circle.refresh_from_db()
    assert (same, circle.stage, circle.takes_members) == (vote, "renewal", False)
    assert vote.closes_at == NOON + timedelta(days=14)
    at = [NOON, NOON + timedelta(days=7)]
    assert [dues("renewal_vote", person) for person in people] == [at, at]
    last = [NOON + timedelta(days=13)]
    assert [dues("renewal_vote_ending", person) for person in people] == [last, last]
    assert trail() == [("opened renewal vote", circle.name)]


@pytest.mark.parametrize(
    ("people", "fields", "words"),
    [
        (1, {"stage": "paused"}, "Only a circle that meets votes on its future."),
        (1, {"closes_on": TERM}, "Its closing round is open. Cancel that first."),
        (0, {}, "Nobody has a seat in this circle, so nobody could vote."),
    ],
)
def test_opening_is_refused_in_words(by, people, fields, words):
    circle, _ = circle_of(people, **fields)

    with pytest.raises(CannotChange, match=words):
        open_vote(circle, by=by)


@pytest.mark.parametrize(
    ("fields", "people", "opens"),
    [
        ({"term_ends_on": TERM}, 1, True),
        ({"term_ends_on": date(2026, 1, 1)}, 1, True),
        ({"term_ends_on": TERM + timedelta(days=1)}, 1, False),
        ({"term_ends_on": None}, 1, False),
        ({"term_ends_on": TERM, "programme__renewal": "go_on"}, 1, False),
        ({"term_ends_on": TERM, "programme__renewal": "close"}, 1, False),
        ({"term_ends_on": TERM, "stage": "paused"}, 1, False),
        ({"term_ends_on": TERM, "closes_on": TERM}, 1, False),
        ({"term_ends_on": TERM}, 0, False),
    ],
)
def test_vote_opens_three_weeks_before_the_term_ends(fields, people, opens):
    circle, _ = circle_of(people, **fields)

    assert (open_due_vote(circle.pk), open_due_vote(circle.pk)) == (opens, False)
    assert circle.renewal_votes.count() == opens


def test_vote_opens_on_the_day_in_the_circles_zone():
    circle, _ = circle_of(1, time_zone="Pacific/Auckland", term_ends_on=TERM + timedelta(days=1))

    assert open_due_vote(circle.pk)  # it is 11 March there


def test_ballot_can_be_changed_until_the_vote_is_over():
    vote, (_, person) = voting("renew")
    MembershipFactory(circle=vote.circle)

    cast_ballot(vote.circle, person=person, choice="close")
    cast_ballot(vote.circle, person=person, choice="split")

    assert vote.ballots.get(person=person).choice == "split"
    assert RenewalVote.objects.open().count() == 1


def test_last_voice_ends_the_vote_and_carries_it_out():
    vote, people = voting("renew", "close")

    cast_ballot(vote.circle, person=people[-1], choice="renew")

    vote.refresh_from_db()
    vote.circle.refresh_from_db()
    assert (vote.closed_at, vote.outcome) == (NOON, "renew")
    assert (vote.circle.stage, vote.circle.term_ends_on) == ("active", date(2026, 9, 30))


@pytest.mark.parametrize("days", [14, 15])
def test_ballot_after_the_end_does_not_count(days):
    vote, people = voting("renew")

    with time_machine.travel(NOON + timedelta(days=days), tick=False), pytest.raises(CannotVote):
        cast_ballot(vote.circle, person=people[1], choice="close")


def test_only_members_vote():
    vote, _ = voting("renew")

    with pytest.raises(CannotVote, match="Only members vote"):
        cast_ballot(vote.circle, person=FacilitationFactory().person, choice="close")
    with pytest.raises(CannotVote, match="This vote is over"):
        cast_ballot(CircleFactory(), person=FacilitationFactory().person, choice="close")


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ({}, ""),
        ({"split": 1}, "split"),
        ({"split": 2, "renew": 1}, "split"),
        ({"split": 2, "close": 2, "renew": 1}, "renew"),
        ({"close": 2, "renew": 2}, "renew"),
    ],
)
def test_outcome_is_what_most_want_and_a_tie_goes_on(counts, outcome):
    assert outcome_of(Counter(counts)) == outcome


def test_vote_is_counted_once_and_not_early():
    vote, _ = voting("close", "close")

    assert not count_vote(vote.pk)
    circle = ended(vote)
    assert not count_vote(vote.pk)
    assert not count_vote(0)

    assert (vote.outcome, circle.stage) == ("close", "renewal")
    assert circle.closes_on == date(2026, 3, 24) + timedelta(days=14)


@pytest.mark.parametrize("choice", ["split", "merge"])
def test_split_and_merger_wait_for_a_person(choice):
    vote, _ = voting(choice)
    held = FacilitationFactory(circle=vote.circle)

    circle = ended(vote)

    assert (vote.outcome, circle.stage, circle.closes_on) == (choice, "renewal", None)
    assert len(dues("renewal_outcome", held.person)) == 1


def test_nobody_voting_leaves_it_to_the_facilitator():
    vote, _ = voting(silent=2)

    circle = ended(vote)

    assert (vote.outcome, circle.stage, vote.closed_at is None) == ("", "renewal", False)


def test_who_left_in_the_meantime_has_no_say():
    vote, people = voting("close", "close", "renew")
    vote.circle.memberships.filter(person__in=people[:2]).update(left_on=TODAY)

    ended(vote)

    assert vote.outcome == "renew"
    assert vote.ballots.count() == 1


def test_end_of_the_vote_takes_back_the_questions():
    vote, people = voting("renew")
    Reminder.objects.create(
        kind="renewal_vote", subject=f"renewal:{vote.pk}", recipient=people[1], due_at=NOON
    )

    ended(vote)

    assert dues("renewal_vote", people[1]) == []


def test_counts_are_for_those_who_were_there_and_organisers_see_the_outcome(by):
    vote, people = voting("renew", "renew", "close", silent=0)
    held = FacilitationFactory(circle=vote.circle)
    ended(vote)
    newcomer = MembershipFactory(circle=vote.circle, joined_on=date(2026, 4, 1)).person

    rows = [counts_for(person, vote) for person in (people[0], held.person, newcomer, by)]

    counts = [
        ("Go on for another term", 2),
        ("Close, with a closing round", 1),
        ("Join with another circle", 0),
        ("Become two circles", 0),
    ]
    assert rows == [counts, counts, [], []]
    seen = vote_as_seen_by(by, vote.circle)
    assert (seen.outcome, seen.mine) == ("The circle goes on for another term.", "")


def test_open_vote_shows_ones_own_ballot_and_no_counts():
    vote, people = voting("renew", "close")

    seen = vote_as_seen_by(people[0], vote.circle)

    assert (seen.is_open, seen.is_news, seen.choice, seen.outcome) == (
        True,
        True,
        "Go on for another term",
        "",
    )
    assert counts_for(people[0], vote) == []
    assert vote_as_seen_by(people[0], CircleFactory()) is None


def test_going_on_begins_another_term_after_the_present_one(by):
    circle, _ = circle_of(1, stage="renewal")

    renewed = renew_circle(circle, by=by)
    renew_circle(circle, by=by)

    assert (renewed.stage, renewed.term_ends_on) == ("active", date(2026, 9, 30))
    assert trail() == [("renewed circle", circle.name)]


@pytest.mark.parametrize(
    ("term_ends_on", "policy", "until"),
    [
        (None, "vote", date(2026, 9, 10)),
        (date(2025, 1, 1), "vote", date(2026, 9, 10)),
        (TERM, "close", date(2026, 9, 30)),
        (TERM, "go_on", None),
    ],
)
def test_new_term_is_never_in_the_past(by, term_ends_on, policy, until):
    circle, _ = circle_of(1, stage="renewal", term_ends_on=term_ends_on, programme__renewal=policy)

    assert renew_circle(circle, by=by).term_ends_on == until


def test_only_an_organiser_ends_an_open_vote(by):
    vote, _ = voting("close")

    with pytest.raises(CannotChange, match="votes on its future now"):
        renew_circle(vote.circle, by=by)
    renew_circle(vote.circle, by=by, over_vote=True)

    vote.refresh_from_db()
    assert (vote.closed_at, vote.outcome) == (NOON, "renew")


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"stage": "forming"}, "not in renewal"), ({"closes_on": TERM}, "closing round is open")],
)
def test_going_on_is_refused_in_words(by, fields, words):
    with pytest.raises(CannotChange, match=words):
        renew_circle(CircleFactory(**{"stage": "renewal"} | fields), by=by)


def test_beat_opens_counts_and_closes_what_is_due_and_nothing_twice():
    due, _ = circle_of(1)
    later, _ = circle_of(1, term_ends_on=TERM + timedelta(days=30))
    closing, _ = circle_of(1, programme__renewal="close", term_ends_on=date(2026, 3, 24))
    over, _ = circle_of(1, closes_on=TODAY)
    voted, _ = voting("renew")
    RenewalVote.objects.filter(pk=voted.pk).update(
        opened_at=NOON - timedelta(days=15), closes_at=NOON - timedelta(days=1)
    )

    follow_terms()
    follow_terms()

    stages = []
    for circle in (due, later, closing, over, voted.circle):
        circle.refresh_from_db()
        stages.append((circle.stage, circle.closes_on))
    assert stages == [
        ("renewal", None),
        ("active", None),
        ("active", date(2026, 3, 24)),
        ("closed", None),
        ("active", None),
    ]


def test_vote_of_a_circle_that_was_closed_says_so(by):
    vote, _ = voting("split")
    RenewalVote.objects.update(closed_at=timezone.now())
    vote.circle.stage = "closed"

    assert vote_as_seen_by(by, vote.circle).outcome == "The circle ended before the vote did."


def test_news_of_a_vote_grow_old(by):
    vote = RenewalVoteFactory(
        opened_at=datetime(2025, 1, 1, tzinfo=NOON.tzinfo),
        closed_at=datetime(2025, 1, 9, tzinfo=NOON.tzinfo),
        outcome="renew",
    )

    assert not vote_as_seen_by(by, vote.circle).is_news
