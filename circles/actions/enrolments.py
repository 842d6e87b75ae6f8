"""What people do about a place in a programme's circles, and what organisers do for them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from circles.models import Enrolment, Format, Programme
from circles.programmes.questions import Answer
from members.actions import record
from members.models import Member
from members.words import exact_day


class CannotEnrol(Exception):
    """Why there is no enrolment, in words meant for the person who asked; and in which field."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


@transaction.atomic
def enrol(
    programme: Programme,
    *,
    person: Member,
    format: Format | None = None,  # noqa: A002  the field's name
    answers: Iterable[Answer] = (),
) -> Enrolment:
    """Ask for a place in one of the programme's circles, or raise CannotEnrol.

    Who withdrew today gets the same enrolment back, with the new answers.
    """
    programme = _locked(programme)
    _must_take_enrolments(programme)
    _must_work_here(programme, person)
    if programme.enrolments.current().of(person).exists():
        raise CannotEnrol("You are enrolled already. This page shows what you answered.")
    _must_offer(programme, format)
    enrolment = withdrawn_today(programme, person) or Enrolment(programme=programme, person=person)
    enrolment.format, enrolment.answers, enrolment.withdrawn_at = format, list(answers), None
    enrolment.save()
    return enrolment


@transaction.atomic
def change_enrolment(
    enrolment: Enrolment,
    *,
    format: Format | None,  # noqa: A002  the field's name
    answers: Iterable[Answer],
) -> Enrolment:
    """Change what the person answered and would like while enrolment is open; else CannotEnrol."""
    programme = _locked(enrolment.programme)
    _must_take_enrolments(programme)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.is_withdrawn:
        raise CannotEnrol("You are no longer enrolled. Enrol again to send this.")
    _must_offer(programme, format)
    enrolment.format, enrolment.answers = format, list(answers)
    enrolment.save(update_fields=["format", "answers"])
    return enrolment


@transaction.atomic
def withdraw(enrolment: Enrolment, *, by: Member) -> bool:
    """End the enrolment now, and say so. Withdrawing twice changes nothing.

    What somebody else than the person does is written to the audit trail.
    """
    current = Enrolment.objects.current().filter(pk=enrolment.pk)
    if not current.update(withdrawn_at=timezone.now()):
        return False
    if by.pk != enrolment.person_id:
        record(
            by,
            "removed enrolment",
            enrolment.programme,
            programme=enrolment.programme_id,
            person=enrolment.person_id,
        )
    return True


@transaction.atomic
def enrol_again(programme: Programme, *, person: Member) -> Enrolment:
    """Undo today's withdrawal, also after the last day of enrolment; or raise CannotEnrol.

    Doing it twice changes nothing.
    """
    programme = _locked(programme)
    if enrolment := programme.enrolments.current().of(person).first():
        return enrolment
    _must_not_be_archived(programme)
    _must_work_here(programme, person)
    enrolment = withdrawn_today(programme, person)
    if enrolment is None:
        raise CannotEnrol("The day on which you could undo it is over.")
    enrolment.withdrawn_at = None
    enrolment.save(update_fields=["withdrawn_at"])
    return enrolment


@transaction.atomic
def enrol_by_hand(programme: Programme, person: Member, *, by: Member) -> Enrolment:
    """Enrol somebody for them, at any time, without answers; or raise CannotEnrol.

    Enrolling twice changes nothing. Who withdrew today gets the same enrolment back.
    """
    programme = _locked(programme)
    if enrolment := programme.enrolments.current().of(person).first():
        return enrolment
    _must_not_be_archived(programme)
    if _has_left(programme, person):
        raise CannotEnrol(f"{person} has left the organisation.")
    enrolment = withdrawn_today(programme, person) or Enrolment(programme=programme, person=person)
    enrolment.withdrawn_at = None
    enrolment.save()
    record(by, "enrolled person", programme, programme=programme.pk, person=person.pk)
    return enrolment


def withdrawn_today(programme: Programme, person: Member) -> Enrolment | None:
    """The latest enrolment that the person withdrew today, in the programme's zone."""
    latest = programme.enrolments.withdrawn().of(person).order_by("-withdrawn_at").first()
    if latest is None or latest.withdrawn_at is None:
        return None
    day = timezone.localdate(latest.withdrawn_at, timezone=programme.zone)
    return latest if day == programme.today else None


def _locked(programme: Programme) -> Programme:
    """So that nobody enrols twice at once, or while the programme's rules change."""
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _must_not_be_archived(programme: Programme) -> None:
    if programme.is_archived:
        raise CannotEnrol("This programme is over. Nobody can enrol any more.")


def _must_take_enrolments(programme: Programme) -> None:
    """By the programme's own days in its own zone."""
    _must_not_be_archived(programme)
    if programme.enrolling == Programme.Enrolling.NEVER:
        raise CannotEnrol("This programme takes no enrolments now.")
    if programme.enrolling == Programme.Enrolling.NOT_YET and programme.enrols_from:
        raise CannotEnrol(f"Enrolment opens on {exact_day(programme.enrols_from)}.")
    if programme.enrolling == Programme.Enrolling.OVER and programme.enrols_until:
        raise CannotEnrol(f"Enrolment ended on {exact_day(programme.enrols_until)}.")


def _must_work_here(programme: Programme, person: Member) -> None:
    if _has_left(programme, person):
        raise CannotEnrol("Only people who work here can enrol.")


def _has_left(programme: Programme, person: Member) -> bool:
    return person.left_on is not None and person.left_on <= programme.today


def _must_offer(programme: Programme, format: Format | None) -> None:  # noqa: A002
    if format is not None and not programme.formats.filter(pk=format.pk).exists():
        raise CannotEnrol(
            f"This programme no longer offers “{format}”. Choose another one, or any.",
            field="format",
        )
