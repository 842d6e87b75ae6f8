"""Writes the letters of a batch, with the facts as they are now. A failure stops only itself."""

import logging
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from notifications.catalogue import Kind, Written, compose, kind_named
from notifications.kinds import Letter, NoLongerWanted
from notifications.models import Reminder

logger = logging.getLogger(__name__)

Result = Letter | Exception


def compose_all(reminders: Iterable[Reminder]) -> dict[int, Result]:
    """By the reminder's key its letter, or the exception that says why there is none."""
    groups: dict[tuple[str, ZoneInfo], list[Reminder]] = {}
    for reminder in reminders:
        groups.setdefault((reminder.kind, reminder.recipient.zone), []).append(reminder)
    written: dict[int, Result] = {}
    for (name, zone), group in groups.items():
        with timezone.override(zone):
            written |= _compose(kind_named(name), group)
    return written


def _compose(kind: Kind, reminders: Sequence[Reminder]) -> dict[int, Result]:
    if kind.compose_many and len(reminders) > 1:
        try:
            found = {reminder.pk: written for reminder, written in kind.compose_many(reminders)}
        except (InterfaceError, OperationalError):
            raise
        except Exception:
            logger.exception("a batch cannot be written", extra={"kind": kind.name})
        else:
            return {each.pk: found.get(each.pk, _moot()) for each in reminders}
    return {reminder.pk: _one(reminder) for reminder in reminders}


def _one(reminder: Reminder) -> Result:
    try:
        return compose(reminder)
    except NoLongerWanted as reason:
        return reason
    except (InterfaceError, OperationalError):
        # Not the letter's fault: the lease gives the batch back.
        raise
    except Exception as problem:
        said = {"reminder": reminder.pk, "kind": reminder.kind, "subject": reminder.subject}
        logger.exception("a letter cannot be written", extra=said)
        return problem


def _moot() -> Written:
    return NoLongerWanted("The facts do not ask for it any more.")
