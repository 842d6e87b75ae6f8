"""Planning, withdrawing and sending reminders. Every message is owed once and sent once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction
from django.utils import timezone

from members.models import Member
from notifications.kinds import Letter, NoLongerWanted, compose
from notifications.mail import build
from notifications.models import Reminder

logger = logging.getLogger(__name__)

ATTEMPTS = 5


@transaction.atomic
def plan(kind: str, *, subject: str, recipients: Iterable[Member], due_at: datetime) -> None:
    """Owe each recipient this message at that moment.

    Planning it again changes nothing, except that a withdrawn message is owed once more.
    """
    people = list(recipients)
    Reminder.objects.bulk_create(
        (Reminder(kind=kind, subject=subject, recipient=who, due_at=due_at) for who in people),
        ignore_conflicts=True,
    )
    Reminder.objects.filter(
        kind=kind,
        subject=subject,
        recipient__in=people,
        due_at=due_at,
        state=Reminder.State.CANCELLED,
    ).update(state=Reminder.State.PLANNED, problem="")


def withdraw(subject: str, *, kind: str, unless_due_at: datetime | None = None) -> int:
    """Cancel what is planned about the subject and not sent yet; return how many."""
    waiting = Reminder.objects.filter(subject=subject, kind=kind, state=Reminder.State.PLANNED)
    if unless_due_at:
        waiting = waiting.exclude(due_at=unless_due_at)
    return waiting.update(state=Reminder.State.CANCELLED, problem="Withdrawn: the facts changed.")


def send(reminder_id: int) -> bool:
    """Send one due reminder, if this worker is the one to claim it; return whether it was sent.

    The claim is a compare-and-swap, so of two workers one sends. A worker that dies between claim
    and record leaves a claim that expires; the mail it may have sent has the same Message-ID.
    A failure that may pass is tried again when the claim expires, five times at most.
    """
    if not _claim(reminder_id):
        return False
    reminder = Reminder.objects.select_related("recipient__unit").get(pk=reminder_id)
    try:
        letter = _deliver(reminder)
    except NoLongerWanted as reason:
        _close(reminder, Reminder.State.CANCELLED, str(reason))
        return False
    except SMTPRecipientsRefused:
        _close(reminder, Reminder.State.FAILED, "The mail server refused this address.")
        return False
    except (OSError, SMTPResponseException) as problem:
        _note_failure(reminder, problem)
        return False
    except Exception as problem:
        logger.exception("reminder %s cannot be written", reminder.pk)
        _close(reminder, Reminder.State.FAILED, f"{type(problem).__name__}: {problem}")
        return False
    if letter.on_sent:
        letter.on_sent()
    reminder.sent_at = timezone.now()
    _close(reminder, Reminder.State.SENT)
    logger.info("sent reminder %s (%s, %s)", reminder.pk, reminder.kind, reminder.subject)
    return True


def _claim(reminder_id: int) -> bool:
    claimed = Reminder.objects.due().filter(pk=reminder_id)
    return bool(claimed.update(state=Reminder.State.CLAIMED, claimed_at=timezone.now()))


def _deliver(reminder: Reminder) -> Letter:
    person = reminder.recipient
    if not person.email or not person.may_sign_in:
        raise NoLongerWanted("This person has no address to write to.")
    with timezone.override(person.zone):
        letter = compose(reminder)
        build(letter, to=person, message_id=reminder.message_id).send()
    return letter


def _note_failure(reminder: Reminder, problem: Exception) -> None:
    reminder.attempts += 1
    state = Reminder.State.FAILED if reminder.attempts >= ATTEMPTS else Reminder.State.CLAIMED
    _close(reminder, state, f"{type(problem).__name__}: {problem}")
    logger.warning("reminder %s failed %s times: %s", reminder.pk, reminder.attempts, problem)


def _close(reminder: Reminder, state: Reminder.State, problem: str = "") -> None:
    reminder.state, reminder.problem = state, problem[:500]
    reminder.save(update_fields=["state", "problem", "attempts", "sent_at"])
