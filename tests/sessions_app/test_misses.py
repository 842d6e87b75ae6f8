from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from circles.models import Leave
from sessions_app.misses import Past, Seat, missed_in_a_row, missed_in_circles, row_of
from sessions_app.models import Meeting
from tests.factories import AttendanceFactory, CircleFactory, MeetingFactory, MembershipFactory

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
AMA, JOON = 1, 2


def past(*told):
    """Meetings a week apart, the latest first: came (+), not (-), sent word (w), unmarked (?)
    or noted for nobody ( )."""
    found = []
    for number, mark in enumerate(told):
        marks = {"+": {AMA: True}, "-": {AMA: False}, "?": {JOON: True}}.get(mark, {})
        word = frozenset([AMA] if mark == "w" else [])
        found.append(Past(10 - number, date(2026, 5, 10) - timedelta(days=7 * number), marks, word))
    return found


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ("", []),
        ("-", [10]),
        ("--", [9, 10]),
        ("-w-+", [8, 9, 10]),
        ("+--", []),
        ("-+-", [10]),
        ("- -", [8, 10]),
        ("-?-", [10]),
        ("  ", []),
    ],
)
def test_row_of_misses(told, row):
    assert row_of(Seat(AMA, "Ama", date(2025, 1, 1)), past(*told)) == row


@pytest.mark.parametrize(
    ("joined", "leaves", "row"),
    [
        (date(2026, 5, 3), (), [9, 10]),
        (date(2026, 5, 4), (), [10]),
        (date(2025, 1, 1), ((date(2026, 5, 1), date(2026, 5, 10)),), [8, 10]),
        (date(2025, 1, 1), ((date(2026, 4, 20), date(2026, 5, 9)),), [10]),
        (date(2025, 1, 1), ((date(2026, 4, 1), None),), []),
    ],
)
def test_meetings_before_joining_or_on_leave_do_not_count(joined, leaves, row):
    assert row_of(Seat(AMA, "Ama", joined, leaves), past(*"---")) == row


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_misses_of_a_circle_leave_out_what_did_not_take_place():
    away, here, on_leave, left = MembershipFactory.create_batch(4, circle=CircleFactory())
    circle = away.circle
    Leave.objects.create(membership=on_leave, began_on=date(2026, 5, 11), back_by=date(2026, 6, 1))
    for days, state in ((2, "closed"), (9, "cancelled"), (16, "missed"), (23, "recap_sent")):
        meeting = MeetingFactory(
            circle=circle,
            starts_at=NOW - timedelta(days=days),
            state=state,
            recap_sent_at=NOW if state == "recap_sent" else None,
        )
        if state in ("cancelled", "missed"):
            continue
        for seat in (away, on_leave, left):
            AttendanceFactory(meeting=meeting, person=seat.person, attended=False)
        AttendanceFactory(meeting=meeting, person=here.person, attended=True)
    left.left_on = timezone.localdate()
    left.save()

    (missed,) = missed_in_a_row(circle)

    assert (missed.person, len(missed.meetings)) == (away.person_id, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_misses_of_many_circles_take_four_queries(count, django_assert_num_queries):
    circles = []
    for _ in range(count):
        seat = MembershipFactory()
        for days in (3, 10):
            starts_at = timezone.now() - timedelta(days=days)
            meeting = MeetingFactory(circle=seat.circle, starts_at=starts_at)
            AttendanceFactory(meeting=meeting, person=seat.person, rsvp="not_going")
        circles.append(seat.circle_id)

    with django_assert_num_queries(4):  # meetings, attendance, leaves, seats
        found = missed_in_circles(circles, Meeting.objects.all())

    assert {circle: len(rows) for circle, rows in found.items()} == dict.fromkeys(circles, 1)
