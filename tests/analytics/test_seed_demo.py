import hashlib
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q

from analytics.demo.cast import LOGINS, PASSWORD
from analytics.demo.writing import MODELS
from circles.models import Circle, Facilitation, Membership
from config.guard import refuse_demo_logins
from members.models import CareerEvent, Member, Rating, RoleGrant
from sessions_app.models import Attendance, CheckIn, Commitment, Goal, Meeting
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


@pytest.fixture
def demo():
    seed_demo()


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


def test_seed_demo_gives_the_same_data_for_the_same_arguments():
    once, again, other = fingerprint(seed=7), fingerprint(seed=7), fingerprint(seed=8)

    assert once == again
    assert once != other


def test_seed_demo_makes_as_many_people_as_asked(demo):
    assert Member.objects.count() == 60
    assert Member.objects.exclude(employee_number=None).count() == 60


def test_seed_demo_leaves_the_next_row_a_free_key(demo):
    person = PersonFactory(email="someone@example.test")

    assert Member.objects.order_by("-pk").first() == person


def test_seed_demo_has_circles_of_many_formats_and_stages():
    seed_demo(members=300)

    formats = set(Circle.objects.values_list("format_version__format__key", flat=True))
    stages = set(Circle.objects.values_list("stage", flat=True))
    assert len(formats) >= 7
    assert stages >= {"recruiting", "forming", "active", "paused", "renewal", "closed"}
    assert Circle.objects.open().with_seats().filter(seats_left__gt=0).count() >= 5


@pytest.mark.parametrize("members", [60, 300])
def test_circles_never_seat_more_than_their_capacity(members):
    seed_demo(members=members)

    for circle in Circle.objects.prefetch_related("memberships"):
        seats = list(circle.memberships.all())
        for moment in {seat.joined_on for seat in seats}:
            taken = [
                seat
                for seat in seats
                if seat.joined_on <= moment and (seat.left_on is None or seat.left_on > moment)
            ]
            assert len(taken) <= circle.capacity


def test_seats_are_held_only_by_people_employed_at_the_time(demo):
    early = Membership.objects.filter(joined_on__lt=F("person__hired_on"))
    late = Membership.objects.filter(left_on__gt=F("person__left_on"))
    ghosts = Membership.objects.current().filter(person__left_on__lte=TODAY)
    future = Membership.objects.filter(Q(joined_on__gt=TODAY) | Q(left_on__gt=TODAY))

    assert [list(wrong) for wrong in (early, late, ghosts, future)] == [[], [], [], []]


def test_nobody_sits_with_their_manager_or_in_a_circle_they_hold():
    seed_demo(members=300)

    for circle in Circle.objects.open().prefetch_related("memberships__person"):
        seated = {seat.person for seat in circle.memberships.current().select_related("person")}
        assert {person.manager_id for person in seated} & {person.pk for person in seated} == set()
        holders = set(circle.facilitations.current().values_list("person", flat=True))
        assert holders & {person.pk for person in seated} == set()


def test_managers_form_one_tree(demo):
    above = dict(Member.objects.values_list("pk", "manager"))

    def chain(person):
        seen = [person]
        while (manager := above[seen[-1]]) is not None:
            assert manager not in seen
            seen.append(manager)
        return seen

    tops = {chain(person)[-1] for person in above}

    assert len(tops) == 1


def test_careers_lead_from_the_first_level_to_the_present_one():
    seed_demo(members=300)

    for person in Member.objects.prefetch_related("career_events"):
        level = None
        for event in person.career_events.all():
            assert level in (None, event.from_level)
            assert person.hired_on < event.on <= min(TODAY, person.left_on or TODAY)
            level = event.to_level
        assert level in (None, person.job_level)
    assert CareerEvent.objects.filter(kind="regrade").values("on").distinct().count() == 1


