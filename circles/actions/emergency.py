"""Emergency access: one organiser asks, another approves, for some hours, in the open."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.models import Circle, EmergencyAccess, EmergencyReading
from circles.reminders.emergency import plan_opened
from members.actions import record
from members.models import Member
from members.rules import is_organiser
from notifications import planner


class CannotRead(Exception):
    """Why there is no emergency access, in words meant for the organiser who asked."""


@transaction.atomic
def request_emergency_access(
    circle: Circle, *, by: Member, reason: str, hours: int
) -> EmergencyAccess:
    """Ask the other organisers for leave to read the circle, and tell them.

    Raises CannotRead if the person has asked already and waits, or reads it now.
    """
    running = EmergencyAccess.objects.current().of(by).filter(circle=circle)
    if running.exists():
        raise CannotRead("You have emergency access to this circle already.")
    try:
        with transaction.atomic():
            access = EmergencyAccess.objects.create(
                circle=circle, requested_by=by, reason=reason, hours=hours
            )
    except IntegrityError as error:
        raise CannotRead("You have asked for this already; another organiser decides.") from error
    record(by, "asked for emergency access", circle, circle=circle.pk, hours=hours)
    planner.keep("emergency", [access.pk])
    return access


@transaction.atomic
def approve_emergency_access(access: EmergencyAccess, *, by: Member) -> EmergencyAccess:
    """Let the person who asked read the circle from now on, and tell the circle.

    Approving twice changes nothing. Raises CannotRead if it was withdrawn or declined, if the
    same person asked, or if whoever asked is no longer an organiser who can sign in.
    """
    access = _locked(access)
    if access.approved_at:
        return access
    if access.ended_at:
        raise CannotRead("This request was withdrawn or declined.")
    if access.requested_by_id == by.pk:
        raise CannotRead("Someone else has to approve this: it takes two people.")
    if not (access.requested_by.may_sign_in and is_organiser(access.requested_by)):
        raise CannotRead(f"{access.requested_by} is no longer an organiser.")
    access.approved_by, access.approved_at = by, timezone.now()
    access.expires_at = access.approved_at + dt.timedelta(hours=access.hours)
    access.save(update_fields=["approved_by", "approved_at", "expires_at"])
    record(
        by, "approved emergency access", access.circle, circle=access.circle_id, access=access.pk
    )
    planner.keep("emergency", [access.pk])
    plan_opened(access)
    return access


@transaction.atomic
def end_emergency_access(access: EmergencyAccess, *, by: Member) -> bool:
    """Decline or withdraw a request, or end a running access early; say whether anything ended."""
    access = _locked(access)
    if access.ended_at or (access.expires_at and not access.is_current):
        return False
    access.ended_by, access.ended_at = by, timezone.now()
    access.save(update_fields=["ended_by", "ended_at"])
    verb = "ended emergency access" if access.approved_at else "declined emergency access"
    record(by, verb, access.circle, circle=access.circle_id, access=access.pk)
    planner.keep("emergency", [access.pk])
    return True


def note_reading(access: EmergencyAccess, *, page: str) -> EmergencyReading:
    """Write down that a page was opened, before it is shown."""
    return EmergencyReading.objects.create(access=access, page=page[:200])


def _locked(access: EmergencyAccess) -> EmergencyAccess:
    rows = EmergencyAccess.objects.select_related("circle", "requested_by")
    return rows.select_for_update(of=("self",)).get(pk=access.pk)
