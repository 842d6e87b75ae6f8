"""Circles that meet again and again, and what is planned about their meetings.

Meetings that are over stand for what is due now: one kind of the benchmark's own is about them, so
that every reminder is to be sent. What real meetings owe is planned about some that are to come.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from circles.models import Membership
from notifications.catalogue import Kind, Wanted, Written, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from notifications.pruning import DELIVERIES_KEPT
from sessions_app.models import Meeting
from sessions_app.reminders.about import day_of, facts_of

SEATS, MEETINGS = 10, 50
# Circles whose meetings are to come, beside those whose meetings are over.
TO_COME = 40
LEAD = timedelta(hours=48)
KIND, ABOUT = "bench_before", "bench_meeting"
PEOPLE = """
    INSERT INTO members_member (name, email, password, job_title, location, time_zone, language,
        attributes, is_active, is_staff, is_superuser, created_at, times_signed_out_everywhere)
    SELECT 'Ama Person ' || n, 'bench' || n || '@bench.test', '!', '', '',
        (ARRAY['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])[1 + n %% 3], 'en', '{}', true,
        false, false, now(), 0
    FROM generate_series(1, %s) AS n
"""
CIRCLES = """
    INSERT INTO circles_circle (name, programme_id, format_version_id, purpose, capacity, time_zone,
        stage, visibility, language, "where", place, started_on, created_at)
    SELECT 'Bench circle ' || n, one.programme_id, one.format_version_id, '', 12, 'Europe/Berlin',
        'active', 'hidden', 'en', 'remote', '', '2025-01-06', now()
    FROM generate_series(1, %s) AS n, (SELECT * FROM circles_circle ORDER BY id LIMIT 1) AS one
"""
SEATED = """
    INSERT INTO circles_membership (circle_id, person_id, joined_on, role, stayed_to_end)
    SELECT circle.id, person.id, '2025-01-06', 'member', false
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM circles_circle
          WHERE name LIKE 'Bench circle %%') AS circle
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM members_member
          WHERE email LIKE 'bench%%@bench.test') AS person ON person.n / %s = circle.n
"""
MEETINGS_OF = """
    INSERT INTO sessions_app_meeting (circle_id, starts_at, ends_at, time_zone, held_on, place,
        video_url, title, state, recap, uid, created_at)
    SELECT id, day, day + interval '1 hour', 'Europe/Berlin', day::date, '', '', '', 'planned', '',
        gen_random_uuid(), now()
    FROM circles_circle, generate_series(1, %s) AS n,
        LATERAL (SELECT now() + %s::interval - make_interval(days => %s * n::int) AS day) AS at
    WHERE name LIKE 'Bench circle %%' AND (substr(name, 14)::int <= %s) = %s
"""
# Tomorrow and the days before; three weeks from now and weekly from then on.
OVER, COMING = ("24 hours", 1), ("14 days 12 hours", -7)
# Sent long ago: what lies in the table while new ones come and go.
OLD = """
    INSERT INTO notifications_reminder (kind, subject, recipient_id, due_at, urgency, state,
        attempts, claimed_at, sent_at, problem, created_at)
    SELECT 'bench_old', 'meeting:' || n / 10, people.ids[1 + n %% cardinality(people.ids)], moment,
        1, 'sent', 0, moment, moment, '', moment
    FROM generate_series(1, %s) AS n,
        (SELECT array_agg(id) AS ids FROM members_member) AS people,
        LATERAL (SELECT now() - interval '390 days' * (1 - n::float / %s) AS moment) AS at
"""
OLD_DELIVERIES = """
    INSERT INTO notifications_delivery (reminder_id, recipient_id, channel, urgency, due_at,
        in_digest, state, attempts, claimed_at, lease, sent_at, problem)
    SELECT id, recipient_id, 'mail', 1, due_at, false, 'sent', 0, due_at, 1, due_at, ''
    FROM notifications_reminder
    WHERE kind = 'bench_old' AND due_at > now() - make_interval(days => %s)
"""


def fill(meetings: int) -> None:
    """Circles of ten people with fifty meetings each: so many that are over, and some to come."""
    circles = TO_COME + max(1, meetings // MEETINGS)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [circles * SEATS])
        cursor.execute(CIRCLES, [circles])
        cursor.execute(SEATED, [SEATS])
        for (first, days), is_to_come in ((OVER, False), (COMING, True)):
            cursor.execute(MEETINGS_OF, [MEETINGS, first, days, TO_COME, is_to_come])


def over() -> QuerySet[Meeting]:
    return _meetings().filter(starts_at__lt=timezone.now() + timedelta(days=2))


def to_come() -> QuerySet[Meeting]:
    return _meetings().filter(starts_at__gt=timezone.now() + timedelta(days=2))


def _meetings() -> QuerySet[Meeting]:
    return Meeting.objects.filter(circle__name__startswith="Bench circle").order_by("pk")


def empty() -> None:
    """No reminder, delivery or notice is left; the meetings stay, and can be planned anew."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_reminder CASCADE")


def fill_with_old(rows: int) -> None:
    """So many reminders that were sent in the last thirteen months, with their latest mails."""
    with connection.cursor() as cursor:
        # They point to rows that are there: checking twenty million of them takes memory and time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(OLD, [rows, rows])
        cursor.execute(OLD_DELIVERIES, [DELIVERIES_KEPT.days])
        cursor.execute("SET session_replication_role = DEFAULT")


def declare_kind() -> None:
    declare(Kind(KIND, "Before a meeting", about=ABOUT, wanted=wanted, compose_many=letters_before))


def wanted(keys: Sequence[int]) -> Iterator[Wanted]:
    """Everyone with a seat, two days before; two queries however many meetings."""
    meetings = list(
        Meeting.objects.filter(pk__in=keys, state=Meeting.State.PLANNED).values_list(
            "pk", "circle", "starts_at"
        )
    )
    people = defaultdict(list)
    seats = Membership.objects.current().filter(circle__in={circle for _, circle, _ in meetings})
    for circle, person in seats.values_list("circle", "person"):
        people[circle].append(person)
    for pk, circle, starts_at in meetings:
        for person in people[circle]:
            yield Wanted(pk, person, starts_at - LEAD)


def letters_before(reminders: Sequence[Reminder]) -> Iterable[tuple[Reminder, Written]]:
    """The letters of a batch, with two queries: the meetings, and who still has a seat."""
    keys = {int(reminder.subject.partition(":")[2]) for reminder in reminders}
    meetings = Meeting.objects.select_related("circle").in_bulk(keys)
    seats = Membership.objects.current().filter(
        circle__in={meeting.circle_id for meeting in meetings.values()},
        person__in={reminder.recipient_id for reminder in reminders},
    )
    seated = set(seats.values_list("circle", "person"))
    letters = {key: letter_about(meeting) for key, meeting in meetings.items()}
    for reminder in reminders:
        key = int(reminder.subject.partition(":")[2])
        if key in meetings and (meetings[key].circle_id, reminder.recipient_id) in seated:
            yield reminder, letters[key]
        else:
            yield reminder, NoLongerWanted("They have no seat any more, or the meeting is gone.")


def letter_about(meeting: Meeting) -> Letter:
    """The same for all who share a time zone."""
    return Letter(
        subject=f"{meeting.circle.name} meets {day_of(meeting)}",
        heading=f"Your circle meets {day_of(meeting)}",
        paragraphs=["Are you coming? Your circle plans around your answer."],
        facts=facts_of(meeting),
        button_label="Answer now",
        button_url=absolute(reverse("meetings:meeting", args=[meeting.pk])),
        why=f"You get this because you have a seat in {meeting.circle.name}.",
    )
