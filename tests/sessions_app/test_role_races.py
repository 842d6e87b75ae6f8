"""A role has one holder and a meeting one agenda, also when people reach for them at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.actions.agenda import change_agenda
from sessions_app.actions.roles import answer_swap, ask_swap, assign_roles, give_role
from sessions_app.agenda.segments import Segment
from sessions_app.models import RoleSwap
from tests.circles.test_seat_races import at_once
from tests.factories import MeetingFactory, MembershipFactory, RoleSwapFactory, RoleTurnFactory

pytestmark = pytest.mark.django_db(transaction=True)

DEFINITION = {
    "agenda": [{"name": "Check-in", "minutes": 60, "mode": "circle"}],
    "rotating_roles": ["host", "scribe"],
}


@pytest.fixture
def meeting():
    return MeetingFactory(
        starts_at=timezone.now() + timedelta(days=1),
        circle__format_version__definition=DEFINITION,
    )


def test_roles_given_out_four_times_at_once_are_given_once(meeting):
    MembershipFactory.create_batch(4, circle=meeting.circle)

    outcomes = at_once(*[lambda: assign_roles(meeting)] * 4)

    assert outcomes == ["done"] * 4
    assert meeting.roles.count() == 2


def test_of_two_questions_and_two_answers_at_once_one_counts(meeting):
    mine, theirs, third = MembershipFactory.create_batch(3, circle=meeting.circle)
    turn = RoleTurnFactory(meeting=meeting, person=mine.person)

    asked = at_once(
        lambda: ask_swap(turn, asked=theirs.person, by=mine.person),
        lambda: ask_swap(turn, asked=third.person, by=mine.person),
    )
    swap = RoleSwap.objects.get()
    answered = at_once(
        lambda: answer_swap(swap, accepted=True, by=swap.asked),
        lambda: answer_swap(swap, accepted=False, by=swap.asked),
    )

    assert asked == ["You have asked somebody already. Take that back first.", "done"]
    assert answered == ["This was answered already.", "done"]


def test_role_that_is_given_by_hand_while_a_swap_is_accepted_has_one_holder(meeting):
    mine, theirs, third = MembershipFactory.create_batch(3, circle=meeting.circle)
    turn = RoleTurnFactory(meeting=meeting, person=mine.person)
    swap = RoleSwapFactory(turn=turn, asked=theirs.person)

    at_once(
        lambda: answer_swap(swap, accepted=True, by=theirs.person),
        lambda: give_role(meeting, role="host", place=1, person=third.person),
    )

    # Whichever came first, the last word is by hand; or the swap came second and was refused.
    assert meeting.roles.get().person == third.person


def test_of_two_who_save_an_agenda_at_once_one_is_told(meeting):
    host = MembershipFactory(circle=meeting.circle).person

    def saving(name):
        segments = [Segment("s1", name, 60, "circle")]
        return lambda: change_agenda(meeting, segments, by=host, based_on=0)

    outcomes = at_once(saving("Walk"), saving("Talk"))

    assert outcomes == [
        "Somebody else changed this agenda meanwhile. Theirs is shown below.",
        "done",
    ]
