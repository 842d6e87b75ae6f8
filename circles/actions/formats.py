import logging
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.formats.shipped import Prescription, read_formats
from circles.models import Format, FormatVersion
from members.actions import record
from members.models import Member

logger = logging.getLogger(__name__)


@transaction.atomic
def publish_formats(prescriptions: Sequence[Prescription] | None = None) -> list[FormatVersion]:
    """Publish each format that is new or changed as its next version; return what was published.

    Publishing the same twice changes nothing. Versions are never altered, so circles keep theirs.
    A format that organisers made themselves is left alone, whatever its key.
    """
    return [
        version
        for prescription in (read_formats() if prescriptions is None else prescriptions)
        if (version := _publish(prescription))
    ]


def _publish(prescription: Prescription) -> FormatVersion | None:
    content = asdict(prescription)
    key, name = content.pop("key"), content.pop("name")
    defaults = {"name": name, "is_shipped": True}
    format_, _ = Format.objects.get_or_create(key=key, defaults=defaults)
    # Lock the format, so that two deployments at once do not publish it twice.
    format_ = Format.objects.select_for_update().get(pk=format_.pk)
    if not format_.is_shipped:
        logger.warning("Format %s is not loaded: organisers have one of their own there.", key)
        return None
    if format_.name != name:
        format_.name = name
        format_.save(update_fields=["name"])
    newest = format_.versions.order_by("-number").first()
    if newest and all(getattr(newest, field) == value for field, value in content.items()):
        return None
    number = newest.number + 1 if newest else 1
    return FormatVersion.objects.create(format=format_, number=number, **content)


@transaction.atomic
def archive_format(format_: Format, *, by: Member | None) -> None:
    """Take a format of one's own off the lists. Its circles keep it. Twice changes nothing.

    Raises CannotChange for a format that ships with Peerloom.
    """
    if format_.is_shipped:
        raise CannotChange("This format comes with Peerloom and stays on the list.")
    if Format.objects.offered().filter(pk=format_.pk).update(archived_at=timezone.now()):
        record(by, "archived format", format_, format=format_.pk)


@transaction.atomic
def restore_format(format_: Format, *, by: Member | None) -> None:
    """Put an archived format back on the lists. Restoring twice changes nothing."""
    if Format.objects.archived().filter(pk=format_.pk).update(archived_at=None):
        record(by, "restored format", format_, format=format_.pk)
