"""The queues of the background; what beat starts, and when (UTC).

A job only finds due rows and hands out their keys."""

from celery.schedules import crontab
from kombu import Queue

# A free worker looks into them in this order. Every worker reads them all, unless it is started for
# some: celery worker --queues prompt.
QUEUES = [Queue(name) for name in ("prompt", "celery", "usual", "bulk")]

SCHEDULE = {
    "close-ended-meetings": {
        "task": "sessions_app.tasks.meetings.close_ended",
        "schedule": crontab(minute="*"),
    },
    "send-reminders": {
        "task": "notifications.tasks.send_due",
        "schedule": crontab(minute="*"),
    },
    "tend-reminders": {
        "task": "notifications.tasks.tend",
        "schedule": crontab(minute="25"),
    },
    "repair-reminders": {
        "task": "notifications.tasks.repair",
        "schedule": crontab(minute="30", hour="1", day_of_week="sun"),
    },
    "freeze-reports": {
        "task": "analytics.tasks.freeze_reports",
        "schedule": crontab(minute="15", hour="3"),
    },
    "forget-old-submissions": {
        "task": "members.tasks.forget_old_submissions",
        "schedule": crontab(minute="45", hour="3"),
    },
    "forget-idle-imports": {
        "task": "analytics.tasks.forget_idle_imports",
        "schedule": crontab(minute="30", hour="3"),
    },
    "forget-ended-sessions": {
        "task": "members.tasks.forget_ended_sessions",
        "schedule": crontab(minute="50", hour="3"),
    },
    "send-due-announcements": {
        "task": "circles.tasks.announcements.send_due_announcements",
        "schedule": crontab(minute="*"),
    },
    "expire-offers": {
        "task": "circles.tasks.joining.expire_offers",
        "schedule": crontab(minute="*"),
    },
    "offer-free-seats": {
        "task": "circles.tasks.joining.offer_free_seats",
        "schedule": crontab(minute="*/10"),
    },
    "end-seats-of-leavers": {
        "task": "circles.tasks.joining.end_seats_of_leavers",
        "schedule": crontab(minute="7,37"),
    },
    "count-due-votes": {
        "task": "circles.tasks.joining.count_due_votes",
        "schedule": crontab(minute="12"),
    },
    "end-due-leaves": {
        "task": "circles.tasks.joining.end_due_leaves",
        "schedule": crontab(minute="22"),
    },
    "ask-for-signatures": {
        "task": "circles.tasks.charter.ask_for_signatures",
        "schedule": crontab(minute="20", hour="4"),
    },
    "tell-ready-circles": {
        "task": "circles.tasks.charter.tell_ready_circles",
        "schedule": crontab(minute="40", hour="4"),
    },
    "follow-terms": {
        "task": "circles.tasks.lifecycle.follow_terms",
        "schedule": crontab(minute="5,20,35,50"),
    },
    "notice-abandoned-formations": {
        "task": "circles.tasks.formation.notice_abandoned",
        "schedule": crontab(minute="*"),
    },
    "close-idle-proposals": {
        "task": "circles.tasks.proposals.close_idle_proposals",
        "schedule": crontab(minute="20", hour="4"),
    },
    "forget-disconnected-webhooks": {
        "task": "circles.tasks.webhooks.forget_webhooks",
        "schedule": crontab(minute="35"),
    },
    "tell-newcomers-and-leavers": {
        "task": "sessions_app.tasks.calendars.tell_newcomers_and_leavers",
        "schedule": crontab(minute="*/5"),
    },
    "read-calendar-replies": {
        "task": "sessions_app.tasks.calendars.read_replies",
        "schedule": crontab(minute="*"),
    },
    "end-forgotten-meetings": {
        "task": "sessions_app.tasks.live.end_forgotten_meetings",
        "schedule": crontab(minute="4-59/10"),
    },
    "move-slots-with-the-clocks": {
        "task": "circles.tasks.listings.move_slots",
        "schedule": crontab(minute="10"),
    },
    "extend-series": {
        "task": "sessions_app.tasks.series.extend_horizons",
        "schedule": crontab(minute="35", hour="2"),
    },
    "settle-meetings-with-circles": {
        "task": "sessions_app.tasks.series.settle_with_circles",
        "schedule": crontab(minute="3,18,33,48"),
    },
    "give-out-roles": {
        "task": "sessions_app.tasks.roles.give_out_roles",
        "schedule": crontab(minute="25"),
    },
    "plan-buddy-notes": {
        "task": "sessions_app.tasks.promises.find_circles_at_halfway",
        "schedule": crontab(minute="4,19,34,49"),
    },
    "keep-what-is-asked": {
        "task": "sessions_app.tasks.promises.keep_what_is_asked",
        "schedule": crontab(minute="15", hour="2"),
    },
    "plan-next-monday": {
        "task": "facilitation.tasks.plan_next_monday",
        "schedule": crontab(minute="5", hour="2"),
    },
    "look-for-times": {
        "task": "sessions_app.tasks.finding.look_for_times",
        "schedule": crontab(minute="*/5"),
    },
    "forget-old-hours": {
        "task": "sessions_app.tasks.finding.forget_old_hours",
        "schedule": crontab(minute="55", hour="3"),
    },
}
