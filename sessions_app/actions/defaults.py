"""What a circle's meetings are planned with."""

from circles.models import Circle
from members.models import Member
from sessions_app.models import MeetingDefaults


def set_defaults(
    circle: Circle, *, by: Member, place: str, video_url: str, quorum: int | None
) -> MeetingDefaults:
    """Keep the usual place, link and quorum. Nothing that is planned already changes."""
    said = {"place": place, "video_url": video_url, "quorum": quorum, "changed_by": by}
    defaults, _ = MeetingDefaults.objects.update_or_create(circle=circle, defaults=said)
    return defaults
