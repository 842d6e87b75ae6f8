"""What the mails about joining say, and when they are no longer sent."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from circles.actions.applications import apply_for_seat, decide_application
from circles.actions.leaves import go_on_leave
from circles.actions.offers import accept_offer, decline_offer
from circles.actions.seating import hold_seat
from circles.models import Circle, Leave, Programme
from circles.reminders.demand import plan_demand
from members.models import Member, RoleGrant
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from notifications.planner import keep
from tests.factories import (
    ApplicationFactory,
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    PersonFactory,
    WaitlistEntryFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def letter(kind, recipient=None):
    owed = Reminder.objects.filter(kind=kind)
    owed = owed.filter(recipient=recipient) if recipient else owed
    return compose(owed.select_related("recipient").get())


def no_longer(kind):
    with pytest.raises(NoLongerWanted):
        letter(kind)
    return True


@pytest.mark.parametrize(
    ("reason", "waits", "heading"),
    [
        ("invitation", False, "Ruth Berg invites you to Owls"),
        ("waitlist", True, "A seat in Owls is free, and you are next"),
        ("waitlist", False, "A new circle like the one you wait for"),
        ("formation", False, "There is a place for you in Owls"),
        ("transfer", False, "You can move to Owls"),
    ],
)
def test_offer_says_why_and_leads_to_a_page(reason, waits, heading):
    circle, person = CircleFactory(name="Owls", visibility="hidden"), PersonFactory()
    if waits:
        WaitlistEntryFactory(circle=circle, person=person)
    by = PersonFactory(name="Ruth Berg")
    offer = hold_seat(circle, person, reason=reason, by=by, message="Come in")

    told = letter("seat_offer")

    assert told.heading == heading
    assert told.paragraphs[0] == "“Come in”"
    assert told.button_url.endswith(f"/offers/{offer.pk}/")


@time_machine.travel("2026-03-10 12:00", tick=False)
def test_deadline_stands_in_the_readers_zone():
    hold_seat(CircleFactory(), PersonFactory(), reason="invitation")

    with timezone.override("Asia/Tokyo"):
        facts = dict(letter("seat_offer").facts)

    assert facts["Held until"] == "Friday 13 March 2026, 21:00 JST (Asia/Tokyo)"


@pytest.mark.parametrize(("hours", "warnings"), [(36, 0), (37, 1)])
@time_machine.travel("2026-03-10 12:00", tick=False)
def test_only_a_distant_deadline_is_reminded_of_a_day_before(hours, warnings):
    circle = CircleFactory(programme__offer_hours=hours)
    offer = hold_seat(circle, PersonFactory(), reason="invitation")

    due = list(Reminder.objects.filter(kind="seat_offer_ending").values_list("due_at", flat=True))

    assert due == [offer.expires_at - timedelta(hours=24)] * warnings


def test_offer_that_is_answered_or_late_is_not_mailed():
    declined = hold_seat(CircleFactory(), PersonFactory(), reason="invitation")
    assert letter("seat_offer_ending").heading == "Do you want this seat?"

    decline_offer(declined)
    assert no_longer("seat_offer")
    assert no_longer("seat_offer_ending")
    Reminder.objects.all().delete()
    late = hold_seat(CircleFactory(), PersonFactory(), reason="invitation")
    with time_machine.travel(late.expires_at):
        assert no_longer("seat_offer")


def test_new_application_names_who_asks_and_nothing_they_wrote():
    circle = CircleFactory(name="Owls", programme__entry="apply", programme__approval="vote")
    voter = MembershipFactory(circle=circle).person
    answers = [{"key": "why", "text": "Why?", "answer": "Unspeakable"}]
    application = apply_for_seat(circle, person=PersonFactory(name="Ada"), answers=answers)

    told = letter("application_new", voter)

    assert (told.heading, told.button_label) == ("Ada would like to join Owls", "Read and vote")
    assert "Unspeakable" not in str(told)
    Programme.objects.update(approval="facilitator")
    assert no_longer("application_new")
    FacilitationFactory(circle=circle, person=PersonFactory())
    Reminder.objects.update(recipient=circle.facilitations.get().person)
    assert letter("application_new").button_label == "Read and decide"
    assert told.button_url.endswith(f"/applications/{application.pk}/")


@pytest.mark.parametrize(
    ("accepted", "members", "heading"),
    [(True, 0, "You have a seat"), (True, 3, "You are accepted"), (False, 0, "Not this circle")],
)
def test_outcome_is_told_with_the_words_of_who_decided(accepted, members, heading):
    circle = CircleFactory(programme__entry="apply", capacity=3)
    MembershipFactory.create_batch(members, circle=circle)
    by = FacilitationFactory(circle=circle).person
    application = ApplicationFactory(circle=circle)

    decide_application(application, accepted=accepted, by=by, words="Until soon")

    told = letter("application_decided")
    assert (told.heading, told.paragraphs[1]) == (heading, "“Until soon”")
    application.delete()
    assert no_longer("application_decided")


def test_demand_is_mailed_while_it_stands_and_to_organisers():
    by = organiser()
    circle = CircleFactory(format_version=FormatVersionFactory(size_min=2, size_max=6))
    entries = WaitlistEntryFactory.create_batch(2, circle=circle)

    plan_demand(circle)
    plan_demand(circle)

    told = letter("waitlist_demand")
    assert told.button_url.endswith(f"/programmes/{circle.programme_id}/#waiting")
    assert told.paragraphs[0].startswith("2 people stand in line")
    RoleGrant.objects.update(revoked_at=timezone.now())
    assert no_longer("waitlist_demand")
    RoleGrant.objects.update(revoked_at=None)
    entries[0].delete()
    assert no_longer("waitlist_demand")
    assert Member.objects.get(pk=by.pk)


def test_back_from_leave_is_told_on_the_day_only():
    seat = MembershipFactory()
    today = timezone.localdate()
    leave = Leave.objects.create(
        membership=seat, began_on=today - timedelta(days=9), back_by=today, ended_on=today
    )
    keep("leave", [leave.pk])

    assert letter("back_from_leave").heading == "Are you back?"
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert no_longer("back_from_leave")
    owed = Reminder.objects.get(kind="back_from_leave")
    go_on_leave(seat, back_by=today + timedelta(days=9))
    with pytest.raises(NoLongerWanted):
        compose(owed)
    planned = Reminder.objects.get(kind="back_from_leave", state="planned")
    assert planned.due_at.date() == today + timedelta(days=9)


def test_seat_taken_is_not_reminded_of():
    offer = hold_seat(CircleFactory(), PersonFactory(), reason="invitation")
    accept_offer(offer)

    assert no_longer("seat_offer_ending")
    assert Circle.objects.with_seats().get().taken == 1
