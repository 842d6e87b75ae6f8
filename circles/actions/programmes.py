import datetime as dt
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from circles.actions.refusals import name_must_be_free
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
    smallest_group: int


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

    Raises CannotChange if the name is taken.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    changes = _changed(programme, fields)
    for field in changes:
        setattr(programme, field, fields[field])  # type: ignore[literal-required]
    with name_must_be_free(NAME_TAKEN):
        programme.save(update_fields=changes)
    programme.formats.set(formats)
    record(by, "changed programme", programme, programme=programme.pk, fields=changes)
    return programme


def _changed(programme: Programme, fields: Any) -> list[str]:
    return [field for field, value in fields.items() if getattr(programme, field) != value]


@transaction.atomic
def archive_programme(programme: Programme, *, by: Member | None) -> None:
    """Take the programme off the lists. Its circles go on. Archiving twice changes nothing."""
    now = timezone.now()
    if Programme.objects.current().filter(pk=programme.pk).update(archived_at=now):
        record(by, "archived programme", programme, programme=programme.pk)


@transaction.atomic
def restore_programme(programme: Programme, *, by: Member | None) -> None:
    """Put an archived programme back on the lists. Restoring twice changes nothing."""
    archived = Programme.objects.exclude(archived_at=None).filter(pk=programme.pk)
    if archived.update(archived_at=None):
        record(by, "restored programme", programme, programme=programme.pk)
