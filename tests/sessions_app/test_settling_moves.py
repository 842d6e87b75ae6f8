"""What a settled search does to the series that the circle has."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from sessions_app.actions.finding import start_search
from sessions_app.actions.series import plan_series
from sessions_app.actions.settling import settle
from sessions_app.models import Attendance, Meeting, Series, TimeSearch
from tests.factories import AttendanceFactory, CandidateFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    return MembershipFactory(circle__stage="active")


def settled(seat, **fields):
    """A search of a circle that meets weekly, settled on a Wednesday in two weeks, fortnightly."""
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    plan_series(
        seat.circle,
        by=seat.person,
        rules=["FREQ=WEEKLY"],
        starts=datetime.combine(monday, time(9)),
        minutes=60,
    )
    search = start_search(
        seat.circle,
        by=seat.person,
        rhythm=TimeSearch.Rhythm.FORTNIGHTLY,
        minutes=90,
        from_on=monday + timedelta(days=7),
        answer_by=timezone.now() + timedelta(days=1),
        **fields,
    )
    TimeSearch.objects.update(state=TimeSearch.State.VOTING)
    wednesday = monday + timedelta(days=9)
    candidate = CandidateFactory(search=search, slots=[{"starts": f"{wednesday}T14:00"}])
    second = Meeting.objects.order_by("starts_at")[1]
    AttendanceFactory(meeting=second, person=seat.person, rsvp="going", update="Bringing cake")
    settle(search, candidate=candidate, by=seat.person)
    return monday, wednesday, second


def test_settled_time_moves_the_present_series_with_what_was_written(seat):
    monday, wednesday, second = settled(seat, moves_series=True)

    planned = Meeting.objects.filter(state="planned").order_by("starts_at")
    days = list(planned.values_list("held_on", flat=True))
    answer = Attendance.objects.get()
    assert days[:3] == [monday, wednesday, wednesday + timedelta(days=14)]
    assert (answer.meeting_id, answer.rsvp, answer.update) == (second.pk, "", "Bringing cake")
    assert Meeting.objects.get(pk=second.pk).held_on == wednesday
    assert planned[1].minutes == 90


def test_settled_time_comes_on_top_where_the_present_series_stays(seat):
    monday, wednesday, _ = settled(seat)

    planned = Meeting.objects.filter(state="planned").order_by("starts_at")
    days = list(planned.values_list("held_on", flat=True))
    assert days[:3] == [monday, monday + timedelta(days=7), wednesday]
    assert Attendance.objects.get().rsvp == "going"
    assert Series.objects.filter(ended_at=None).count() == 2
