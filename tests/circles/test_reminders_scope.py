"""Every kind of circles, and who gets it no more: who left, was deactivated, or lost the role."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from circles.models import Circle, Facilitation, Leave, Lineage, Membership, Offer, Support
from members.models import Member, RoleGrant
from notifications.catalogue import all_kinds, compose
from notifications.kinds import NoLongerWanted
from notifications.models import Delivery, Notice, Reminder, Urgency
from tests.circles.conftest import NOON
from tests.factories import (
    ApplicationFactory,
    CharterFactory,
    CircleFactory,
    EmergencyAccessFactory,
    FacilitationFactory,
    FormationFactory,
    FormatVersionFactory,
    MembershipFactory,
    MergeRequestFactory,
    OfferFactory,
    PersonFactory,
    ProposalFactory,
    RenewalVoteFactory,
    SignatureFactory,
    SupportFactory,
    WaitlistEntryFactory,
    organiser,
    ready_circle,
)
from tests.notifications.sending import send

TODAY = NOON.date()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def member(**fields):
    return MembershipFactory(circle=CircleFactory(**fields))


def holder(**fields):
    return FacilitationFactory(circle=CircleFactory(**fields))


def offered():
    offer = OfferFactory()
    return f"offer:{offer.pk}", offer.person


def voter():
    seat = member(programme__entry="apply", programme__approval="vote")
    return f"application:{ApplicationFactory(circle=seat.circle).pk}", seat.person


def decider():
    held = holder(programme__entry="apply")
    return f"application:{ApplicationFactory(circle=held.circle).pk}", held.person


def organiser_who_decides():
    return f"application:{ApplicationFactory().pk}", organiser()


def accepted():
    seat = member()
    fields = {"state": "accepted", "decided_at": NOON}
    application = ApplicationFactory(circle=seat.circle, person=seat.person, **fields)
    return f"application:{application.pk}", seat.person


def signer(belongs=member):
    here = belongs()
    return f"charter:{CharterFactory(circle=here.circle).pk}", here.person


def signing_facilitator():
    return signer(holder)


def begins():
    circle = ready_circle()
    held = FacilitationFactory(circle=circle)
    charter = circle.charters.get()
    SignatureFactory(charter=charter, person=held.person)
    return f"charter:{charter.pk}", held.person


def back():
    seat, began = member(), TODAY - timedelta(days=9)
    leave = Leave.objects.create(membership=seat, began_on=began, back_by=TODAY, ended_on=TODAY)
    return f"leave:{leave.pk}", seat.person


def votes():
    vote = RenewalVoteFactory()
    return f"renewal:{vote.pk}", MembershipFactory(circle=vote.circle).person


def voted(belongs=MembershipFactory):
    vote = RenewalVoteFactory(closed_at=NOON, outcome="renew")
    return f"renewal:{vote.pk}", belongs(circle=vote.circle).person


def facilitator_of_a_vote():
    return voted(FacilitationFactory)


def in_circle(**fields):
    seat = member(**fields)
    return f"circle:{seat.circle_id}", seat.person


def closing():
    return in_circle(closes_on=TODAY + timedelta(days=9))


def alumnus():
    seat = member(stage="closed")
    Membership.objects.filter(pk=seat.pk).update(left_on=TODAY, stayed_to_end=True)
    return f"circle:{seat.circle_id}", seat.person


def pauses():
    seat = member(stage="paused")
    return f"pause:{seat.circle.pauses.create(began_on=TODAY).pk}", seat.person


def came_by(kind, belongs=member):
    there, here = CircleFactory(stage="closed"), belongs()
    old, new = (there, here.circle) if kind == "merge" else (here.circle, there)
    Lineage.objects.create(ancestor=old, descendant=new, kind=kind, on=TODAY)
    return f"circle:{there.pk}", here.person


def split():
    return came_by("split")


def merged():
    return came_by("merge")


def facilitator_of_a_merger():
    return came_by("merge", holder)


def asked_to_merge():
    request = MergeRequestFactory()
    return f"merge:{request.pk}", FacilitationFactory(circle=request.into).person


def refused():
    held = holder()
    fields = {"state": "declined", "answered_at": NOON, "asked_by": held.person}
    return f"merge:{MergeRequestFactory(circle=held.circle, **fields).pk}", held.person


def waited():
    return f"circle:{CircleFactory(stage='closed').pk}", PersonFactory()


def supporter(**fields):
    circle = ProposalFactory(**fields)
    return f"circle:{circle.pk}", SupportFactory(circle=circle).person


def supporter_of_a_start():
    return supporter(stage="recruiting")


def supporter_in_vain():
    return supporter(stage="closed", answer="No room.")


def demanded():
    circle = CircleFactory(format_version=FormatVersionFactory(size_min=2, size_max=6))
    WaitlistEntryFactory.create_batch(2, circle=circle)
    return f"demand:{circle.programme_id}:{circle.format_version.format_id}", organiser()


def formed():
    return f"formation:{FormationFactory(state='solved', ended_at=NOON).pk}", organiser()


def asked_for_access():
    return f"emergency:{EmergencyAccessFactory().pk}", organiser()


def read_by_others():
    seat = member()
    access = EmergencyAccessFactory(
        circle=seat.circle,
        approved_by=organiser(),
        approved_at=NOON,
        expires_at=NOON + timedelta(hours=4),
    )
    return f"emergency:{access.pk}", seat.person


# Whom these reach when they are sent is tested beside them.
ELSEWHERE = {
    *("announcement_facilitator", "announcement_organiser", "announcement_stopped"),
    *("outcome_follow_up", "programme_milestone", "webhook_gone"),
}
CASES = [
    ("seat_offer", offered),
    ("seat_offer_ending", offered),
    ("application_new", voter),
    ("application_new", decider),
    ("application_new", organiser_who_decides),
    ("application_decided", accepted),
    ("charter_to_sign", signer),
    ("charter_to_sign", signing_facilitator),
    ("circle_ready", begins),
    ("back_from_leave", back),
    ("renewal_vote", votes),
    ("renewal_vote_ending", votes),
    ("renewal_outcome", voted),
    ("renewal_outcome", facilitator_of_a_vote),
    ("closing_round", closing),
    ("circle_closed", alumnus),
    ("circle_paused", pauses),
    ("circle_resumed", in_circle),
    ("circle_split", split),
    ("circle_merged", merged),
    ("circle_merged", facilitator_of_a_merger),
    ("merge_request", asked_to_merge),
    ("merge_refused", refused),
    ("wait_ended", waited),
    ("proposal_launched", supporter_of_a_start),
    ("proposal_declined", supporter_in_vain),
    ("proposal_withdrawn", supporter_in_vain),
    ("proposal_idle", supporter_in_vain),
    ("waitlist_demand", demanded),
    ("formation_ready", formed),
    ("emergency_requested", asked_for_access),
    ("emergency_opened", read_by_others),
]


class Owed(NamedTuple):
    case: str
    reminder: Reminder


@pytest.fixture
def owed():
    """One reminder of each case, to somebody who may read it."""
    found = []
    for kind, facts in CASES:
        subject, person = facts()
        reminder = Reminder(kind=kind, subject=subject, recipient=person, due_at=NOON)
        found.append(Owed(f"{kind} {facts.__name__}", reminder))
    return found


def still_written(owed):
    """The cases whose letter is written, for the reader as they are now."""
    found = []
    for case, reminder in owed:
        reminder.recipient = Member.objects.get(pk=reminder.recipient_id)
        try:
            compose(reminder)
        except NoLongerWanted:
            continue
        found.append(case)
    return found


def lose_every_role():
    Membership.objects.update(left_on=TODAY, stayed_to_end=False)
    Facilitation.objects.update(ended_on=TODAY)
    RoleGrant.objects.update(revoked_at=timezone.now())
    Offer.objects.update(state="withdrawn", answered_at=NOON)
    Support.objects.all().delete()
    # Who waited holds nothing that could be lost, but the circle may take them again.
    Circle.objects.filter(stage="closed").update(stage="recruiting")


def module_of(kind):
    return (kind.compose or kind.compose_many).__module__


def test_the_table_names_every_kind_of_circles():
    declared = [k.name for k in all_kinds() if module_of(k).startswith("circles.")]

    assert sorted({kind for kind, _ in CASES} | ELSEWHERE) == sorted(declared)


def test_who_lost_the_role_gets_none(owed):
    before = still_written(owed)
    lose_every_role()

    assert before == [case for case, _ in owed]
    assert still_written(owed) == []


@pytest.mark.parametrize(
    "gone", [{"left_on": TODAY}, {"is_active": False}], ids=["left", "deactivated"]
)
def test_who_left_or_was_deactivated_gets_none(owed, mailoutbox, gone):
    Reminder.objects.bulk_create(reminder for _, reminder in owed)
    Member.objects.update(**gone)

    for urgency in Urgency:
        send(urgency)

    assert (mailoutbox, Notice.objects.count()) == ([], 0)
    assert not Delivery.objects.filter(state="sent").exists()
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
