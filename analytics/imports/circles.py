"""Circles, keyed by name, with the programmes they belong to and who facilitates them."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Greatest, Lower

from analytics.imports import columns
from analytics.imports.facilitators import Appointments, CannotAppoint
from analytics.imports.lookups import by_lower_name, lowered
from analytics.imports.plan import Difference, Line, Plan, Progress, Writer, batches, shown
from analytics.imports.reading import Table
from circles.models import Circle, Facilitation, FormatVersion, Membership, Programme
from members.models import Member
from notifications import planner

MOST_SEATS = 30
FIELDS = ("purpose", "capacity", "time_zone", "started_on", "ended_on")
WRITTEN = [*FIELDS, "programme", "stage"]
BEFORE_MEETING = (Circle.Stage.PROPOSED, Circle.Stage.RECRUITING, Circle.Stage.FORMING)


@dataclass(slots=True)
class Known:
    """What is recorded about the circles of a batch; names are keys in lower case."""

    keys: dict[str, str]
    circles: dict[str, Circle]
    programmes: dict[str, Programme]
    people: dict[str, Member]
    seated: set[tuple[int, int]]


class CirclesPlan(Plan):
    """Adds and changes circles. Makes programmes that are new; formats have to be there."""

    about = "Circles with their programme, format, seats, days and facilitator."
    columns = columns.CIRCLES

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        super().__init__(table, by=by, locked=locked)
        self.versions: dict[str, FormatVersion] = {}
        for version in FormatVersion.objects.newest().select_related("format"):
            self.versions[version.format.key] = version
            self.versions[version.format.name.lower()] = version
        self.new: list[Circle] = []
        self.changed: list[Circle] = []
        self.closing: list[Circle] = []
        self.new_programmes: dict[str, Programme] = {}
        self.formats_of_new: dict[str, set[int]] = {}
        self.appointments = Appointments(by)

    def check_lines(self, lines: list[Line]) -> None:
        lines = self.good(lines)
        known = self._known(lines)
        for line in lines:
            key = known.keys[line.values["circle"]]
            if self.is_first(key, line.row, f"the circle “{line.values['circle']}”"):
                self._check_line(line, known.circles.get(key), known)

    def _known(self, lines: list[Line]) -> Known:
        names = [line.values[column] for line in lines for column in ("circle", "programme")]
        keys = lowered(names)
        emails = {email for line in lines if (email := line.values.get("facilitator_email"))}
        named = Circle.objects.annotate(lower_name=Lower("name")).filter(
            lower_name__in={keys[line.values["circle"]] for line in lines}
        )
        if self.locked:
            # Nobody joins or leaves while we count the seats.
            list(named.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        taken = Count("memberships", filter=Q(memberships__left_on=None))
        held = Facilitation.objects.select_related("person")
        circles = (
            named.annotate(seats_taken=taken)
            .select_related("programme", "format_version__format")
            .prefetch_related(Prefetch("facilitations", queryset=held))
        )
        programmes = (
            Programme.objects.annotate(lower_name=Lower("name"))
            .filter(lower_name__in={keys[line.values["programme"]] for line in lines})
            .prefetch_related("formats")
        )
        people = Member.objects.filter(email__in=emails)
        found = by_lower_name(circles)
        ids = [circle.pk for circle in found.values()]
        seats = Membership.objects.current().filter(circle__in=ids, person__in=people)
        return Known(
            keys=keys,
            circles=found,
            programmes=by_lower_name(programmes),
            people={str(person.email): person for person in people},
            seated=set(seats.values_list("circle_id", "person_id")),
        )

    def _check_line(self, line: Line, recorded: Circle | None, known: Known) -> None:
        was_closed = recorded is not None and recorded.is_closed
        circle = self._circle(line, recorded)
        if circle is None:
            return
        differences = self._assign_programme(line, circle, known)
        differences += _assign(circle, line)
        self._check_days(line.row, circle)
        self._check_seats(line.row, circle)
        differences += _settle_stage(circle)
        differences += self._assign_facilitator(line, circle, known, was_closed=was_closed)
        if line.row in self.reasons:
            return
        if recorded is None:
            self.add(line, circle.name)
            self.new.append(circle)
            return
        self.change(line, circle.name, differences)
        if differences:
            self.changed.append(circle)
        if circle.is_closed and not was_closed:
            self.closing.append(circle)

    def _circle(self, line: Line, recorded: Circle | None) -> Circle | None:
        """The circle that the row is about, or None if the row may not touch it."""
        version = self._version(line)
        if version is None:
            return None
        if recorded is None:
            seats = min(version.size_max, MOST_SEATS)
            return Circle(name=line.values["circle"], format_version=version, capacity=seats)
        if recorded.format_version.format_id != version.format_id:
            self.refuse(
                line.row,
                f"format: “{recorded}” is a circle of the format {recorded.format_version.format} "
                "and keeps it. Correct the format, or give the new circle another name.",
            )
            return None
        ended_on = line.values.get("ended_on", recorded.ended_on)
        if recorded.is_closed and ended_on != recorded.ended_on:
            self.refuse(
                line.row,
                f"ended_on: “{recorded}” is closed since {recorded.ended_on}. Write that day, "
                "or reopen the circle first.",
            )
            return None
        return recorded

    def _version(self, line: Line) -> FormatVersion | None:
        wanted = str(line.values["format"])
        version = self.versions.get(wanted.lower())
        if version is None:
            keys = sorted({version.format.key for version in self.versions.values()})
            offered = f"Write one of {', '.join(keys)}." if keys else "Publish a format first."
            self.refuse(line.row, f"format: there is no format “{wanted}”. {offered}")
        return version

    def _assign_programme(self, line: Line, circle: Circle, known: Known) -> list[Difference]:
        name = line.values["programme"]
        key = known.keys[name]
        of_format = circle.format_version.format
        programme = known.programmes.get(key)
        old = circle.programme if circle.pk else None
        if programme is not None and programme == old:
            return []
        if programme is None:
            made = Programme(name=name, created_by=self.by)
            programme = self.new_programmes.setdefault(key, made)
            self.formats_of_new.setdefault(key, set()).add(of_format.pk)
        elif of_format not in programme.formats.all():
            self.refuse(
                line.row,
                f"programme: “{programme}” has no circles of the format {of_format}. "
                "Add the format to the programme first.",
            )
        circle.programme = programme
        return [Difference("programme", shown(old), programme.name)]

    def _check_days(self, row: int, circle: Circle) -> None:
        if circle.started_on and circle.ended_on and circle.ended_on < circle.started_on:
            self.refuse(
                row,
                f"ended_on: {circle.ended_on} is before the start on {circle.started_on}. "
                "Correct one of them.",
            )
        if circle.ended_on and circle.ended_on > circle.today:
            self.refuse(
                row, f"ended_on: {circle.ended_on} is still to come. Leave it empty until then."
            )

    def _check_seats(self, row: int, circle: Circle) -> None:
        taken = getattr(circle, "seats_taken", 0)
        if circle.capacity < taken:
            self.refuse(
                row,
                f"capacity: {taken} people have a seat, so there cannot be only "
                f"{circle.capacity} seats. Write {taken} or more.",
            )

    def _assign_facilitator(
        self, line: Line, circle: Circle, known: Known, *, was_closed: bool
    ) -> list[Difference]:
        email = line.values.get("facilitator_email")
        if not email:
            return []
        person = known.people.get(email)
        if person is None:
            self.refuse(
                line.row,
                f"facilitator_email: nobody has the address {email}. Import the person first, "
                "or correct the address.",
            )
            return []
        held = list(circle.facilitations.all()) if circle.pk else []
        seated = (circle.pk, person.pk) in known.seated
        try:
            former = self.appointments.hand_over(circle, person, held, seated=seated)
        except CannotAppoint as reason:
            self.refuse(line.row, f"facilitator_email: {reason}")
            return []
        if former is None:
            return []
        if was_closed and former:
            self.refuse(
                line.row,
                f"facilitator_email: “{circle}” is closed and stays with {former}. "
                "Write that address, or leave it empty.",
            )
        return [Difference("facilitator_email", former, email)]

    def finish(self) -> None:
        self.note_new("programmes", [p.name for p in self.new_programmes.values()])

    def write(self, progress: Progress) -> None:
        self._make_programmes()
        writer: Writer[Circle] = Writer(progress)
        writer.add(self.new)
        writer.change(self.changed, WRITTEN)
        for batch in batches(self.closing):
            last_day = Circle.objects.filter(pk=OuterRef("circle")).values("ended_on")
            Membership.objects.current().filter(circle__in=batch).update(
                left_on=Greatest(F("joined_on"), Subquery(last_day)), stayed_to_end=True
            )
        self.appointments.write()
        for touched in batches([*self.new, *self.changed]):
            planner.keep("circle", [circle.pk for circle in touched])

    def _make_programmes(self) -> None:
        made = Programme.objects.bulk_create(self.new_programmes.values())
        through = Programme.formats.through
        through.objects.bulk_create(
            through(programme_id=programme.pk, format_id=format_id)
            for key, programme in zip(self.new_programmes, made, strict=True)
            for format_id in sorted(self.formats_of_new[key])
        )


def _assign(circle: Circle, line: Line) -> list[Difference]:
    differences = []
    for column in FIELDS:
        new = line.values.get(column)
        if new is None:
            if column not in line.values or column in ("capacity", "time_zone"):
                continue
            new = "" if column == "purpose" else None
        old = getattr(circle, column)
        if old != new:
            setattr(circle, column, new)
            differences.append(Difference(column, shown(old), shown(new)))
    return differences


def _settle_stage(circle: Circle) -> list[Difference]:
    """Closed once it has ended, active once it has begun; else the stage is the organiser's."""
    before, today = circle.stage, circle.today
    started = circle.started_on is not None and circle.started_on <= today
    if circle.ended_on and circle.ended_on <= today:
        circle.stage = Circle.Stage.CLOSED
    elif started and circle.stage in BEFORE_MEETING:
        circle.stage = Circle.Stage.ACTIVE
    if circle.stage == before:
        return []
    return [Difference("stage", Circle.Stage(before).label, circle.get_stage_display())]
