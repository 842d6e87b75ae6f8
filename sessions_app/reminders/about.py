"""What the messages about meetings share: whom they go to, and how a meeting is described."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Facilitation, Membership
from members.models import Member
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from sessions_app.models import Meeting

# The time between two meetings of a circle, by the circle's key.
CYCLE = "cycle"
PERSON = "member"
EVERYONE = Q()
HERE = ~Q(pk__in=Membership.objects.on_leave().values("pk"))


def subject_of(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def readable(reminder: Reminder) -> Meeting:
    """The meeting, if the recipient may read it now. Raises NoLongerWanted."""
    visible = Meeting.objects.visible_to(reminder.recipient).select_related("circle")
    meeting = visible.filter(pk=reminder.subject.removeprefix("meeting:")).first()
    if meeting is None:
        raise NoLongerWanted("They no longer belong to the circle, or the meeting is gone.")
    return meeting


def seated(meeting: Meeting, only: Q = EVERYONE) -> QuerySet[Member]:
    seats = Membership.objects.current().filter(only, circle=meeting.circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=seats.values("person"))
    return people


def facilitators(meeting: Meeting, only: Q = EVERYONE) -> QuerySet[Member]:
    held = Facilitation.objects.current().filter(only, circle=meeting.circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=held.values("person"))
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
