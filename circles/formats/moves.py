"""What it means for a circle to follow another version of its format, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from circles.formats.content import content_of
from circles.formats.diff import Difference, differences
from circles.formats.kinds import GATES
from circles.models import Circle, Format, FormatVersion, GateRecord

# What a circle has to have done before it becomes active.
BEFORE_ACTIVE = ("goals_set", "trainings", "individual_recognition_test")
Done = dict[tuple[int, str], int]


@dataclass(frozen=True)
class Move:
    """One circle in a preview, and what the move means for it."""

    circle: Circle
    consequences: list[str]


@dataclass(frozen=True)
class Group:
    """Circles that come from the same version, with what is different for all of them."""

    version: FormatVersion
    differences: list[Difference]
    moves: list[Move]


def open_circles_by_version(of: Format) -> dict[int, int]:
    """How many open circles follow each version of the format, by the version's key."""
    # The keys first: joined, every circle would be looked at.
    versions = list(of.versions.values_list("pk", flat=True))
    circles = Circle.objects.open().filter(format_version__in=versions).order_by()
    return dict(circles.values_list("format_version").annotate(Count("pk")))


def preview(circles: Iterable[Circle], to: FormatVersion) -> list[Group]:
    """The circles by the version they follow now; those that are there already are left out.

    Fetch the circles with `with_seats()` and their versions' formats. One query for all of them.
    """
    coming = [circle for circle in circles if circle.format_version_id != to.pk]
    done = gates_done(coming)
    groups: dict[int, Group] = {}
    for circle in coming:
        old = circle.format_version
        if old.pk not in groups:
            found = differences(content_of(old), content_of(to))
            groups[old.pk] = Group(old, found, [])
        groups[old.pk].moves.append(Move(circle, consequences(circle, to, done)))
    return sorted(groups.values(), key=lambda group: group.version.number)


def gates_done(circles: Iterable[Circle]) -> Done:
    """How often each circle has a record of each gate."""
    records = GateRecord.objects.filter(circle__in=list(circles), kind__in=BEFORE_ACTIVE)
    counted = records.order_by().values_list("circle", "kind").annotate(Count("pk"))
    return {(circle, kind): number for circle, kind, number in counted}


def consequences(circle: Circle, to: FormatVersion, done: Done) -> list[str]:
    """What changes for this circle, beyond what is different in the format."""
    return [*_of_size(circle, to), *_of_minutes(circle, to), *_of_gates(circle, to, done)]


def _of_size(circle: Circle, to: FormatVersion) -> list[str]:
    if not to.counts_people:
        return []
    words = []
    if not to.size_min <= circle.capacity <= to.size_max:
        words.append(
            f"It has {circle.capacity} seats, and version {to.number} is made for "
            f"{to.size_in_words}. Its seats stay as they are."
        )
    if circle.taken > to.size_max:
        words.append(f"{circle.taken} people have a seat. Nobody loses it.")
    return words


def _of_minutes(circle: Circle, to: FormatVersion) -> list[str]:
    before, after = circle.format_version.meeting_minutes, to.meeting_minutes
    if before == after:
        return []
    return [
        f"A meeting takes {after} minutes instead of {before}. Meetings that are planned keep "
        "their time; change them where the agenda no longer fits."
    ]


def _of_gates(circle: Circle, to: FormatVersion, done: Done) -> list[str]:
    """What version `to` asks for and the circle has not done, as far as it asks for more."""
    asked = {gate["kind"]: gate["value"] for gate in circle.format_version.gates}
    words = [
        sentence
        for gate in to.gates
        if gate["kind"] in BEFORE_ACTIVE and asked.get(gate["kind"]) != gate["value"]
        if (sentence := _missing(circle, gate["kind"], gate["value"], done))
    ]
    if not words:
        return []
    if circle.started_on:
        return [*words, "It has begun already and goes on meeting."]
    return [*words, "It becomes active once that is done."]


def _missing(circle: Circle, kind: str, needed: object, done: Done) -> str:
    number = done.get((circle.pk, kind), 0)
    if kind == "trainings" and isinstance(needed, int):
        return f"It has {number} of {needed} trainings." if number < needed else ""
    if kind == "individual_recognition_test":
        people = circle.taken
        return f"{number} of {people} members have passed the test." if number < people else ""
    return f"It asks for this from now on: {GATES[kind].words.lower()}."
