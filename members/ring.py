"""Where people sit around the ring. Turns names into plain data that a template draws as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 320
MIDDLE = SIZE / 2
# Up to this many places there is room for names; beyond, initials, and the names in the list below.
NAMED_PLACES = 12
LONGEST_NAME = 11
LONGEST_NAME_IN_A_CROWD = 9


@dataclass(frozen=True)
class Person:
    """Someone to be seated; the marks say what falls to them at the next meeting."""

    name: str
    initials: str
    is_viewer: bool = False
    is_host: bool = False
    is_presenter: bool = False
    is_facilitator: bool = False

    @property
    def short_name(self) -> str:
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True)
class Seat:
    """One drawn place; `person` is None where a seat is free."""

    x: float
    y: float
    radius: float
    label: str
    label_y: float
    person: Person | None

    @property
    def badge_x(self) -> float:
        return round(self.x + self.radius * 0.72, 1)

    @property
    def badge_y(self) -> float:
        return round(self.y - self.radius * 0.72, 1)

    @property
    def corner_x(self) -> float:
        return self.x - self.radius

    @property
    def corner_y(self) -> float:
        return self.y - self.radius

    @property
    def side(self) -> float:
        return self.radius * 2


@dataclass(frozen=True)
class Ring:
    """A circle's people around its ring, with the words for those who cannot see it."""

    seats: list[Seat]
    radius: float
    height: float
    is_small: bool
    title: str
    description: str
    hosts: list[str]
    presenters: list[str]
    facilitators: list[str]
    free: int

    width = SIZE
    middle = MIDDLE


def seat(people: Sequence[Person], *, capacity: int) -> Ring:
    """Seat members clockwise from the top, then free seats; facilitators face the top, seatless."""
    members = [person for person in people if not person.is_facilitator]
    facilitators = [person for person in people if person.is_facilitator]
    free = max(0, capacity - len(members))
    order: list[Person | None] = [*members, *[None] * free]
    half = math.ceil(len(order) / 2)
    order[half:half] = facilitators
    radius, seat_radius = _radii(len(order))
    return Ring(
        seats=_seats(order, radius, seat_radius),
        radius=radius,
        height=SIZE if len(order) > NAMED_PLACES else SIZE + 12,
        is_small=len(order) > 8,
        title=_title(members, facilitators, free),
        description=_description(members, facilitators),
        hosts=[person.short_name for person in members if person.is_host],
        presenters=[person.short_name for person in members if person.is_presenter],
        facilitators=[person.short_name for person in facilitators],
        free=free,
    )


def _radii(places: int) -> tuple[float, float]:
    """The ring's radius and a seat's, so that neighbours never touch and all stays in the frame."""
    if places <= 8:
        return 112, 27
    if places <= NAMED_PLACES:
        return 128, 19
    radius = 138
    gap = 2 * radius * math.sin(math.pi / places)
    return radius, round(min(19, gap / 2 - 2), 1)


def _seats(order: Sequence[Person | None], radius: float, seat_radius: float) -> list[Seat]:
    named = len(order) <= NAMED_PLACES
    is_crowded = len(order) > 8
    seats = []
    free_is_named = False
    for place, person in enumerate(order):
        angle = 2 * math.pi * place / len(order) - math.pi / 2
        x = round(MIDDLE + radius * math.cos(angle), 1)
        y = round(MIDDLE + radius * math.sin(angle), 1)
        label = ""
        if named and person:
            label = _short(
                person.short_name, LONGEST_NAME_IN_A_CROWD if is_crowded else LONGEST_NAME
            )
        elif named and not free_is_named:
            label, free_is_named = ("free" if is_crowded else "a free seat"), True
        label_y = round(y + seat_radius + 14, 1)
        seats.append(Seat(x, y, seat_radius, label, label_y, person))
    return seats


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _title(members: Sequence[Person], facilitators: Sequence[Person], free: int) -> str:
    seated = f"{len(members)} {'member' if len(members) == 1 else 'members'} around the ring"
    left = f"{free} free {'seat' if free == 1 else 'seats'}" if free else "no free seat"
    roles = [f"{person.short_name} hosts" for person in members if person.is_host]
    roles += [f"{person.short_name} presents" for person in members if person.is_presenter]
    roles += [f"{person.short_name} facilitates" for person in facilitators]
    return "; ".join([f"{seated}, {left}", *roles])


def _description(members: Sequence[Person], facilitators: Sequence[Person]) -> str:
    names = [f"{person.name} (you)" if person.is_viewer else person.name for person in members]
    names += [f"{person.name} (facilitator)" for person in facilitators]
    return ", ".join(names) or "Nobody is seated yet."
