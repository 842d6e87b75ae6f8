"""Draws what calendars read, and the links of mails."""

from django.urls import reverse
from django.utils import timezone

from bench.organisation import Organisation, Visit
from sessions_app import answer_links
from sessions_app.actions.feeds import open_feed, secret_of
from sessions_app.models import Meeting


def feeds(organisation: Organisation, count: int) -> list[Visit]:
    """Calendars read the secret addresses of members; nobody is signed in."""
    opened = [open_feed(seat.person) for seat in organisation.seats(count)]
    return [Visit(None, reverse("meetings:feed", args=[secret_of(feed)])) for feed in opened]


def links(organisation: Organisation, count: int) -> list[Visit]:
    """Members follow the link of a mail, not signed in."""
    visits = []
    for seat in organisation.seats(count):
        meetings = Meeting.objects.filter(circle=seat.circle_id)
        meeting = meetings.upcoming(timezone.now()).first() or meetings.first()
        if meeting:
            token = answer_links.write(meeting, seat.person, coming=True)
            visits.append(Visit(None, reverse("meetings:answer_link", args=[token])))
    return visits
