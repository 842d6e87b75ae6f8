"""The people of the organisation, keyed by employee number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from analytics.imports import columns, fields, logins, managers
from analytics.imports.fields import CellRefused
from analytics.imports.lookups import reserved_ids
from analytics.imports.plan import Difference, Line, Outcome, Plan, Progress, Writer, batches, shown
from analytics.imports.reading import FileRefused, Row, Table
from analytics.imports.units import make_units, missing_units
from members.models import Member

MOST_ATTRIBUTES = 100
LONGEST_ATTRIBUTE_NAME = 60
parse_attribute = fields.text(2000)

# Columns that are a field of the person as they stand.
FIELDS = {
    "employee_id": "employee_number",
    "name": "name",
    "email": "email",
    "hired_on": "hired_on",
    "left_on": "left_on",
    "observed_until": "observed_until",
    "level": "job_level",
    "job_title": "job_title",
    "location": "location",
    "time_zone": "time_zone",
    "language": "language",
}
NEVER_EMPTY = {"time_zone", "language"}
EMPTY_TEXT = {"job_title", "location"}
WRITTEN = [*FIELDS.values(), "unit", "manager", "attributes", "password"]


@dataclass(slots=True)
class Known:
    """What is recorded about the people of a batch."""

    by_number: dict[str, Member]
    email_owners: dict[str, int]
    without_number: dict[int, Member]
    unproven: set[int]


class PeoplePlan(Plan):
    """Adds and changes people. Whoever is not in the file stays as they are."""

    keeps_other_columns = True
    about = "Who works here: names, units, levels, managers, and the days of hiring and leaving."
    columns = columns.PEOPLE

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        super().__init__(table, by=by, locked=locked)
        self.other_columns = table.unknown_columns
        if len(self.other_columns) > MOST_ATTRIBUTES:
            raise FileRefused(
                f"This file has {len(self.other_columns)} columns besides ours. "
                f"Remove some: at most {MOST_ATTRIBUTES} are kept as attributes."
            )
        for name in self.other_columns:
            if len(name) > LONGEST_ATTRIBUTE_NAME:
                raise FileRefused(
                    f"The column name {fields.quoted(name)} is too long. "
                    f"Shorten it to {LONGEST_ATTRIBUTE_NAME} characters at most."
                )
        if self.other_columns:
            self.notes.append(f"Kept as attributes: {', '.join(self.other_columns)}.")
        self.to_write: dict[int, Member] = {}
        self.units: dict[int, str] = {}
        self.awaited_managers: dict[int, str] = {}
        self.reports_to: dict[int, int | None] = {}
        self.email_changes: dict[int, int] = {}
        self.email_conflicts: dict[int, tuple[int, str]] = {}
        self.organisers = logins.organisers()

    def read_other(self, line: Line, row: Row) -> None:
        attributes: dict[str, str] = {}
        for name in self.other_columns:
            try:
                attributes[name] = parse_attribute(row.cells[name])
            except CellRefused as reason:
                self.refuse(row.number, f"{name}: {reason}")
        line.values["attributes"] = attributes or None

    def check_lines(self, lines: list[Line]) -> None:
        for line in lines:
            values = line.values
            if number := values.get("employee_id"):
                self.is_first(("id", number), line.row, f"the employee_id “{number}”")
            if email := values.get("email"):
                self.is_first(("email", email), line.row, f"the email {email}")
        good = self.good(lines)
        known = self._known(good)
        numbers = {number for line in good if (number := line.values.get("manager_id"))}
        recorded = Member.objects.filter(employee_number__in=numbers)
        manager_ids = dict(recorded.values_list("employee_number", "pk"))
        for line in good:
            self._check_line(line, known, manager_ids)

    def _known(self, lines: list[Line]) -> Known:
        emails = {email for line in lines if (email := line.values.get("email"))}
        owners = logins.owners_of(emails)
        everybody = Member.objects.annotate(
            unit_path=F("unit__path"), manager_number=F("manager__employee_number")
        )
        if self.locked:
            everybody = everybody.select_for_update(of=("self",), no_key=True)
        numbers = {line.values["employee_id"] for line in lines}
        by_number = everybody.filter(employee_number__in=numbers)
        owning = everybody.filter(pk__in=set(owners.values()), employee_number=None)
        without_number = {person.pk: person for person in owning}
        return Known(
            by_number={str(person.employee_number): person for person in by_number},
            email_owners=owners,
            without_number=without_number,
            unproven=logins.unproven(without_number.values()),
        )

    def _check_line(self, line: Line, known: Known, manager_ids: dict[str, int]) -> None:
        values = line.values
        person = self._person(line, known)
        was = person.email
        differences = [*_assign(person, values), *_assign_attributes(person, values)]
        if "unit" in values and values["unit"] != (old := getattr(person, "unit_path", None)):
            differences.append(Difference("unit", shown(old), shown(values["unit"])))
            self.units[line.row] = values["unit"] or ""
        differences += self._assign_manager(line, person, manager_ids)
        self._check_dates(line.row, person)
        self._check_login(line.row, person, was)
        about = _name(person)
        if not person.pk:
            self.decide(line.row, Outcome.ADD, about, differences)
        else:
            self.change(line, about, differences)
        if differences:
            self.to_write[line.row] = person

    def _person(self, line: Line, known: Known) -> Member:
        """Whom the row is about: known by the number, or by the address they signed up with."""
        email = line.values.get("email")
        owner = known.email_owners.get(email) if email else None
        person = known.by_number.get(line.values["employee_id"])
        if person is None and owner in known.without_number:
            person = known.without_number[owner]
            if person.pk in known.unproven:
                # Whoever signed up with this address may not be its owner: forget their password.
                person.set_unusable_password()
        elif owner is not None and (person is None or person.pk != owner):
            self.email_conflicts[line.row] = (owner, str(email))
        return person or Member()

    def _assign_manager(
        self, line: Line, person: Member, manager_ids: dict[str, int]
    ) -> list[Difference]:
        if "manager_id" not in line.values:
            return []
        number = line.values["manager_id"]
        if number == line.values["employee_id"]:
            self.refuse(line.row, "manager_id: nobody manages themselves. Empty it or correct it.")
            return []
        node = person.pk or -line.row
        manager_id = manager_ids.get(number)
        self.reports_to[node] = manager_id
        if number and manager_id is None:
            # Not recorded yet, so a row of this file has to bring them.
            self.awaited_managers[line.row] = number
        elif person.manager_id == manager_id:
            return []
        person.manager_id = manager_id
        old = getattr(person, "manager_number", None)
        return [Difference("manager_id", shown(old), shown(number))]

    def _check_dates(self, row: int, person: Member) -> None:
        for column in ("left_on", "observed_until"):
            end = getattr(person, column)
            if end and person.hired_on and end < person.hired_on:
                self.refuse(
                    row,
                    f"{column}: {end} is before the hiring on {person.hired_on}. "
                    "Correct one of them.",
                )

    def _check_login(self, row: int, person: Member, was: str | None) -> None:
        if not person.pk or person.email == was:
            return
        self.email_changes[person.pk] = row
        if person.email is None and person.pk in self.organisers:
            self.refuse(
                row,
                f"email: {person.name} is an organiser and signs in with {was}. "
                "Write an address here.",
            )

    def finish(self) -> None:
        self._settle_emails()
        self._settle_managers()
        self.note_new("units", missing_units(path for path in self.units.values() if path))

    def _settle_emails(self) -> None:
        owners = Member.objects.in_bulk({owner for owner, _ in self.email_conflicts.values()})
        for row, (owner, email) in self.email_conflicts.items():
            if owner in self.email_changes:
                continue  # its owner gets another one by this file
            person = owners[owner]
            number = person.employee_number
            whose = f"{person.name} ({number or 'an account without an employee_id'})"
            self.refuse(row, f"email: {email} belongs to {whose}. Correct it here or there.")

    def _settle_managers(self) -> None:
        rows_by_node = {person.pk or -row: row for row, person in self.to_write.items()}
        for row, number in self.awaited_managers.items():
            manager_row = self.row_of(("id", number))
            manager = self.to_write.get(manager_row or 0)
            if manager_row is None:
                self.refuse(
                    row,
                    f"manager_id: nobody has the employee_id “{number}”, neither in this file nor "
                    "among those imported before. Add them or correct the number.",
                )
            elif manager and (person := self.to_write.get(row)):
                self.reports_to[person.pk or -row] = manager.pk or -manager_row
        if not self.reports_to:
            return
        merged = managers.recorded_managers() | self.reports_to
        reports_to = {node: above for node, above in merged.items() if above is not None}
        for cycle in managers.cycles(reports_to):
            rows = [rows_by_node[node] for node in cycle if node in rows_by_node]
            if not rows:
                continue  # recorded so before, and left alone by this file
            words = managers.in_words(cycle, self._names(cycle, rows_by_node).__getitem__)
            for row in rows:
                self.refuse(row, f"manager_id: {words}. Change one of them.")

    def _names(self, nodes: Sequence[int], rows_by_node: dict[int, int]) -> dict[int, str]:
        people = Member.objects.in_bulk([node for node in nodes if node > 0])
        people |= {
            node: self.to_write[rows_by_node[node]] for node in nodes if node in rows_by_node
        }
        return {node: _name(person) for node, person in people.items()}

    def write(self, progress: Progress) -> None:
        new = [person for person in self.to_write.values() if not person.pk]
        changed = [person for person in self.to_write.values() if person.pk]
        for person, pk in zip(new, reserved_ids(Member._meta.db_table, len(new)), strict=True):
            person.pk = pk
            person.password = logins.unusable_password()
        by_number = {person.employee_number: person.pk for person in self.to_write.values()}
        units = make_units(path for path in self.units.values() if path)
        for row, path in self.units.items():
            self.to_write[row].unit_id = units.get(path)
        for row, number in self.awaited_managers.items():
            self.to_write[row].manager_id = by_number[number]
        moved = [person for person in changed if person.pk in self.email_changes]
        for batch in batches(moved):
            # Addresses may change places; none may be there twice for a moment.
            Member.objects.filter(pk__in=[person.pk for person in batch]).update(email=None)
        writer: Writer[Member] = Writer(progress)
        writer.add(new)
        writer.change(changed, WRITTEN)
        for batch in batches(moved):
            logins.move_logins(batch)


def _name(person: Member) -> str:
    return f"{person.name} ({person.employee_number})"


def _assign(person: Member, values: dict[str, Any]) -> Iterable[Difference]:
    for column, attribute in FIELDS.items():
        if column not in values:
            continue
        new = values[column]
        if new is None and column in NEVER_EMPTY:
            continue
        if new is None and column in EMPTY_TEXT:
            new = ""
        old = getattr(person, attribute)
        if old != new:
            setattr(person, attribute, new)
            yield Difference(column, shown(old), shown(new))


def _assign_attributes(person: Member, values: dict[str, Any]) -> Iterable[Difference]:
    before = person.attributes
    given: dict[str, str] = values.get("attributes") or {}
    after = before | {name: text for name, text in given.items() if text}
    for name, text in given.items():
        if not text:
            after.pop(name, None)
        if before.get(name, "") != text:
            yield Difference(name, shown(before.get(name)), shown(text))
    person.attributes = after
