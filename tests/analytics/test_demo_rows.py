"""What the demo organisation holds, read by every test from the same rows."""

import zoneinfo
from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db.models import F, Q

from analytics.demo.cast import LOGINS, PASSWORD
from circles.models import Facilitation, Membership
from config.guard import refuse_demo_logins
from members.models import Member, Rating, RoleGrant
from sessions_app.models import Attendance, CheckIn, Commitment, Goal, Meeting
from tests.analytics.test_seed_demo import TODAY, login, seed_demo
from tests.factories import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(lasting_rows):
    lasting_rows(seed_demo)


@pytest.fixture(autouse=True)
def development(settings):
    settings.DEBUG = True


def test_seed_demo_makes_as_many_people_as_asked():
    assert Member.objects.count() == 60
    assert Member.objects.exclude(employee_number=None).count() == 60


def test_seed_demo_leaves_the_next_row_a_free_key():
    person = PersonFactory(email="someone@example.test")

    assert Member.objects.order_by("-pk").first() == person


def test_seats_are_held_only_by_people_employed_at_the_time():
    early = Membership.objects.filter(joined_on__lt=F("person__hired_on"))
    late = Membership.objects.filter(left_on__gt=F("person__left_on"))
    ghosts = Membership.objects.current().filter(person__left_on__lte=TODAY)
    future = Membership.objects.filter(Q(joined_on__gt=TODAY) | Q(left_on__gt=TODAY))

    assert [list(wrong) for wrong in (early, late, ghosts, future)] == [[], [], [], []]


def test_managers_form_one_tree():
    above = dict(Member.objects.values_list("pk", "manager"))

    def chain(person):
        seen = [person]
        while (manager := above[seen[-1]]) is not None:
            assert manager not in seen
            seen.append(manager)
        return seen

    tops = {chain(person)[-1] for person in above}

    assert len(tops) == 1


def test_meetings_are_past_or_planned_and_at_decent_hours():
    states = set(Meeting.objects.filter(ends_at__lte=NOW).values_list("state", flat=True))
    coming = set(Meeting.objects.filter(ends_at__gt=NOW).values_list("state", flat=True))
    hours = {
        meeting.starts_at.astimezone(zoneinfo.ZoneInfo(meeting.time_zone)).hour
        for meeting in Meeting.objects.all()
    }

    assert states <= {"recap_sent", "closed", "cancelled", "missed"}
    assert coming == {"planned"}
    assert hours <= set(range(9, 16))


def test_nothing_happens_before_it_can_or_after_today():
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


def test_goals_know_when_they_last_moved():
    for goal in Goal.objects.prefetch_related("check_ins"):
        days = [check_in.on for check_in in goal.check_ins.all()]
        assert goal.last_moved_on == max(days, default=None)
    assert Goal.objects.stale(TODAY).exists()
    assert Goal.objects.active().exclude(pk__in=Goal.objects.stale(TODAY)).exists()


def test_only_those_with_a_seat_that_day_attended():
    for row in Attendance.objects.select_related("meeting"):
        held_on = min(row.meeting.held_on, TODAY)
        seats = Membership.objects.filter(
            Q(left_on=None) | Q(left_on__gt=held_on),
            circle=row.meeting.circle_id,
            person=row.person_id,
            joined_on__lte=held_on,
        )
        assert seats.count() == 1


def test_demo_logins_can_sign_in(rf):
    people = [login(name) for name in LOGINS]

    signed_in = [
        authenticate(rf.get("/"), username=person.email, password=PASSWORD) for person in people
    ]

    assert signed_in == people
    addresses = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert set(addresses) == {(person.pk, person.email, True, True) for person in people}


def test_other_demo_people_cannot_sign_in():
    others = Member.objects.exclude(email__endswith=f"@{django_settings.DEMO_DOMAIN}")

    assert len(others) == 56
    assert not any(person.has_usable_password() for person in others)


def test_demo_logins_hold_their_roles():
    grants = RoleGrant.objects.current().values_list("person__email", "role")

    assert set(grants) == {
        (login("hr").email, "hr_analyst"),
        (login("organiser").email, "organiser"),
    }


def test_the_facilitator_holds_eight_circles_and_sits_in_another():
    person = login("facilitator")

    held = Facilitation.objects.current().filter(person=person)
    seat = Membership.objects.current().get(person=person)
    assert held.count() == 8
    assert seat.circle.name == "Facilitators’ hub"


def test_seed_demo_a_second_time_changes_nothing():
    told = seed_demo(members=80)

    assert Member.objects.count() == 60
    assert told.startswith("The demo organisation is already here, with 60 people.")


def test_remove_demo_logins_makes_production_start(settings, rf):
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured):
        refuse_demo_logins()

    call_command("remove_demo_logins", stdout=StringIO())

    refuse_demo_logins()
    assert Member.objects.count() == 60
    assert not RoleGrant.objects.current().exists()
    assert not EmailAddress.objects.exists()
    assert not any(person.has_usable_password() for person in Member.objects.all())


def test_remove_demo_logins_twice_says_there_are_none():
    told = StringIO()

    call_command("remove_demo_logins", stdout=StringIO())
    call_command("remove_demo_logins", stdout=told)

    assert told.getvalue() == "There are no demo logins.\n"
