from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from notifications import planner
from notifications.models import Reminder
from notifications.tasks import send_due
from sessions_app.models import Meeting
from sessions_app.tasks.meetings import close_ended
from tests.factories import FacilitationFactory, MeetingFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_the_minute_tick_reminds_and_follows_up_each_once():
    held = FacilitationFactory()
    seat = MembershipFactory(circle=held.circle)
    now = timezone.now()
    coming = MeetingFactory(circle=held.circle, starts_at=now + timedelta(hours=40))
    planner.keep("meeting", [coming.pk])
    over = MeetingFactory(circle=held.circle, starts_at=now - timedelta(hours=5))

    for _ in range(2):
        close_ended()
        send_due()

    over.refresh_from_db()
    assert over.state == Meeting.State.CLOSED
    assert sorted((m.to[0], m.subject.split()[0]) for m in mail.outbox) == sorted(
        [(seat.person.email, coming.circle.name.split()[0]), (held.person.email, "Recap")]
    )
    due = Reminder.objects.filter(due_at__lte=timezone.now())
    assert set(due.values_list("state", flat=True)) == {"sent"}


def test_a_tick_with_nothing_to_do_does_nothing():
    close_ended()
    send_due()

    assert len(mail.outbox) == 0
