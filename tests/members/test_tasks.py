import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.models import Submission
from members.tasks import forget_ended_sessions, forget_old_submissions
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_submissions_are_forgotten_after_two_days():
    now = timezone.now()
    person = PersonFactory()
    ages = [timedelta(days=2, minutes=1), timedelta(days=1, hours=23)]
    _old, recent = (
        Submission.objects.create(key=uuid.uuid4(), person=person, created_at=now - age)
        for age in ages
    )

    forget_old_submissions()

    assert list(Submission.objects.all()) == [recent]


def test_ended_sessions_are_forgotten_and_running_ones_stay():
    running, ended = SessionStore(), SessionStore()
    running.create()
    ended.create()
    yesterday = timezone.now() - timedelta(days=1)
    Session.objects.filter(session_key=ended.session_key).update(expire_date=yesterday)

    forget_ended_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == [running.session_key]
