"""Who comes and who goes as facilitator, and their lines in the audit trail."""

from collections.abc import Iterable, Sequence

from circles.models import Circle, Facilitation
from members.models import AuditEntry, Member


class CannotAppoint(Exception):
    """Why the person does not become facilitator, and what to do about it."""


class Appointments:
    """The appointments that a file begins, ends and moves. Nothing is written until write()."""

    def __init__(self, by: Member | None) -> None:
        self._by = by
        self.begun: list[Facilitation] = []
        self.ended: list[Facilitation] = []
        self.moved: list[Facilitation] = []

    def hand_over(
        self, circle: Circle, person: Member, held: Sequence[Facilitation], *, seated: bool
    ) -> str | None:
        """Make the person the facilitator instead of whoever is; None if they are already.

        Answers whose place they take. Raises CannotAppoint.
        """
        current = [f for f in held if f.ended_on is None or f.ended_on == circle.ended_on]
        if person in [former.person for former in current]:
            return None
        if not circle.is_closed:
            _check_may_hold(circle, person, seated=seated)
        today = circle.today
        first_day = today if held else circle.started_on or today
        self.begun.append(
            Facilitation(
                circle=circle,
                person=person,
                appointed_on=min(first_day, circle.ended_on or today, today),
                ended_on=circle.ended_on,
                appointed_by=self._by,
            )
        )
        for former in current:
            former.circle = circle
            former.ended_on = max(former.appointed_on, circle.ended_on or today)
            self.ended.append(former)
        return names_of(current)

    def write(self) -> None:
        Facilitation.objects.bulk_update([*self.ended, *self.moved], ["ended_on"], batch_size=500)
        Facilitation.objects.bulk_create(self.begun, batch_size=2000)
        AuditEntry.objects.bulk_create(
            [
                *self._entries("ended facilitation", self.ended),
                *self._entries("changed facilitation", self.moved),
                *self._entries("appointed facilitator", self.begun),
            ],
            batch_size=2000,
        )

    def _entries(self, verb: str, facilitations: Iterable[Facilitation]) -> list[AuditEntry]:
        # An appointment opens what a circle shares, so each leaves a line of its own.
        return [
            AuditEntry(
                actor=self._by,
                verb=verb,
                subject=str(held.circle)[:200],
                detail={"circle": held.circle_id, "person": held.person_id, "by": "import"},
            )
            for held in facilitations
        ]


def names_of(facilitations: Iterable[Facilitation]) -> str:
    return ", ".join(str(held.person.email or held.person) for held in facilitations)


def _check_may_hold(circle: Circle, person: Member, *, seated: bool) -> None:
    if person.left_on and person.left_on <= circle.today:
        raise CannotAppoint(f"{person} left on {person.left_on}. Name somebody else.")
    if seated:
        raise CannotAppoint(
            f"{person} has a seat in “{circle}”, and a facilitator holds a circle from outside. "
            "Name somebody else, or end the seat first."
        )
