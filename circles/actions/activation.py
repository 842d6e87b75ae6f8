"""From forming to active: only when nothing is missing; and telling who waits for that."""

from collections.abc import Sequence

from django.db import transaction

from circles import gates
from circles.actions.refusals import CannotChange
from circles.lifecycle.terms import end_of_term
from circles.models import Circle, GateRecord
from circles.reminders.charter import tell_ready
from members.actions import record
from members.models import Member
from members.words import count_in_words


class NotReady(CannotChange):
    """What keeps a circle from becoming active.

    As words it only counts, so that it can be told to people outside; `gaps` are for its own.
    """

    def __init__(self, steps: Sequence[gates.Step]) -> None:
        self.gaps = [gap for step in steps for gap in step.gaps]
        counted = ", ".join(in_numbers(steps))
        super().__init__(f"This circle cannot become active yet: {counted}.")

    def in_sentences(self) -> str:
        """One sentence for each thing that is missing."""
        said = dict.fromkeys(gap.words for gap in self.gaps)
        return " ".join(["This circle cannot become active yet.", *said])


def in_numbers(steps: Sequence[gates.Step]) -> list[str]:
    """`2 signatures missing`, for each step that is not done."""
    found = []
    for step in steps:
        one, _, many = step.counted.partition(",")
        if step.gaps:
            found.append(count_in_words(len(step.gaps), one=one, many=many or one))
    return found


def check_is_ready(circle: Circle) -> None:
    """Raise NotReady unless everything is there that the circle needs to become active."""
    steps = gates.steps(circle)
    if not all(step.is_done for step in steps):
        raise NotReady(steps)


def begin(circle: Circle) -> None:
    """Note on a circle that becomes active its first day and the end of its term.

    A circle that was active before keeps both. Nothing is saved.
    """
    if circle.started_on is None:
        circle.started_on = circle.today
        circle.term_ends_on = circle.term_ends_on or end_of_term(circle, since=circle.today)


def tell_if_ready(circle: Circle) -> bool:
    """Tell whoever looks after a forming circle that nothing is missing any more, once a charter.

    Returns whether it is ready.
    """
    charter = circle.charters.first() if circle.stage == Circle.Stage.FORMING else None
    if charter is None or gates.unmet(circle):
        return False
    tell_ready(charter)
    return True


class CannotRecord(Exception):
    """Why something is not noted down, in words meant for the facilitator who asked."""


@transaction.atomic
def record_gate(circle: Circle, kind: str, *, person: Member, step: int, by: Member) -> GateRecord:
    """Note that a member has done a training or passed the test. Noting it twice changes nothing.

    Raises CannotRecord if the format asks for no such thing, or the person has no seat.
    """
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if not 1 <= step <= steps_of(circle, kind):
        raise CannotRecord("This circle’s format asks for no such thing.")
    if not circle.memberships.current().of(person).exists():
        raise CannotRecord(f"{person} no longer has a seat in this circle.")
    noted, is_new = GateRecord.objects.get_or_create(
        circle=circle,
        kind=kind,
        person=person,
        step=step,
        defaults={"done_on": circle.today, "recorded_by": by},
    )
    if is_new:
        record(by, "recorded gate", circle, circle=circle.pk, kind=kind, person=person.pk)
        tell_if_ready(circle)
    return noted


@transaction.atomic
def take_back_gate(circle: Circle, kind: str, *, person: Member, step: int, by: Member) -> None:
    """Undo what was noted. Undoing it twice changes nothing."""
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    noted = GateRecord.objects.filter(circle=circle, kind=kind, person=person, step=step)
    if noted.delete()[0]:
        record(by, "took back gate", circle, circle=circle.pk, kind=kind, person=person.pk)


def steps_of(circle: Circle, kind: str) -> int:
    """How many steps of that kind each member does; 0 if its format does not ask for it."""
    if kind == gates.TRAININGS:
        return gates.trainings_asked(circle)
    return int(kind == gates.RECOGNITION_TEST and gates.asks_for_test(circle))


@transaction.atomic
def tell_if_ready_now(circle_id: int) -> bool:
    """As tell_if_ready, for a job that knows only the circle's number; false if it is gone."""
    circle = Circle.objects.select_for_update().filter(pk=circle_id).first()
    return circle is not None and tell_if_ready(circle)
