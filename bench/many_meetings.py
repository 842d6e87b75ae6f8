"""Gives the organisation's circles a long past: meetings every week, years back."""

import time

from django.db import connection, transaction

from sessions_app.models import Meeting

# Whoever has a seat or facilitates has done so from the beginning, so that somebody reads all of
# it; but for those who are there a second time.
SEATS = """
    UPDATE circles_membership seat SET joined_on = joined_on - %s
    WHERE left_on IS NULL AND circle_id IN (SELECT circle_id FROM sessions_app_meeting)
        AND NOT EXISTS (
            SELECT FROM circles_membership before WHERE before.circle_id = seat.circle_id
            AND before.person_id = seat.person_id AND before.id <> seat.id
        )
"""
FACILITATORS = """
    UPDATE circles_facilitation held SET appointed_on = appointed_on - %s
    WHERE ended_on IS NULL AND circle_id IN (SELECT circle_id FROM sessions_app_meeting)
        AND NOT EXISTS (
            SELECT FROM circles_facilitation before WHERE before.circle_id = held.circle_id
            AND before.person_id = held.person_id AND before.id <> held.id
        )
"""
# Newest first, so that the limit cuts the oldest; one in twenty was cancelled.
MEETINGS = """
    INSERT INTO sessions_app_meeting (
        circle_id, title, starts_at, ends_at, time_zone, held_on, place, video_url, state, uid,
        recap, recap_sent_at, created_at
    )
    SELECT known.circle_id, '', moment, moment + interval '1 hour', circle.time_zone,
        (moment AT TIME ZONE circle.time_zone)::date, 'Room ' || week %% 40, '',
        CASE WHEN week %% 20 = 7 THEN 'cancelled' ELSE 'recap_sent' END, gen_random_uuid(),
        repeat('We looked at what each of us tried since the last time. ', 4),
        moment + interval '20 hours', moment - interval '30 days'
    FROM (
        SELECT circle_id, min(starts_at) AS first FROM sessions_app_meeting GROUP BY circle_id
    ) AS known
    JOIN circles_circle circle ON circle.id = known.circle_id
    CROSS JOIN generate_series(1, %s) AS week
    CROSS JOIN LATERAL (SELECT known.first - make_interval(days => 7 * week)) AS made (moment)
    ORDER BY week, known.circle_id
    LIMIT %s
"""
# Of one meeting in five, who has a seat now: a sample, as 5,000,000 rows take long to write.
ATTENDANCES = """
    INSERT INTO sessions_app_attendance (meeting_id, person_id, rsvp, rsvp_at, update, attended)
    SELECT meeting.id, seat.person_id, 'going', meeting.created_at, '',
        (meeting.id + seat.id) %% 9 > 0
    FROM sessions_app_meeting meeting
    JOIN circles_membership seat ON seat.circle_id = meeting.circle_id AND seat.left_on IS NULL
    WHERE meeting.id > %s AND meeting.id %% 5 = 0 AND meeting.state = 'recap_sent'
"""


@transaction.atomic
def add_meetings(wanted: int) -> None:
    """Add past meetings until there are so many, and attendance for a fifth of them."""
    started, there = time.monotonic(), Meeting.objects.count()
    last = Meeting.objects.order_by("-pk").values_list("pk", flat=True)[0]
    missing = max(0, wanted - there)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT circle_id) FROM sessions_app_meeting")
        weeks = 1 + missing // cursor.fetchone()[0]
        cursor.execute(SEATS, [7 * weeks])
        cursor.execute(FACILITATORS, [7 * weeks])
        cursor.execute(MEETINGS, [weeks, missing])
        cursor.execute(ATTENDANCES, [last])
        attendances = cursor.rowcount
    print(
        f"Adding {missing:,} past meetings, {weeks:,} weeks of them, and {attendances:,} "
        f"attendances took {time.monotonic() - started:.1f} seconds."
    )
