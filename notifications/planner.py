"""Keeps the table of reminders in step with the facts: what is owed is planned, nothing else is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from notifications.asking import one_asking
from notifications.catalogue import Kind, all_subjects, dependents_of, kinds_about
from notifications.models import Reminder

BATCH = 500
# A row that somebody dispatched meanwhile stays as it is. So does one whose new place was taken.
# The state is veiled, so that the rows are found by their keys: the index of all that is planned
# looks short as long as no statistics know of a large plan.
MOVE = r"""
    UPDATE notifications_reminder AS row SET due_at = moved.due_at
    FROM unnest(
        string_to_array(%(keys)s, E'\n')::bigint[],
        string_to_array(%(moments)s, E'\n')::timestamptz[]
    ) AS moved (id, due_at)
    WHERE row.id = moved.id AND row.id = ANY(string_to_array(%(keys)s, E'\n')::bigint[])
        AND row.state || '' = 'planned'
        AND NOT EXISTS (
            SELECT FROM notifications_reminder AS other
            WHERE (other.kind, other.subject, other.recipient_id, other.due_at)
                = (row.kind, row.subject, row.recipient_id, moved.due_at)
        )
    RETURNING row.id
"""
WITHDRAWN = "Withdrawn: the facts changed."
INSERT = r"""
    INSERT INTO notifications_reminder
        (kind, subject, recipient_id, due_at, urgency, state, attempts, problem, created_at)
    SELECT kind, subject, recipient_id, due_at, urgency, 'planned', 0, '', %(now)s
    FROM unnest(
        string_to_array(%(kinds)s, E'\n'),
        string_to_array(%(subjects)s, E'\n'),
        string_to_array(%(people)s, E'\n')::bigint[],
        string_to_array(%(moments)s, E'\n')::timestamptz[],
        string_to_array(%(urgencies)s, E'\n')::smallint[]
    ) AS owed (kind, subject, recipient_id, due_at, urgency)
    ON CONFLICT DO NOTHING
