"""What happens when two people, or two workers, carry out the same thing at the same moment."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from circles.actions.merges import merge_circles
from circles.actions.parents import set_parent
from circles.actions.renewals import count_vote
from circles.models import Circle, RenewalBallot, RenewalVote
from tests.circles.test_seat_races import at_once
from tests.factories import CircleFactory, MembershipFactory, RenewalVoteFactory, organiser

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_count_one_vote_once():
    vote = RenewalVoteFactory(circle__term_ends_on=date(2030, 1, 31))
    seat = MembershipFactory(circle=vote.circle)
    RenewalBallot.objects.create(vote=vote, person=seat.person, choice="renew")
    now = timezone.now()
    RenewalVote.objects.update(opened_at=now - timedelta(days=9), closes_at=now)
    counted = []

    at_once(*[lambda: counted.append(count_vote(vote.pk))] * 3)

    circle = Circle.objects.get()
    assert sorted(counted) == [False, False, True]
    assert (circle.stage, circle.term_ends_on) == ("active", date(2030, 7, 31))


def test_two_circles_joining_each_other_at_once_become_one():
    one, by = CircleFactory(stage="active"), organiser()
    other = CircleFactory(stage="active", programme=one.programme)
    for circle in (one, other):
        MembershipFactory.create_batch(2, circle=circle)

    outcomes = at_once(
        lambda: merge_circles(one, other, by=by), lambda: merge_circles(other, one, by=by)
    )

    assert (outcomes.count("done"), len(outcomes)) == (1, 2)
    assert [each.memberships.current().count() for each in Circle.objects.open()] == [4]


def test_two_organisers_never_close_a_ring_of_parents():
    one, by = CircleFactory(), organiser()
    other = CircleFactory(programme=one.programme)

    outcomes = at_once(lambda: set_parent(one, other, by=by), lambda: set_parent(other, one, by=by))

    assert outcomes.count("done") == 1
    assert Circle.objects.filter(parent=None).count() == 1
