"""Which verbs the panel of a circle's page offers, to whom and when."""

from datetime import date

import pytest

from circles.lifecycle.verbs import verbs
from tests.factories import CircleFactory, FacilitationFactory, MembershipFactory, organiser

pytestmark = pytest.mark.django_db

CLOSE, BELONGS = "Close now", "Choose a centre or hub"
SHAPE = ["Divide into two", "Join another circle"]
VOTE, TERM, ROUND = "Let the circle vote", "Go on for another term", "Open the closing round"
SAYS_GOODBYE = ["Change the closing day", "Cancel the closing round"]


def offered(circle, person, *, is_voting=False):
    groups = verbs(circle, person, is_voting=is_voting)
    return [verb.label for group in groups for verb in group.verbs]


@pytest.mark.parametrize(
    ("fields", "is_voting", "held", "more"),
    [
        ({"stage": "proposed"}, False, [], []),
        ({"stage": "recruiting"}, False, SHAPE, []),
        ({"stage": "forming"}, False, SHAPE, []),
        ({"stage": "active"}, False, ["Pause", VOTE, *SHAPE, ROUND], []),
        ({"stage": "active", "closes_on": date(2030, 1, 1)}, False, SAYS_GOODBYE, []),
        ({"stage": "paused"}, False, ["Resume", "Join another circle", ROUND], []),
        ({"stage": "renewal"}, False, [VOTE, TERM, *SHAPE, ROUND], []),
        ({"stage": "renewal"}, True, [], [TERM]),
    ],
)
def test_verbs_follow_the_stage_and_the_person(fields, is_voting, held, more):
    circle = CircleFactory(**fields)
    facilitator = FacilitationFactory(circle=circle).person

    assert offered(circle, facilitator, is_voting=is_voting) == held
    assert offered(circle, organiser(), is_voting=is_voting) == [*more, *held, CLOSE, BELONGS]
    assert offered(circle, MembershipFactory(circle=circle).person, is_voting=is_voting) == []


def test_closed_circle_offers_nothing_and_a_child_another_parent():
    by, above = organiser(), CircleFactory()

    assert offered(CircleFactory(stage="closed"), by) == []
    assert offered(CircleFactory(stage="proposed", parent=above), by)[-1] == (
        "Change its centre or hub"
    )
