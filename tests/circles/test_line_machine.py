"""Whatever people do, in whatever order: no seat is sold twice, and the line stays a line."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from circles.actions import CannotChange, CannotJoin, change_circle, join_circle, leave_circle
from circles.actions.applications import CannotApply, apply_for_seat, decide_application
from circles.actions.offers import (
    CannotAccept,
    CannotOffer,
    accept_offer,
    decline_offer,
    expire_offer,
    offer_seat,
    withdraw_offer,
)
from circles.actions.waitlist import CannotWait, join_waitlist, leave_waitlist
from circles.models import Circle, Offer
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    WaitlistEntryFactory,
    organiser,
)

REFUSALS = (CannotAccept, CannotApply, CannotChange, CannotJoin, CannotOffer, CannotWait)
someone = st.integers(0, 6)


class Line(RuleBasedStateMachine):
    """One circle of three or four seats and seven people who want one."""

    @initialize(
        entry=st.sampled_from(["open", "open", "apply"]),
        seated=st.sampled_from([3, 3, 2, 0]),
        waiting=st.sampled_from([2, 1, 0]),
    )
    def begin(self, entry, seated, waiting):
        self.way_back = transaction.atomic()
        self.way_back.__enter__()
        self.circle = CircleFactory(capacity=3, programme__entry=entry)
        self.people = PersonFactory.create_batch(7)
        self.facilitator = FacilitationFactory(circle=self.circle).person
        self.by = organiser()
        for person in self.people[:seated]:
            MembershipFactory(circle=self.circle, person=person)
        for person in self.people[seated : seated + waiting * (seated == 3)]:
            WaitlistEntryFactory(circle=self.circle, person=person)

    def teardown(self):
        if hasattr(self, "way_back"):
            transaction.set_rollback(True)
            self.way_back.__exit__(None, None, None)

    def attempt(self, action, *args, **named):
        try:
            return action(*args, **named)
        except REFUSALS:
            return None

    @rule(who=someone)
    def join(self, who):
        late = self.circle.offers.expired().values("person")
        waits = self.circle.waitlist.waiting().exclude(person__in=late).exists()
        held = self.circle.offers.open().of(self.people[who]).exists()
        inside = self.circle.memberships.current().of(self.people[who]).exists()
        seat = self.attempt(join_circle, self.circle, person=self.people[who])
        assert not (seat and waits and not held and not inside), "passed the line"

    @rule(who=someone)
    def leave(self, who):
        leave_circle(self.circle, person=self.people[who])

    @rule(who=someone)
    def wait(self, who):
        self.attempt(join_waitlist, self.circle, person=self.people[who])

    @rule(who=someone)
    def stop_waiting(self, who):
        leave_waitlist(self.circle, person=self.people[who])

    @rule(who=someone, accepted=st.booleans())
    def apply(self, who, accepted):
        person = self.people[who]
        application = self.attempt(apply_for_seat, self.circle, person=person, answers=[])
        if application:
            decide_application(application, accepted=accepted, by=self.facilitator)

    @rule(who=someone)
    def invite(self, who):
        self.attempt(
            offer_seat,
            self.circle,
            self.people[who],
            reason=Offer.Reason.INVITATION,
            by=self.by,
        )

    def some_offer(self, which):
        offers = list(Offer.objects.order_by("pk"))
        return offers[which % len(offers)]

    def was_offered(self):
        return Offer.objects.exists()

    @precondition(was_offered)
    @rule(which=someone)
    def accept(self, which):
        self.attempt(accept_offer, self.some_offer(which))

    @precondition(was_offered)
    @rule(which=someone)
    def decline(self, which):
        decline_offer(self.some_offer(which))

    @precondition(was_offered)
    @rule(which=someone)
    def withdraw(self, which):
        self.attempt(withdraw_offer, self.some_offer(which), by=self.by)

    @precondition(was_offered)
    @rule(which=someone, swept=st.booleans())
    def time_passes(self, which, swept):
        offer, now = self.some_offer(which), timezone.now()
        late = {"made_at": now - timedelta(hours=2), "expires_at": now - timedelta(hours=1)}
        Offer.objects.open().filter(pk=offer.pk).update(**late)
        if swept:
            expire_offer(offer)

    @rule(seats=st.sampled_from([3, 4]))
    def resize(self, seats):
        self.attempt(change_circle, self.circle, by=self.by, capacity=seats)

    @invariant()
    def no_seat_is_sold_twice(self):
        if not hasattr(self, "circle"):
            return
        circle = Circle.objects.with_seats().get(pk=self.circle.pk)
        seated = set(circle.memberships.current().values_list("person", flat=True))
        offered = list(circle.offers.open().values_list("person", flat=True))
        line = list(circle.waitlist.waiting().values_list("person", flat=True))

        assert circle.taken + circle.offered <= circle.capacity
        assert len(seated) == circle.taken
        assert seated.isdisjoint(offered)
        assert seated.isdisjoint(line)
        # Whoever is next has the offer, and nobody waits beside a free seat.
        unoffered = [person for person in line if person not in offered]
        assert line == [person for person in line if person in offered] + unoffered
        assert not (unoffered and circle.seats_left > 0)


@pytest.mark.django_db
def test_no_seat_is_sold_twice_and_the_line_stays_a_line():
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
