from dataclasses import dataclass

from django.db import transaction

from circles.actions.refusals import CannotChange
from circles.models import Circle, FormatVersion
from members.actions import record
from members.models import Member


@transaction.atomic
def move_to_version(circle: Circle, version: FormatVersion, *, seen: int, by: Member) -> bool:
    """Let the circle follow another version of its format; nothing else about it changes.

    `seen` is the number of the version that the person compared with. Returns whether it moved:
    a circle that is there already stays. Raises CannotChange if it is closed, has another format,
    or was moved elsewhere meanwhile.
    """
    # Lock the circle alone: joined to its version it would not be found if that changes meanwhile.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    now = circle.format_version
    if now == version:
        return False
    if circle.is_closed:
        raise CannotChange("It is closed. Reopen it to move it.")
    if now.format_id != version.format_id:
        raise CannotChange(f"It is a circle of another format than “{version.format}”.")
    if now.number != seen:
        raise CannotChange(
            f"Somebody moved it to version {now.number} meanwhile. Look at the difference again."
        )
    circle.format_version = version
    circle.save(update_fields=["format_version"])
    moved = {"before": now.number, "after": version.number}
    record(by, "moved circle to version", circle, circle=circle.pk, **moved)
    return True


@dataclass(frozen=True)
class Moves:
    """What became of each of several circles."""

    moved: list[Circle]
    there: list[Circle]
    refused: list[tuple[Circle, str]]


def move_all_to_version(seen: dict[Circle, int], version: FormatVersion, *, by: Member) -> Moves:
    """Move each circle on its own: one that cannot move keeps no other back."""
    moves = Moves([], [], [])
    for circle, number in seen.items():
        try:
            moved = move_to_version(circle, version, seen=number, by=by)
        except CannotChange as reason:
            moves.refused.append((circle, str(reason)))
        else:
            (moves.moved if moved else moves.there).append(circle)
    return moves
