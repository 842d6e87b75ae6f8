"""What organisers are asked on their home page: to decide about requests for emergency access."""

from collections.abc import Iterator

from django.urls import reverse

from circles.models import EmergencyAccess
from circles.needs import Need
from members.models import Member
from members.rules import is_organiser


def requests_to_decide(person: Member) -> Iterator[Need]:
    """For an organiser: what others asked for. One query, and none for anybody else."""
    if not is_organiser(person):
        return
    waiting = EmergencyAccess.objects.pending().exclude(requested_by=person)
    for access in waiting.select_related("circle", "requested_by")[:5]:
        yield Need(
            words=f"{access.requested_by} asks for emergency access to {access.circle}",
            url=reverse("circles:emergencies"),
            label="Decide",
        )
