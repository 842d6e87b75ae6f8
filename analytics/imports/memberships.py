"""Who took part in which circle, keyed by circle, person and day of joining."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import F
from django.db.models.functions import Lower

from analytics.imports import columns
from analytics.imports.columns import FACILITATOR
from analytics.imports.facilitators import Appointments
from analytics.imports.lookups import Employee, by_lower_name, employees, lowered, unknown_person
from analytics.imports.plan import Difference, Line, Plan, Progress, Writer, batches, shown
from analytics.imports.reading import Table
from analytics.imports.seats import Stay, overlaps, without_seat
from analytics.imports.stay_days import day_problems
from circles.actions.seats import seat_freed
from circles.joining.unsettled import unsettled
from circles.models import Circle, Facilitation, Membership
from members.models import Member
from notifications import planner

Key = tuple[int, int, dt.date]


@dataclass(slots=True)
class Known:
    """What is recorded about the circles and people of a batch."""

    keys: dict[str, str]
    circles: dict[str, Circle]
    people: dict[str, Employee]
    seats: dict[Key, Membership]
    appointments: dict[Key, Facilitation]


class MembershipsPlan(Plan):
    """Seats people, ends their seats, and appoints facilitators. Circles have to be there."""

    about = "Who took part in which circle, and from when until when."
    columns = columns.MEMBERSHIPS

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        super().__init__(table, by=by, locked=locked)
        self.new: list[Membership] = []
        self.changed: list[Membership] = []
        self.appointments = Appointments(by)
        self.circles: dict[int, Circle] = {}
        self.stays: dict[int, list[Stay]] = defaultdict(list)
        self.people: dict[int, Employee] = {}

    def check_lines(self, lines: list[Line]) -> None:
        lines = self.good(lines)
        known = self._known(lines)
        for line in lines:
            name, number = line.values["circle"], line.values["employee_id"]
            circle = known.circles.get(known.keys[name])
            person = known.people.get(number)
            if circle is None:
                self.refuse(
                    line.row,
                    f"circle: there is no circle “{name}”. Import the circle first, "
                    "or correct the name.",
                )
            if person is None:
                self.refuse(line.row, unknown_person("employee_id", number))
            if circle and person:
                self._check_line(line, circle, person, known)

    def _known(self, lines: list[Line]) -> Known:
        keys = lowered(line.values["circle"] for line in lines)
        circles = Circle.objects.annotate(lower_name=Lower("name")).filter(
            lower_name__in=keys.values()
        )
        if self.locked:
            # Nobody joins or leaves while we count the seats.
            circles = circles.order_by("pk").select_for_update(no_key=True)
        found = by_lower_name(circles)
        people = employees(line.values["employee_id"] for line in lines)
        ids = {
            "circle__in": [circle.pk for circle in found.values()],
            "person__in": [person.pk for person in people.values()],
        }
        appointments = Facilitation.objects.filter(**ids)
        return Known(
            keys=keys,
            circles=found,
            people=people,
            seats={
                (seat.circle_id, seat.person_id, seat.joined_on): seat
                for seat in Membership.objects.filter(**ids)
            },
            appointments={(f.circle_id, f.person_id, f.appointed_on): f for f in appointments},
        )

    def _check_line(self, line: Line, circle: Circle, person: Employee, known: Known) -> None:
        joined_on = line.values["joined_on"]
        key = (circle.pk, person.pk, joined_on)
        if not self.is_first(key, line.row, f"{person} joining “{circle}” on {joined_on}"):
            return
        role = line.values.get("role") or Membership.Role.MEMBER
        if "role" not in line.values and key in known.seats:
            role = known.seats[key].role
        if role == FACILITATOR:
            left_on = self._last_day(line, circle, person, known.appointments.get(key))
        else:
            left_on = self._last_day(line, circle, person, known.seats.get(key))
        for problem in day_problems(joined_on, line.values.get("left_on"), circle, person):
            self.refuse(line.row, problem)
        if line.row in self.reasons:
            return
        self.circles[circle.pk], self.people[person.pk] = circle, person
        about = f"{person} in “{circle}” from {joined_on}"
        if role == FACILITATOR:
            self._appoint(line, about, circle, person, left_on, known.appointments.get(key))
        else:
            self._seat(line, about, key, left_on, role, known.seats.get(key))

    def _last_day(
        self,
        line: Line,
        circle: Circle,
        person: Employee,
        recorded: Membership | Facilitation | None,
    ) -> dt.date | None:
        """When the stay ended: as the row says, else with the person's job or with the circle."""
        if "left_on" not in line.values and recorded:
            return _end(recorded)
        given: dt.date | None = line.values.get("left_on")
        ends = [circle.ended_on] if circle.is_closed else []
        if person.left_on and person.left_on <= circle.today:
            ends.append(person.left_on)
        return given or min((day for day in ends if day), default=None)

    def _seat(
        self,
        line: Line,
        about: str,
        key: Key,
        left_on: dt.date | None,
        role: str,
        seat: Membership | None,
    ) -> None:
        circle_id, person_id, joined_on = key
        stayed = (
            left_on is not None
            and not line.values.get("left_on")
            and (left_on == self.circles[circle_id].ended_on)
        )
        stay = Stay(person_id, joined_on, left_on, row=line.row)
        if seat is None:
            self.add(line, about)
            self.new.append(
                Membership(
                    circle_id=circle_id,
                    person_id=person_id,
                    joined_on=joined_on,
                    left_on=left_on,
                    role=role,
                    stayed_to_end=stayed,
                )
            )
            self.stays[circle_id].append(stay)
            return
        differences = _differences(("left_on", seat.left_on, left_on), ("role", seat.role, role))
        self.change(line, about, differences)
        if differences:
            is_longer = stay.last > (seat.left_on or dt.date.max)
            self.stays[circle_id].append(stay if is_longer else replace(stay, row=0))
            if seat.left_on != left_on:
                seat.left_on, seat.stayed_to_end = left_on, stayed
            seat.role = role
            self.changed.append(seat)

    def _appoint(
        self,
        line: Line,
        about: str,
        circle: Circle,
        person: Employee,
        left_on: dt.date | None,
        held: Facilitation | None,
    ) -> None:
        joined_on = line.values["joined_on"]
        stay = Stay(person.pk, joined_on, left_on, row=line.row, takes_seat=False)
        if held is None:
            self.add(line, about)
            self.appointments.begun.append(
                Facilitation(
                    circle=circle,
                    person_id=person.pk,
                    appointed_on=joined_on,
                    ended_on=left_on,
                    appointed_by=self.by,
                )
            )
            self.stays[circle.pk].append(stay)
            return
        differences = _differences(("left_on", held.ended_on, left_on))
        self.change(line, about, differences)
        if differences:
            self.stays[circle.pk].append(stay)
            held.circle, held.ended_on = circle, left_on
            self.appointments.moved.append(held)

    def finish(self) -> None:
        for circle_ids in batches(self.stays):
            for circle_id, recorded in self._recorded_stays(circle_ids).items():
                self.stays[circle_id] += recorded
            for circle_id in circle_ids:
                self._check_circle(self.circles[circle_id], self.stays[circle_id])

    def _recorded_stays(self, circle_ids: Iterable[int]) -> dict[int, list[Stay]]:
        """Who is recorded in these circles, apart from what the file replaces."""
        stays: dict[int, list[Stay]] = defaultdict(list)
        replaced = {seat.pk for seat in self.changed}
        for seat in Membership.objects.filter(circle__in=circle_ids):
            if seat.pk not in replaced:
                stay = Stay(seat.person_id, seat.joined_on, seat.left_on)
                stays[seat.circle_id].append(stay)
        replaced = {held.pk for held in self.appointments.moved}
        for held in Facilitation.objects.filter(circle__in=circle_ids):
            if held.pk not in replaced:
                stay = Stay(held.person_id, held.appointed_on, held.ended_on, takes_seat=False)
                stays[held.circle_id].append(stay)
        return stays

    def _check_circle(self, circle: Circle, stays: list[Stay]) -> None:
        for stay, other in overlaps(stays):
            person = self.people[stay.person]
            if other.row:
                self.refuse(
                    stay.row,
                    f"Rows {other.row} and {stay.row} have {person} in “{circle}” on the same "
                    "days. Correct their days.",
                )
            else:
                does = "has a seat in" if other.takes_seat else "facilitates"
                self.refuse(
                    stay.row,
                    f"{person} {does} “{circle}” from {other.start} until {other.end or 'now'}. "
                    f"Correct the days; to change that stay, write {other.start} in joined_on "
                    "and its role.",
                )
        standing = [stay for stay in stays if stay.row not in self.reasons]
        for stay, day in without_seat(standing, circle.capacity):
            self.refuse(
                stay.row,
                f"“{circle}” has {circle.capacity} seats, and on {day} all of them are taken. "
                "Check the days, or give the circle more seats first.",
            )

    def write(self, progress: Progress) -> None:
        for batch in batches(self.changed):
            # Two stays of one person may move their common border; let neither block the other.
            ids = [seat.pk for seat in batch]
            Membership.objects.filter(pk__in=ids).update(left_on=F("joined_on"))
        writer: Writer[Membership] = Writer(progress)
        writer.change(self.changed, ["left_on", "role", "stayed_to_end"])
        writer.add(self.new)
        self.appointments.write()
        # Seats that came free go to who waits; held seats that the file took are held no longer.
        for circle in unsettled(Circle.objects.filter(pk__in=self.circles)):
            seat_freed(circle)
        for circle_ids in batches(self.circles):
            planner.keep("circle", circle_ids)


def _end(recorded: Membership | Facilitation) -> dt.date | None:
    return recorded.left_on if isinstance(recorded, Membership) else recorded.ended_on


def _differences(*values: tuple[str, object, object]) -> list[Difference]:
    return [Difference(name, shown(old), shown(new)) for name, old, new in values if old != new]
