import hashlib
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction

from analytics.demo.writing import MODELS
from circles.models import Circle
from members.models import Member
from sessions_app.models import Meeting
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def development(settings):
    settings.DEBUG = True


def seed_demo(*, members=60, seed=1, as_of=TODAY):
    told = StringIO()
    call_command("seed_demo", members=members, seed=seed, as_of=as_of, stdout=told)
    return told.getvalue()


def login(name):
    return Member.objects.get(email=f"{name}@{django_settings.DEMO_DOMAIN}")


def fingerprint(**arguments):
    """A hash of every field of every row; keys count from the first row of their table."""
    digest = hashlib.sha256()
    with transaction.atomic():
        seed_demo(**arguments)
        first = {
            model: model._base_manager.order_by("pk").values_list("pk", flat=True).first()
            for model in MODELS
        }
        for model in MODELS:
            fields = model._meta.concrete_fields
            offsets = [
                first.get(field.related_model if field.is_relation else field.primary_key and model)
                for field in fields
            ]
            names = [field.attname for field in fields]
            for row in model._base_manager.order_by("pk").values_list(*names):
                values = [
                    value - offset if offset is not None and value is not None else value
                    for value, offset in zip(row, offsets, strict=True)
                ]
                digest.update(repr((model.__name__, values)).encode())
        transaction.set_rollback(True)
    return digest.hexdigest()


def assert_seats_suffice():
    for circle in Circle.objects.prefetch_related("memberships"):
        seats = list(circle.memberships.all())
        for moment in {seat.joined_on for seat in seats}:
            taken = [
                seat
                for seat in seats
                if seat.joined_on <= moment and (seat.left_on is None or seat.left_on > moment)
            ]
            assert len(taken) <= circle.capacity


def test_seed_demo_gives_the_same_data_for_the_same_arguments():
    once, again, other = fingerprint(seed=7), fingerprint(seed=7), fingerprint(seed=8)

    assert once == again
    assert once != other


def test_circles_never_seat_more_than_their_capacity():
    seed_demo(members=60)

    assert_seats_suffice()


@pytest.mark.parametrize("days", range(7))
def test_the_member_has_a_full_life_on_any_day_of_the_week(days):
    today = TODAY + timedelta(days=days)

    seed_demo(as_of=today)

    person = login("member")
    now = datetime.combine(today, datetime.min.time(), UTC)
    mine = Meeting.objects.filter(circle__in=Circle.objects.joined_by(person))
    following = mine.upcoming(now).first()
    local = following.starts_at.astimezone(person.zone)
    assert Circle.objects.joined_by(person).count() == 2
    assert 2 <= (local.date() - today).days <= 4
    assert (local.hour, local.minute) == (15, 0)
    assert not following.attendances.filter(person=person).exists()
    promises = person.commitments.open()
    assert sorted(promises.values_list("times_carried", flat=True)) == [0, 0, 1]
    assert all(goal.check_ins.count() >= 3 for goal in person.goals.active())
    assert mine.filter(recap_sent_at__gt=now - timedelta(days=7)).exists()


def test_seed_demo_refuses_a_database_with_other_people():
    PersonFactory()

    with pytest.raises(CommandError, match="1 people who are not demo people"):
        seed_demo()

    assert Member.objects.count() == 1


def test_seed_demo_refuses_outside_development(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="refused outside development"):
        seed_demo()


def test_seed_demo_refuses_too_small_an_organisation():
    with pytest.raises(CommandError, match="Give --members 60 or more"):
        seed_demo(members=59)
