from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from circles.formats import Prescription, read_formats
from circles.models import Format, FormatVersion


@transaction.atomic
def publish_formats(prescriptions: Sequence[Prescription] | None = None) -> list[FormatVersion]:
    """Publish each format that is new or changed as its next version; return what was published.

    Publishing the same twice changes nothing. Versions are never altered, so circles keep theirs.
    """
    return [
        version
        for prescription in (read_formats() if prescriptions is None else prescriptions)
        if (version := _publish(prescription))
    ]


def _publish(prescription: Prescription) -> FormatVersion | None:
    content = asdict(prescription)
    key, name = content.pop("key"), content.pop("name")
    format_, _ = Format.objects.get_or_create(key=key, defaults={"name": name})
    # Lock the format, so that two deployments at once do not publish it twice.
    format_ = Format.objects.select_for_update().get(pk=format_.pk)
    if format_.name != name:
        format_.name = name
        format_.save(update_fields=["name"])
    newest = format_.versions.order_by("-number").first()
    if newest and all(getattr(newest, field) == value for field, value in content.items()):
        return None
    number = newest.number + 1 if newest else 1
    return FormatVersion.objects.create(format=format_, number=number, **content)
