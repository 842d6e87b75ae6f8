"""Career events, keyed by person, day and kind."""

from analytics.imports import columns
from analytics.imports.lookups import Employee, employees, unknown_person
from analytics.imports.plan import Difference, Line, Plan, Progress, Writer, shown
from analytics.imports.reading import Table
from members.models import CareerEvent, Member

LEVELS = ("from_level", "to_level")
Recorded = dict[tuple[int, object, str], CareerEvent]


class CareerEventsPlan(Plan):
    """Adds career events and corrects their levels. A person's own level stays as it is."""

    about = "Promotions, lateral moves, demotions and regrades, each with its day."
    columns = columns.CAREER_EVENTS

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        super().__init__(table, by=by, locked=locked)
        self.new: list[CareerEvent] = []
        self.changed: list[CareerEvent] = []

    def check_lines(self, lines: list[Line]) -> None:
        lines = self.good(lines)
        people = employees(line.values["employee_id"] for line in lines)
        recorded: Recorded = {
            (event.person_id, event.on, event.kind): event
            for event in CareerEvent.objects.filter(
                person__in=[person.pk for person in people.values()],
                on__in={line.values["on"] for line in lines},
            )
        }
        for line in lines:
            number = line.values["employee_id"]
            if person := people.get(number):
                self._check_line(line, person, recorded)
            else:
                self.refuse(line.row, unknown_person("employee_id", number))

    def _check_line(self, line: Line, person: Employee, recorded: Recorded) -> None:
        values = line.values
        on, kind = values["on"], values["kind"]
        about = f"{person}: {kind} on {on}"
        self.is_first((person.pk, on, kind), line.row, f"a {kind} of {person} on {on}")
        if person.hired_on and on < person.hired_on:
            self.refuse(
                line.row,
                f"on: {on} is before {person} was hired, on {person.hired_on}. "
                "Correct one of them.",
            )
        if person.left_on and on > person.left_on:
            self.refuse(
                line.row,
                f"on: {on} is after {person} left, on {person.left_on}. Correct one of them.",
            )
        event = recorded.get((person.pk, on, kind))
        is_new = event is None
        if event is None:
            event = CareerEvent(person_id=person.pk, on=on, kind=kind)
        differences = _assign_levels(event, line)
        self._check_levels(line.row, event)
        if line.row in self.reasons:
            return
        if is_new:
            self.add(line, about)
            self.new.append(event)
        else:
            self.change(line, about, differences)
            if differences:
                self.changed.append(event)

    def _check_levels(self, row: int, event: CareerEvent) -> None:
        if event.kind != CareerEvent.Kind.PROMOTION:
            return
        before, after = event.from_level, event.to_level
        if before is not None and after is not None and after <= before:
            self.refuse(
                row,
                f"to_level: a promotion raises the level, but this one goes from {before} to "
                f"{after}. Correct the levels, or the kind.",
            )

    def write(self, progress: Progress) -> None:
        writer: Writer[CareerEvent] = Writer(progress)
        writer.add(self.new)
        writer.change(self.changed, list(LEVELS))


def _assign_levels(event: CareerEvent, line: Line) -> list[Difference]:
    differences = []
    for column in LEVELS:
        old, new = getattr(event, column), line.values.get(column, getattr(event, column))
        if old != new:
            setattr(event, column, new)
            differences.append(Difference(column, shown(old), shown(new)))
    return differences
