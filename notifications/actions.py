"""Planning, withdrawing and sending one message; planner.keep plans what follows facts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from members.models import Member
from notifications.catalogue import kind_named
from notifications.delivering import deliver_due
from notifications.dispatching import dispatch_due
from notifications.models import Reminder
from notifications.planner import WITHDRAWN


@transaction.atomic
def plan(kind: str, *, subject: str, recipients: Iterable[Member], due_at: datetime) -> None:
    """Owe each recipient this message at that moment.

    Planning it again changes nothing, except that a withdrawn message is owed once more.
    """
    people, urgency = list(recipients), kind_named(kind).urgency
    Reminder.objects.bulk_create(
        (
            Reminder(kind=kind, subject=subject, recipient=who, due_at=due_at, urgency=urgency)
            for who in people
        ),
        ignore_conflicts=True,
    )
    Reminder.objects.filter(
        kind=kind,
        subject=subject,
        recipient__in=people,
        due_at=due_at,
        state=Reminder.State.CANCELLED,
        claimed_at=None,
    ).update(state=Reminder.State.PLANNED, problem="")


def withdraw(subject: str, *, kind: str, unless_due_at: datetime | None = None) -> int:
    """Cancel what is planned about the subject and not dispatched yet; return how many."""
    waiting = Reminder.objects.filter(subject=subject, kind=kind, state=Reminder.State.PLANNED)
    if unless_due_at:
        waiting = waiting.exclude(due_at=unless_due_at)
    return waiting.update(state=Reminder.State.CANCELLED, problem=WITHDRAWN)


def send(reminder_id: int) -> bool:
    """Send one due reminder now, if its reader wishes so; return whether this call sent it."""
    reminder = Reminder.objects.get(pk=reminder_id)
    if reminder.state in Reminder.DONE:
        return False
    dispatch_due(reminder.urgency, only=reminder_id)
    deliver_due(kind_named(reminder.kind).urgency, only=reminder_id)
    reminder.refresh_from_db()
    return reminder.state == Reminder.State.SENT
