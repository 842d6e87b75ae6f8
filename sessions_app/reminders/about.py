"""What the messages about meetings share: whom they go to, and how a meeting is described."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Membership
from members.models import Member
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from sessions_app.models import Meeting

# The heading under which people find these kinds.
MEETINGS = "Meetings"
# Longer than any kind of message about a meeting that is over may come too late.
RECENT = timedelta(days=14)
# The time between two meetings of a circle, by the circle's key.
CYCLE = "cycle"
PERSON = "member"


def subject_of(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def key_of(reminder: Reminder) -> int:
    """The key of what it is about."""
    return int(reminder.subject.partition(":")[2])


def all_meetings() -> Iterable[int]:
    """The keys of all meetings about which something may be owed."""
    return _owing().order_by("pk").values_list("pk", flat=True).iterator()


def meetings_of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """The same, in these circles."""
    owing = _owing().filter(circle__in=circle_ids)
    return owing.order_by().values_list("pk", flat=True)


def _owing() -> QuerySet[Meeting]:
    """Planned meetings, and those that ended or were recapped so lately that people are told."""
    lately = timezone.now() - RECENT
    return Meeting.objects.filter(
        Q(state=Meeting.State.PLANNED) | Q(ends_at__gt=lately) | Q(recap_sent_at__gt=lately)
    )


def readable(reminder: Reminder) -> Meeting:
    """The meeting, if the recipient may read it now. Raises NoLongerWanted."""
    visible = Meeting.objects.visible_to(reminder.recipient).select_related("circle")
    meeting = visible.filter(pk=key_of(reminder)).first()
    if meeting is None:
        raise NoLongerWanted("They no longer belong to the circle, or the meeting is gone.")
    return meeting


def seated(circle_id: int) -> QuerySet[Member]:
    """Everyone with a seat who is not on leave."""
    seats = Membership.objects.current().here().filter(circle=circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=seats.values("person"))
    return people


def day_of(meeting: Meeting) -> str:
    return date_format(timezone.localtime(meeting.starts_at), "l j F")


def facts_of(meeting: Meeting) -> list[tuple[str, str]]:
    """When in the reader's zone and, where it differs, the circle's; and where."""
    starts = timezone.localtime(meeting.starts_at)
    there = meeting.starts_at.astimezone(meeting.zone)
    when = f"{date_format(starts, 'l j F, H:i')} to {timezone.localtime(meeting.ends_at):%H:%M}"
    facts = [("When", f"{when} ({timezone.get_current_timezone_name()})")]
    if starts.utcoffset() != there.utcoffset():
        in_its_zone = f"{date_format(there, 'l j F, H:i')} ({meeting.zone})"
        facts.append(("In the circle’s zone", in_its_zone))
    facts += [("Where", meeting.place)] if meeting.place else []
    facts += [("Online", meeting.video_url)] if meeting.video_url else []
    return facts