def test_meetings_are_past_or_planned_and_at_decent_hours(demo):
    states = set(Meeting.objects.filter(ends_at__lte=NOW).values_list("state", flat=True))
    coming = set(Meeting.objects.filter(ends_at__gt=NOW).values_list("state", flat=True))
    hours = {
        meeting.starts_at.astimezone(zoneinfo.ZoneInfo(meeting.time_zone)).hour
        for meeting in Meeting.objects.all()
    }

    assert states <= {"recap_sent", "closed", "cancelled", "missed"}
    assert coming == {"planned"}
    assert hours <= set(range(9, 16))


def test_nothing_happens_before_it_can_or_after_today(demo):
    later = {
        "answers": Attendance.objects.filter(rsvp_at__gt=NOW),
        "recaps": Meeting.objects.filter(recap_sent_at__gt=NOW),
        "check-ins": CheckIn.objects.filter(on__gt=TODAY),
        "check-ins before the goal": CheckIn.objects.filter(on__lt=F("goal__started_on")),
        "promises": Commitment.objects.filter(promised_on__gt=TODAY),
        "settled promises": Commitment.objects.filter(settled_at__gt=NOW),
        "ratings": Rating.objects.filter(on__gte=TODAY),
        "goals": Goal.objects.filter(started_on__gt=TODAY),
    }

    assert {name: rows.count() for name, rows in later.items()} == dict.fromkeys(later, 0)


def test_goals_know_when_they_last_moved(demo):
    for goal in Goal.objects.prefetch_related("check_ins"):
        days = [check_in.on for check_in in goal.check_ins.all()]
        assert goal.last_moved_on == max(days, default=None)
    assert Goal.objects.stale(TODAY).exists()
    assert Goal.objects.active().exclude(pk__in=Goal.objects.stale(TODAY)).exists()


def test_only_those_with_a_seat_that_day_attended(demo):
    for row in Attendance.objects.select_related("meeting"):
        held_on = min(row.meeting.held_on, TODAY)
        seats = Membership.objects.filter(
            Q(left_on=None) | Q(left_on__gt=held_on),
            circle=row.meeting.circle_id,
            person=row.person_id,
            joined_on__lte=held_on,
        )
        assert seats.count() == 1


def test_demo_logins_can_sign_in(rf, demo):
    people = [login(name) for name in LOGINS]

    signed_in = [
        authenticate(rf.get("/"), username=person.email, password=PASSWORD) for person in people
    ]

    assert signed_in == people
    addresses = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert set(addresses) == {(person.pk, person.email, True, True) for person in people}


def test_other_demo_people_cannot_sign_in(demo):
    others = Member.objects.exclude(email__endswith=f"@{django_settings.DEMO_DOMAIN}")

    assert len(others) == 56
    assert not any(person.has_usable_password() for person in others)


def test_demo_logins_hold_their_roles(demo):
    grants = RoleGrant.objects.current().values_list("person__email", "role")

    assert set(grants) == {
        (login("hr").email, "hr_analyst"),
        (login("organiser").email, "organiser"),
    }


def test_the_facilitator_holds_eight_circles_and_sits_in_another(demo):
    person = login("facilitator")

    held = Facilitation.objects.current().filter(person=person)
    seat = Membership.objects.current().get(person=person)
    assert held.count() == 8
    assert seat.circle.name == "Facilitators’ hub"


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


def test_seed_demo_a_second_time_changes_nothing(demo):
    told = seed_demo(members=80)

    assert Member.objects.count() == 60
    assert told.startswith("The demo organisation is already here, with 60 people.")


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


def test_remove_demo_logins_makes_production_start(settings, rf, demo):
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured):
        refuse_demo_logins()

    call_command("remove_demo_logins", stdout=StringIO())

    refuse_demo_logins()
    assert Member.objects.count() == 60
    assert not RoleGrant.objects.current().exists()
    assert not EmailAddress.objects.exists()
    assert not any(person.has_usable_password() for person in Member.objects.all())


def test_remove_demo_logins_twice_says_there_are_none(demo):
    told = StringIO()

    call_command("remove_demo_logins", stdout=StringIO())
    call_command("remove_demo_logins", stdout=told)

    assert told.getvalue() == "There are no demo logins.\n"
