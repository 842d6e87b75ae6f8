"""What meetings need from a person, on their home page."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format

from circles import needs
from circles.needs import Need
from members.models import Member
from sessions_app.models import Attendance

OFFERED_FOR = timedelta(days=14)
MOST = 3


def missed_meetings(person: Member) -> Iterator[Need]:
    """Recaps of meetings that one missed and has not opened, for a fortnight. One query."""
    since = timezone.now() - OFFERED_FOR
    missed = Attendance.objects.visible_to(person).missed().filter(person=person)
    unread = missed.filter(caught_up_at=None, meeting__recap_sent_at__gte=since)
    rows = unread.select_related("meeting__circle").order_by("-meeting__starts_at")
    for row in rows[:MOST]:
        meeting = row.meeting
        day = date_format(timezone.localtime(meeting.starts_at), "j F")
        yield Need(
            f"Catch up with what you missed: {meeting.circle.name}, {day}",
            f"{meeting.get_absolute_url()}#recap",
            "Read it",
            "book-open",
        )


def register_needs() -> None:
    """Called once, when Django has loaded the apps."""
    needs.register("missed_meetings", missed_meetings)
