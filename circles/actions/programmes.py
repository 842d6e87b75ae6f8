import datetime as dt
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from circles.actions.milestones import copy_milestones, plan_milestones
from circles.actions.refusals import CannotChange, name_must_be_free
from circles.models import Format, Programme
from members.actions import record
from members.models import Member

NAME_TAKEN = "There is already a programme with this name."


class ProgrammeFields(TypedDict, total=False):
    """What an organiser writes down about a programme."""

    name: str
    purpose: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    time_zone: str
    enrols_from: dt.date | None
    enrols_until: dt.date | None
    entry: str
    approval: str
    offer_hours: int
    starters: str
    supporters_needed: int
    term_months: int
    renewal: str
    smallest_group: int


# What a copy takes over. Its name is new, its days are still to be set.
COPIED = (
    "purpose",
    "time_zone",
    "entry",
    "approval",
    "offer_hours",
    "questions",
    "starters",
    "supporters_needed",
    "term_months",
    "renewal",
    "smallest_group",
)


@transaction.atomic
def create_programme(
    *, formats: Iterable[Format], by: Member | None, **fields: Unpack[ProgrammeFields]
) -> Programme:
    """Set up a programme with the formats its circles may have.

    Raises CannotChange if the name is taken.
    """
    with name_must_be_free(NAME_TAKEN):
        programme = Programme.objects.create(created_by=by, **fields)
    programme.formats.set(formats)
    record(by, "created programme", programme, programme=programme.pk)
    return programme


@transaction.atomic
def change_programme(
    programme: Programme,
    *,
    formats: Iterable[Format],
    by: Member | None,
    **fields: Unpack[ProgrammeFields],
) -> Programme:
    """Change a programme. Circles whose format is taken off the list keep it.

    Raises CannotChange if the name is taken, or if reports would begin to show smaller groups.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    _must_protect_as_before(programme, fields.get("smallest_group"))
    changes = _changed(programme, fields)
    for field in changes:
        setattr(programme, field, fields[field])  # type: ignore[literal-required]
    with name_must_be_free(NAME_TAKEN):
        programme.save(update_fields=changes)
    programme.formats.set(formats)
    if {"starts_on", "ends_on"} & set(changes):
        plan_milestones(programme)
    record(by, "changed programme", programme, programme=programme.pk, fields=changes)
    return programme


def _changed(programme: Programme, fields: Any) -> list[str]:
    return [field for field, value in fields.items() if getattr(programme, field) != value]


def _must_protect_as_before(programme: Programme, smallest_group: int | None) -> None:
    """What people were promised when the figures were collected holds for those figures."""
    promised = programme.smallest_group
    if smallest_group is not None and smallest_group < promised and programme.circles.exists():
        raise CannotChange(
            f"This programme has circles, whose people were promised groups of at least {promised}."
            " You can raise the number, and not lower it.",
            field="smallest_group",
        )


@transaction.atomic
def duplicate_programme(
    programme: Programme, *, name: str, by: Member | None, starts_on: dt.date | None = None
) -> Programme:
    """Set up a programme with the rules, formats and questions of another.

    With a first day, it gets the last day and the milestones of the other as far from it as they
    were; without one, no days. Raises CannotChange if the name is taken.
    """
    rules: dict[str, Any] = {field: getattr(programme, field) for field in COPIED}
    later = _days_later(programme, starts_on)
    if starts_on:
        rules["starts_on"] = starts_on
        if programme.ends_on and later is not None:
            rules["ends_on"] = programme.ends_on + dt.timedelta(days=later)
    with name_must_be_free(NAME_TAKEN):
        copy = Programme.objects.create(name=name, created_by=by, copied_from=programme, **rules)
    copy.formats.set(programme.formats.all())
    if later is not None:
        copy_milestones(programme, copy, days=later, by=by)
    record(by, "copied programme", copy, programme=copy.pk, copied_from=programme.pk)
    return copy


def _days_later(programme: Programme, starts_on: dt.date | None) -> int | None:
    """How much later a copy begins, counted from the first day there is; None without any."""
    days = programme.milestones.current().order_by("on").values_list("on", flat=True)
    first = programme.starts_on or days.first() or programme.ends_on
    return (starts_on - first).days if starts_on and first else None


@transaction.atomic
def archive_programme(programme: Programme, *, by: Member | None) -> None:
    """Take the programme off the lists. Its circles go on. Archiving twice changes nothing."""
    now = timezone.now()
    if Programme.objects.current().filter(pk=programme.pk).update(archived_at=now):
        plan_milestones(programme)
        record(by, "archived programme", programme, programme=programme.pk)


@transaction.atomic
def restore_programme(programme: Programme, *, by: Member | None) -> None:
    """Put an archived programme back on the lists. Restoring twice changes nothing."""
    archived = Programme.objects.exclude(archived_at=None).filter(pk=programme.pk)
    if archived.update(archived_at=None):
        plan_milestones(programme)
        record(by, "restored programme", programme, programme=programme.pk)
