"""Who belongs to a meeting, what each of them said, and who was there."""

from dataclasses import dataclass

from circles.models import Facilitation
from members.models import Member
from sessions_app.models import Attendance, Meeting
from sessions_app.seats import seats_on

KEPT = "kept_gathering"


@dataclass(frozen=True)
class Guest:
    """A person who belongs to a meeting, with their answer and whether they came."""

    person: Member
    is_facilitator: bool
    attendance: Attendance


@dataclass(frozen=True)
class Gathering:
    """Everyone who belongs to a meeting, sorted by what they said and whether they came."""

    guests: list[Guest]

    @property
    def coming(self) -> list[Guest]:
        return self._who_said(Attendance.Rsvp.GOING)

    @property
    def not_coming(self) -> list[Guest]:
        return self._who_said(Attendance.Rsvp.NOT_GOING)

    @property
    def silent(self) -> list[Guest]:
        return self._who_said("")

    @property
    def there(self) -> list[Guest]:
        return [guest for guest in self.guests if guest.attendance.attended]

    @property
    def is_noted(self) -> bool:
        return any(guest.attendance.attended is not None for guest in self.guests)

    def _who_said(self, rsvp: str) -> list[Guest]:
        return [guest for guest in self.guests if guest.attendance.rsvp == rsvp]


def gathering_of(meeting: Meeting) -> Gathering:
    """Everyone with a seat that day by name, then the circle's facilitators. Three queries.

    None of a meeting that keeps it: see keep_gathering().
    """
    kept: Gathering | None = meeting.__dict__.get(KEPT)
    return kept or _gathered(meeting)


def keep_gathering(meeting: Meeting) -> Gathering:
    """The same, kept on this very object: for whoever only shows it, to many people at once."""
    gathering = meeting.__dict__[KEPT] = _gathered(meeting)
    return gathering


def _gathered(meeting: Meeting) -> Gathering:
    seats = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    members = [seat.person for seat in seats]
    held = Facilitation.objects.current().filter(circle=meeting.circle_id)
    facilitators = [appointment.person for appointment in held.select_related("person")]
    said = {attendance.person_id: attendance for attendance in meeting.attendances.all()}
    nothing = Attendance(meeting=meeting)
    guests = [Guest(person, False, said.get(person.pk, nothing)) for person in members]
    guests += [
        Guest(person, True, said.get(person.pk, nothing))
        for person in facilitators
        if person not in members
    ]
    return Gathering(guests)
