"""Whom the page of wishes offers which kinds of circles. No database: the facts are given."""

import pytest

from members.models import Member
from notifications.catalogue import all_kinds

EVERYBODY = {
    *("seat_offer", "seat_offer_ending", "application_decided", "wait_ended"),
    *("proposal_launched", "proposal_declined", "proposal_withdrawn", "proposal_idle"),
    *("announcement_facilitator", "announcement_organiser", "outcome_follow_up"),
}
BELONGS = {
    *("charter_to_sign", "renewal_outcome", "circle_merged", "application_new"),
    *("emergency_opened", "programme_milestone"),
}
SEATED = BELONGS | {
    *("renewal_vote", "renewal_vote_ending", "closing_round", "circle_closed", "back_from_leave"),
    *("circle_paused", "circle_resumed", "circle_split"),
}
LOOKS_AFTER = {"circle_ready", "merge_request", "merge_refused", "webhook_gone"}
ORGANISES = {
    *("application_new", "waitlist_demand", "formation_ready", "emergency_requested"),
    *("merge_refused", "announcement_stopped"),
}


@pytest.mark.parametrize(
    ("seats", "held", "roles", "more"),
    [
        (set(), set(), set(), set()),
        ({"member"}, set(), set(), SEATED),
        ({"host"}, set(), set(), SEATED | LOOKS_AFTER),
        (set(), {7}, set(), BELONGS | LOOKS_AFTER | {"announcement_stopped"}),
        (set(), set(), {"organiser"}, ORGANISES),
    ],
    ids=["nobody", "member", "host", "facilitator", "organiser"],
)
def test_people_find_what_they_can_get(seats, held, roles, more):
    person = Member()
    person.roles_in_seats, person.circles_held, person._roles_held = seats, held, roles

    offered = {
        kind.name
        for kind in all_kinds()
        if (kind.compose or kind.compose_many).__module__.startswith("circles.")
        and (kind.offered_to is None or kind.offered_to(person))
    }

    assert offered == EVERYBODY | more