"""


# What makes a reminder the one it is: kind, subject, recipient, due moment.
Key = tuple[str, str, int, datetime]


@dataclass
class Kept:
    """What keep() did."""

    planned: int = 0
    moved: int = 0
    revived: int = 0
    withdrawn: int = 0

    def __iadd__(self, other: "Kept") -> "Kept":
        self.planned += other.planned
        self.moved += other.moved
        self.revived += other.revived
        self.withdrawn += other.withdrawn
        return self


@dataclass
class _Owed:
    """What the kinds want of one batch: what to plan anew, and what merely may stay planned."""

    fresh: dict[Key, int] = field(default_factory=dict)
    stale: set[Key] = field(default_factory=set)


# Without a savepoint: whoever changes the facts must not go on when this fails.
@transaction.atomic(savepoint=False)
def keep(about: str, ids: Iterable[int]) -> Kept:
    """Make the planned reminders about these rows what their kinds want now.

    Missing ones are planned, those at another moment moved, withdrawn ones owed again, and what is
    wanted no more is withdrawn; what was dispatched stays as it is. Call it where the facts change,
    in the same transaction and under the same lock. The number of queries does not depend on how
    many rows. What follows from these rows, as declare_dependents says, is kept with them.
    """
    keys = list(dict.fromkeys(ids))
    done = _keep(about, keys) if keys else Kept()
    for other, keys_of in dependents_of(about) if keys else ():
        rest = iter(keys_of(keys))
        while batch := list(islice(rest, BATCH)):
            done += keep(other, batch)
    return done


def _keep(about: str, keys: Sequence[int]) -> Kept:
    kinds = kinds_about(about)
    if not kinds:
        return Kept()
    wanted = _wanted(kinds, about, keys)
    there = Reminder.objects.filter(
        kind__in=[kind.name for kind in kinds], subject__in=[f"{about}:{key}" for key in keys]
    ).values_list("pk", "kind", "subject", "recipient_id", "due_at", "state", "claimed_at")
    missing, revive, spare = dict(wanted.fresh), [], {}
    for pk, name, subject, person, due_at, state, claimed_at in there:
        found = (name, subject, person, due_at)
        if missing.pop(found, None) is None:
            if state == Reminder.State.PLANNED and found not in wanted.stale:
                spare[pk] = found
        elif state == Reminder.State.CANCELLED and claimed_at is None:
            revive.append(pk)
    moved = _move(missing, spare)
    return Kept(_plan(missing), moved, _revive(revive), _withdraw(list(spare)))


def keep_all(about: str, ids: Iterable[int] | None = None) -> Kept:
    """Repair what is planned about many rows, or all there are: one short transaction a batch."""
    done, rest = Kept(), iter(_all(about) if ids is None else ids)
    while batch := list(islice(rest, BATCH)):
        done += keep(about, batch)
    return done


def _all(about: str) -> Iterator[int]:
    """The keys that declare_subjects names, and those that something is planned about."""
    yield from all_subjects(about)
    planned = Reminder.objects.filter(
        kind__in=[kind.name for kind in kinds_about(about)], state=Reminder.State.PLANNED
    )
    subjects = planned.order_by("subject").values_list("subject", flat=True).distinct()
    for subject in subjects.iterator():
        yield int(subject.removeprefix(f"{about}:"))


def _wanted(kinds: Sequence[Kind], about: str, keys: Sequence[int]) -> _Owed:
    # This sees every row that is owed about a long series or a repair: no work twice.
    owed, subjects, now = _Owed(), {key: f"{about}:{key}" for key in keys}, timezone.now()
    with one_asking():
        for kind in kinds:
            name, urgency = kind.name, int(kind.urgency)
            oldest = now - kind.too_late if kind.too_late else None
            for subject_id, person, due_at in kind.wanted(keys) if kind.wanted else ():
                if subject_id not in subjects:
                    raise ValueError(f"The kind {name!r} answers about rows it was not asked of.")
                key = (name, subjects[subject_id], person, due_at)
                if oldest and due_at < oldest:
                    owed.stale.add(key)
                else:
                    owed.fresh[key] = urgency
    return owed


def _move(missing: dict[Key, int], spare: dict[int, Key]) -> int:
    """Let spare rows take the place of missing ones that differ in their moment alone."""
    free: dict[tuple[str, str, int], list[int]] = {}
    for pk, (name, subject, person, _) in spare.items():
        free.setdefault((name, subject, person), []).append(pk)
    moves = {}
    for key in missing:
        if rows := free.get(key[:3]):
            moves[rows.pop()] = key
    if not moves:
        return 0
    moments = _lines(due_at for *_, due_at in moves.values())
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"keys": _lines(moves), "moments": moments})
        done = [pk for (pk,) in cursor.fetchall()]
    for pk in done:
        del spare[pk], missing[moves[pk]]
    return len(done)


def _plan(missing: dict[Key, int]) -> int:
    if not missing:
        return 0
    kinds, subjects, people, moments = map(_lines, zip(*missing, strict=True))
    columns = {"kinds": kinds, "subjects": subjects, "people": people, "moments": moments}
    columns["urgencies"] = _lines(missing.values())
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns | {"now": timezone.now()})
        return int(cursor.rowcount)


def _lines(values: Iterable[Any]) -> str:
    """A column as one value: quoting thousands one by one takes longer than storing them."""
    return "\n".join(map(str, values))


def _revive(keys: list[int]) -> int:
    if not keys:
        return 0
    rows = Reminder.objects.filter(pk__in=keys, state=Reminder.State.CANCELLED, claimed_at=None)
    return rows.update(state=Reminder.State.PLANNED, problem="")


def _withdraw(keys: list[int]) -> int:
    if not keys:
        return 0
    rows = Reminder.objects.filter(pk__in=keys, state=Reminder.State.PLANNED)
    return rows.update(state=Reminder.State.CANCELLED, problem=WITHDRAWN)
