"""A circle that meets right now, for the tests of the live meeting."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sessions_app.actions import live as actions
from sessions_app.models import Meeting
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    FormatVersionFactory,
    MeetingFactory,
    MembershipFactory,
)

HTMX = {"HX-Request": "true"}
DEFINITION = {
    "agenda": [
        {"name": "Check-in", "minutes": 12, "mode": "member"},
        {
            "name": "Hot seats",
            "minutes": 40,
            "mode": "presenter",
            "times": 2,
            "protocol": "hot_seat",
        },
        {"name": "Commit", "minutes": 8, "mode": "circle"},
    ],
    "protocols": {
        "hot_seat": {
            "name": "Hot seat",
            "steps": [{"name": "Tell it", "minutes": 5}, {"name": "Ideas", "minutes": 15}],
        }
    },
}


def world(members=3, *, began=True, **circle):
    """The meeting, its people by name; the first of them hosts, all said they come."""
    circle = CircleFactory(
        format_version=FormatVersionFactory(definition=DEFINITION), capacity=30, **circle
    )
    meeting = MeetingFactory(circle=circle, starts_at=timezone.now() - timedelta(minutes=5))
    people = [
        MembershipFactory(
            circle=circle, person__name=f"P{number:02}", role="host" if number == 0 else "member"
        ).person
        for number in range(members)
    ]
    for person in people:
        AttendanceFactory(meeting=meeting, person=person, rsvp="going")
    if began:
        actions.begin(meeting, by=people[0])
    return Meeting.objects.get(pk=meeting.pk), people


def at(name, meeting, *more):
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def polled(client, meeting, etag=None):
    known = {"If-None-Match": etag} if etag else {}
    return client.get(at("live_state", meeting), headers=HTMX | known)
