"""Giving meetings of a series that changed their new days, without losing what hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from notifications import planner
from sessions_app.actions.filling import busy, is_free, meeting_of, times_of
from sessions_app.actions.meetings import CannotSchedule
from sessions_app.models import Attendance, Meeting, Series
from sessions_app.recurrence.occurrences import Occurrence
from sessions_app.reminders.invitations import tell_meeting

State = Meeting.State
CHANGED = (
    *("series", "nominal_on", "starts_at", "ends_at", "held_on", "time_zone", "set_by_hand"),
    *("title", "place", "video_url", "state", "cancelled_for", "sequence"),
)


@dataclass(frozen=True, eq=False)
class Slot:
    """A time of the new rhythm, and the link that gives it."""

    series: Series
    one: Occurrence


@dataclass
class Outcome:
    """What became of the meetings, in numbers."""

    moved: int = 0
    asked_again: int = 0  # answers that were given for another time
    added: int = 0
    removed: int = 0
    cancelled: int = 0
    by_hand: int = 0
    left_out: list[Occurrence] = field(default_factory=list)


def repoint(
    rows: Sequence[Meeting],
    old: set[date],
    slots: Sequence[Slot],
    *,
    former: dict[int, tuple[str, str, str]],
    chosen: Meeting | None,
) -> Outcome:
    """Give each meeting its slot, create what is missing, and take away what has none.

    `old` are the days that the former rhythm still had, `former` the words of its links. Raises
    CannotSchedule when the chosen meeting itself would overlap another.
    """
    outcome = Outcome()
    fixed = [row for row in rows if _is_fixed(row, chosen)]
    movable = [row for row in rows if row not in fixed and not row.is_cancelled]
    before = {row.pk: row.starts_at for row in movable}
    keys = [row.pk for row in rows]
    pairs = _that_fit(_paired(rows, old, slots), movable, chosen, outcome)
    placed = [row for row, _ in pairs if row]
    for row, slot in pairs:
        if row:
            _place(row, slot, former, moves=row not in fixed, takes_words=row == chosen)
    lost = [row for row in rows if row not in placed]
    spare = [row for row in lost if row not in fixed]
    _store(placed, lost, called_off=[row for row in spare if row in movable])
    made = Meeting.objects.bulk_create(
        [meeting_of(to.series, to.one) for row, to in pairs if not row]
    )
    moved = [row for row in placed if row in movable and row.starts_at != before[row.pk]]
    outcome.by_hand = sum(row.set_by_hand and not row.is_cancelled for row in fixed)
    outcome.added, outcome.moved = len(made), len(moved)
    outcome.asked_again = _ask_again(moved)
    for row in lost:
        if row in fixed and not row.has_started:
            tell_meeting(row)
    _let_go(spare, movable, outcome)
    planner.keep("meeting", [*keys, *(meeting.pk for meeting in made)])
    return outcome


def _that_fit(
    pairs: list[tuple[Meeting | None, Slot]],
    movable: list[Meeting],
    chosen: Meeting | None,
    outcome: Outcome,
) -> list[tuple[Meeting | None, Slot]]:
    """Without the slots that overlap other meetings; who stays or is cancelled needs no room."""
    times = [times_of(slot.one) for _, slot in pairs]
    circle_id = pairs[0][1].series.circle_id if pairs else 0
    taken = busy(circle_id, times, without=[row.pk for row in movable])
    fitting = []
    for row, slot in pairs:
        if row is None or row in movable:
            if not is_free(times_of(slot.one), taken):
                if row is not None and row == chosen:
                    raise CannotSchedule("The circle already meets then. Choose another time.")
                outcome.left_out.append(slot.one)
                continue
            taken.append(times_of(slot.one))
        fitting.append((row, slot))
    return fitting


def _is_fixed(row: Meeting, chosen: Meeting | None) -> bool:
    """Whether it stays where it is: set by hand, live, or no longer to come."""
    if row.state not in (State.PLANNED, State.CANCELLED) or row.has_started:
        return True
    return row.set_by_hand and not (chosen and row.pk == chosen.pk)


def _paired(
    rows: Sequence[Meeting], old: set[date], slots: Sequence[Slot]
) -> list[tuple[Meeting | None, Slot]]:
    """Each slot with the meeting that gets it, or none.

    Where one rhythm contains the other, as weekly contains fortnightly, each keeps its day; else
    the first takes the first, the second the second, and a gap stays a gap.
    """
    new = {slot.one.nominal_on: slot for slot in slots}
    if old <= set(new) or set(new) <= old:
        of_day = {day: slot.one.nominal_on for day, slot in new.items()}
    else:
        coming = {row.nominal_on for row in rows if row.nominal_on and not row.has_started}
        of_day = dict(zip(sorted(old | coming), new, strict=False))
    here = {of_day[row.nominal_on]: row for row in rows if row.nominal_on in of_day}
    return [(here.get(slot.one.nominal_on), slot) for slot in slots]


def _place(
    row: Meeting,
    slot: Slot,
    former: dict[int, tuple[str, str, str]],
    *,
    moves: bool,
    takes_words: bool,
) -> None:
    """Write the slot into the meeting; words that were its own stay."""
    words = former.get(row.series_id or 0, ("", "", ""))
    before = _told(row)
    row.series, row.nominal_on = slot.series, slot.one.nominal_on
    if not moves:
        return
    row.starts_at, row.ends_at, row.held_on = slot.one.starts_at, slot.one.ends_at, slot.one.held_on
    row.set_by_hand = False
    for name, usual in zip(("title", "place", "video_url"), words, strict=True):
        meant = getattr(slot.series, name)
        if meant != usual and (takes_words or getattr(row, name) == usual):
            setattr(row, name, meant)
    row.sequence += _told(row) != before


def _told(row: Meeting) -> tuple[object, ...]:
    return (*times_of(row), row.title, row.place, row.video_url)


def _store(placed: list[Meeting], lost: list[Meeting], *, called_off: list[Meeting]) -> None:
    """Write all of them at once; out of each other's way first, as two may change places."""
    for row in lost:
        row.series, row.nominal_on = None, None
    for row in called_off:
        row.state, row.sequence = State.CANCELLED, row.sequence + 1
    rows = [*placed, *lost]
    keys = [row.pk for row in rows]
    aside: dict[str, Any] = {"series": None, "nominal_on": None}
    Meeting.objects.filter(pk__in=keys).update(**aside)
    coming = Meeting.objects.filter(pk__in=keys, state=State.PLANNED)
    coming.update(state=State.CANCELLED)
    # All of them exist; this is one statement, and several times as fast as bulk_update.
    Meeting.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=CHANGED
    )


def _ask_again(moved: list[Meeting]) -> int:
    answers = Attendance.objects.filter(meeting__in=moved).exclude(rsvp="")
    return answers.update(rsvp="", rsvp_at=None, rsvp_through="")


def _let_go(spare: list[Meeting], movable: list[Meeting], outcome: Outcome) -> None:
    """What has no place in the new rhythm: untouched rows go, others stay, called off.

    Calendars hear of it with the series, whose rhythm no longer names these days.
    """
    bare = set(_bare([row.pk for row in spare]))
    outcome.removed = sum(row.pk in bare for row in movable)
    outcome.cancelled = sum(row.pk not in bare for row in movable if row in spare)
    Meeting.objects.filter(pk__in=bare).delete()


def _bare(keys: list[int]) -> list[int]:
    """Those of the meetings to which nobody has written anything, in no table."""
    rows = Meeting.objects.filter(pk__in=keys, recap="")
    for relation in Meeting._meta.related_objects:
        field_name = relation.field.name
        about = relation.related_model._base_manager.filter(**{field_name: OuterRef("pk")})
        rows = rows.filter(~Exists(about))
    return list(rows.values_list("pk", flat=True))
