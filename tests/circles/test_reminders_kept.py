"""Whatever happens to a circle, what is planned about it is what a fresh plan would be."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from circles.actions import close_circle, leave_circle, reopen_circle
from circles.actions.applications import (
    CannotApply,
    CannotDecide,
    apply_for_seat,
    vote_on_application,
    withdraw_application,
)
from circles.actions.closing import CannotSay, open_closing_round, say_closing_word
from circles.actions.leaves import CannotTakeLeave, come_back, go_on_leave
from circles.actions.offers import (
    CannotAccept,
    CannotOffer,
    accept_offer,
    decline_offer,
    offer_seat,
    withdraw_offer,
)
from circles.actions.refusals import CannotChange
from circles.actions.renewals import CannotVote, cast_ballot, open_vote, renew_circle
from circles.actions.waitlist import CannotWait, join_waitlist, leave_waitlist
from circles.models import Application, Charter, Circle, Leave, Membership, Offer, RenewalVote
from notifications import planner
from notifications.catalogue import kinds_about
from notifications.models import Reminder
from tests.factories import CharterFactory, CircleFactory, PersonFactory, organiser

ROWS = {
    "offer": Offer,
    "renewal": RenewalVote,
    "application": Application,
    "leave": Leave,
    "charter": Charter,
    "circle": Circle,
}
REFUSALS = (
    *(CannotApply, CannotDecide, CannotSay, CannotTakeLeave, CannotAccept, CannotOffer),
    *(CannotChange, CannotVote, CannotWait),
)


class World:
    """A circle of three seats, and five people who do things in it."""

    def __init__(self):
        self.by = organiser()
        self.people = PersonFactory.create_batch(5)
        entry = {"programme__entry": "apply", "programme__approval": "vote"}
        self.circle = CircleFactory(stage="active", capacity=3, **entry)
        for person in self.people[:2]:
            self.circle.memberships.create(person=person, joined_on=self.circle.today)
        CharterFactory(circle=self.circle, written_at=timezone.now())

    def do(self, name, who):
        """Act as a person might; what is refused changes nothing."""
        self.circle.refresh_from_db()
        with suppress(*REFUSALS), transaction.atomic():
            getattr(self, name)(self.people[who])

    def offers(self, person):
        offer_seat(self.circle, person, reason="invitation", by=self.by)

    def accepts(self, person):
        for offer in self.circle.offers.open().of(person):
            accept_offer(offer)
        planner.keep("circle", [self.circle.pk])

    def declines(self, person):
        for offer in self.circle.offers.of(person):
            decline_offer(offer)

    def takes_back(self, person):
        for offer in self.circle.offers.of(person):
            withdraw_offer(offer, by=self.by)

    def waits(self, person):
        join_waitlist(self.circle, person=person)

    def stops_waiting(self, person):
        leave_waitlist(self.circle, person=person)

    def leaves(self, person):
        leave_circle(self.circle, person=person)
        planner.keep("circle", [self.circle.pk])

    def rests(self, person):
        go_on_leave(self.seat(person), back_by=self.circle.today + timedelta(days=20))
        planner.keep("circle", [self.circle.pk])

    def returns(self, person):
        come_back(self.seat(person))
        planner.keep("circle", [self.circle.pk])

    def seat(self, person):
        seat = Membership.objects.current().of(person).filter(circle=self.circle).first()
        if seat is None:
            raise CannotTakeLeave("No seat.")
        return seat

    def opens_vote(self, person):
        open_vote(self.circle, by=self.by)

    def votes(self, person):
        cast_ballot(self.circle, person=person, choice="close")

    def renews(self, person):
        renew_circle(self.circle, by=self.by, over_vote=True)

    def opens_round(self, person):
        day = self.circle.today + timedelta(days=14)
        open_closing_round(self.circle, by=self.by, closes_on=day)

    def says(self, person):
        say_closing_word(self.circle, person=person, takeaway="Courage", thanks="")

    def applies(self, person):
        apply_for_seat(self.circle, person=person, answers=[])

    def is_voted_on(self, person):
        for application in self.circle.applications.open():
            vote_on_application(application, person=person, in_favour=False)

    def thinks_again(self, person):
        for application in self.circle.applications.of(person):
            withdraw_application(application)

    def closes(self, person):
        close_circle(self.circle, by=self.by)
        planner.keep("circle", [self.circle.pk])

    def opens_again(self, person):
        reopen_circle(self.circle, by=self.by)
        planner.keep("circle", [self.circle.pk])


STEPS = [name for name in vars(World) if name[0] != "_" and name not in ("do", "seat")]
MOVES = st.tuples(st.sampled_from(STEPS), st.integers(0, 4))


def planned():
    kinds = [kind.name for about in ROWS for kind in kinds_about(about)]
    rows = Reminder.objects.filter(kind__in=kinds, state="planned")
    return sorted(rows.values_list("kind", "subject", "recipient", "due_at"))


def fresh():
    """What an empty table would be filled with."""
    return sorted(
        (kind.name, f"{about}:{row.subject_id}", row.recipient_id, row.due_at)
        for about, model in ROWS.items()
        for kind in kinds_about(about)
        for row in kind.wanted(list(model.objects.values_list("pk", flat=True)))
    )


@pytest.mark.django_db
@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(steps=st.lists(MOVES, min_size=4, max_size=8))
def test_the_table_is_what_a_fresh_plan_would_be(steps):
    with transaction.atomic():
        world = World()
        planner.keep("circle", [world.circle.pk])
        for name, who in steps:
            world.do(name, who)
        found, wanted = planned(), fresh()
        transaction.set_rollback(True)

    assert found == wanted


YEAR = [
    [("offers", 2), ("waits", 3), ("applies", 4), ("is_voted_on", 0)],
    [("declines", 2), ("offers", 3), ("accepts", 3), ("rests", 1)],
    [("opens_vote", 0), ("votes", 0), ("leaves", 1)],
    [("votes", 3), ("says", 0)],
    [("closes", 0), ("opens_again", 0), ("leaves", 3)],
]


@pytest.mark.django_db
def test_offers_and_votes_are_kept_through_a_year():
    world = World()
    planner.keep("circle", [world.circle.pk])
    counts = []
    for quarter in YEAR:
        for name, who in quarter:
            world.do(name, who)

        assert planned() == fresh()
        counts.append(len(planned()))

    assert counts == [8, 7, 9, 8, 3]
