"""Emergency access: two people, some hours, written down, and told to the circle."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from circles.actions.emergency import (
    CannotRead,
    approve_emergency_access,
    end_emergency_access,
    request_emergency_access,
)
from circles.models import EmergencyAccess, EmergencyReading
from circles.needs import needs_of
from members.actions import revoke_role
from members.models import Member, Role
from notifications.models import Reminder
from notifications.tasks import send_due
from sessions_app.models import Meeting
from tests.circles.conftest import NOON, told, trail, url
from tests.factories import (
    EmergencyAccessFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    organiser,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
REASON = "A member wrote to me that someone may be in danger."


@pytest.fixture
def seat():
    return MembershipFactory(circle__name="Night owls", circle__visibility="hidden")


@pytest.fixture
def second():
    return organiser(name="Sara Second")


@pytest.fixture
def access(seat, by, second):
    """Requested and approved just now, for four hours."""
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    return approve_emergency_access(asked, by=second)


def kinds():
    planned = Reminder.objects.order_by("kind", "recipient__name")
    return [(reminder.kind, reminder.recipient.name, reminder.state) for reminder in planned]


def test_request_asks_the_other_organisers(seat, by, second):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)

    assert not asked.is_current
    assert kinds() == [("emergency_requested", "Sara Second", "planned")]
    assert [need.words for need in needs_of(second)] == [
        f"{by} asks for emergency access to Night owls"
    ]
    assert needs_of(by) == needs_of(seat.person) == []
    assert trail() == [("asked for emergency access", "Night owls")]


def test_second_request_while_the_first_waits_is_refused(seat, by):
    request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)

    with pytest.raises(CannotRead, match="You have asked for this already"):
        request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)


def test_request_while_one_reads_is_refused(access, by, seat):
    with pytest.raises(CannotRead, match="You have emergency access to this circle already"):
        request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)


def test_approval_takes_a_second_person(seat, by):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    approval = {"approved_by": by, "approved_at": NOON, "expires_at": NOON + timedelta(hours=4)}

    with pytest.raises(CannotRead, match="it takes two people"):
        approve_emergency_access(asked, by=by)
    with pytest.raises(IntegrityError, match="emergency_takes_two_people"), transaction.atomic():
        EmergencyAccess.objects.update(**approval)


def test_approval_tells_the_circle_and_nobody_else(seat, access, second):
    FacilitationFactory(circle=seat.circle, person=PersonFactory(name="Zoe"))

    assert access.expires_at == NOON + timedelta(hours=4)
    assert kinds() == [
        ("emergency_opened", seat.person.name, "planned"),
        ("emergency_requested", "Sara Second", "cancelled"),
    ]
    send_due()
    assert [letter.to for letter in mail.outbox] == [[seat.person.email]]
    assert REASON in mail.outbox[0].body
    assert "Sara Second approved it" in mail.outbox[0].body


def test_who_left_the_circle_before_the_mail_is_told_nothing(seat, access):
    seat.left_on = NOON.date()
    seat.save()

    send_due()

    assert mail.outbox == []


def test_approving_twice_changes_nothing(access, second):
    again = approve_emergency_access(access, by=second)

    assert again.expires_at == access.expires_at
    assert [verb for verb, _ in trail()].count("approved emergency access") == 1


def test_approval_of_what_was_withdrawn_is_refused(seat, by, second):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    end_emergency_access(asked, by=by)

    with pytest.raises(CannotRead, match="withdrawn or declined"):
        approve_emergency_access(asked, by=second)


def test_approval_for_someone_who_is_no_longer_an_organiser_is_refused(seat, by, second):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    revoke_role(by, Role.ORGANISER, by=second)

    with pytest.raises(CannotRead, match="is no longer an organiser"):
        approve_emergency_access(asked, by=second)


def test_request_mail_is_moot_once_decided(seat, by, second):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    Reminder.objects.update(state="planned")
    EmergencyAccess.objects.filter(pk=asked.pk).update(ended_at=NOON, ended_by=second)

    send_due()

    assert (mail.outbox, Reminder.objects.get().state) == ([], "cancelled")


def test_ending_twice_changes_nothing(access, second, by):
    assert end_emergency_access(access, by=second)
    assert not end_emergency_access(access, by=by)
    assert not EmergencyAccess.objects.current().exists()


def start_reading(client, access):
    client.force_login(Member.objects.get(pk=access.requested_by_id))
    return client.post(url("emergency_read", access))


def test_organiser_reads_only_after_pressing_start(client, seat, access):
    meeting = MeetingFactory(circle=seat.circle, title="In confidence")
    client.force_login(access.requested_by)

    assert client.get(meeting.get_absolute_url()).status_code == 404
    start_reading(client, access)
    page = client.get(meeting.get_absolute_url())

    assert "In confidence" in page.content.decode()
    assert "under emergency access until" in page.content.decode()
    assert [reading.page for reading in EmergencyReading.objects.all()] == [
        f"GET {meeting.get_absolute_url()}"
    ]


def test_reading_ends_with_the_access(client, seat, access):
    meeting = MeetingFactory(circle=seat.circle)
    with time_machine.travel(NOON + timedelta(hours=3, minutes=59), tick=False):
        start_reading(client, access)
        assert client.get(meeting.get_absolute_url()).status_code == 200

    with time_machine.travel(NOON + timedelta(hours=4), tick=False):
        assert client.get(meeting.get_absolute_url()).status_code == 404

    assert EmergencyReading.objects.count() == 1


def test_reading_ends_when_the_role_is_taken_back(client, seat, access, second):
    meeting = MeetingFactory(circle=seat.circle)
    start_reading(client, access)
    revoke_role(access.requested_by, Role.ORGANISER, by=second)

    assert client.get(meeting.get_absolute_url()).status_code == 404
    assert not EmergencyReading.objects.exists()


def test_reading_can_be_stopped_and_writes_nothing(client, seat, access):
    meeting = MeetingFactory(circle=seat.circle, starts_at=NOON + timedelta(days=1))
    start_reading(client, access)

    refused = client.post(f"{meeting.get_absolute_url()}rsvp/", {"rsvp": "going"})
    client.post(url("emergency_stop"))

    assert refused.status_code == 403
    assert client.get(meeting.get_absolute_url()).status_code == 404
    assert not meeting.attendances.exists()


def test_second_organiser_cannot_read_with_the_firsts_access(client, access, second):
    client.force_login(second)

    assert client.post(url("emergency_read", access)).status_code == 404


def test_circle_sees_who_read_what_and_why(client, seat, access):
    start_reading(client, access)
    client.get(seat.circle.get_absolute_url())
    client.force_login(seat.person)

    circle = client.get(seat.circle.get_absolute_url()).content.decode()
    log = client.get(url("emergency_log", seat.circle)).content.decode()

    assert "Someone outside this circle was allowed to read it." in circle
    assert REASON in log
    assert f"GET {seat.circle.get_absolute_url()}" in log


def test_request_page_asks_for_a_reason_and_tells_the_only_organiser(client, seat, by):
    client.force_login(by)

    alone = client.get(url("emergency_request", seat.circle)).content.decode()
    organiser()
    short = client.post(url("emergency_request", seat.circle), {"reason": "Danger", "hours": 4})
    sent = client.post(url("emergency_request", seat.circle), {"reason": REASON, "hours": 4})
    again = client.post(url("emergency_request", seat.circle), {"reason": REASON, "hours": 4})

    assert "You are the only organiser" in alone
    assert "Say it in a sentence" in short.content.decode()
    assert told(sent)[0][0] == "success"
    assert "You have asked for this already" in again.content.decode()


def test_approval_and_end_are_said_in_words(client, seat, by, second):
    asked = request_emergency_access(seat.circle, by=by, reason=REASON, hours=4)
    client.force_login(by)
    own = told(client.post(url("emergency_approve", asked)))
    client.force_login(second)

    approved = told(client.post(url("emergency_approve", asked)))
    ended = told(client.post(url("emergency_end", asked)))
    nothing = told(client.post(url("emergency_end", asked)))

    assert own == [("error", "Someone else has to approve this: it takes two people.")]
    assert approved == [("success", f"{by} may read “Night owls” now. The circle is told.")]
    assert ended[-1][1] == "Nobody reads “Night owls” under emergency access now."
    assert nothing == ended


@pytest.mark.parametrize("count", [1, 4])
def test_list_queries_do_not_grow(client, second, count, django_assert_num_queries):
    for _ in range(count):
        EmergencyAccessFactory()
        EmergencyAccessFactory(
            approved_by=second, approved_at=NOON, expires_at=NOON + timedelta(hours=1)
        )
        EmergencyAccessFactory(ended_by=second, ended_at=NOON)
    client.force_login(second)

    # user, roles, held circles; pending, current, the page's count and rows
    with django_assert_num_queries(7):
        response = client.get(url("emergencies"))

    assert len(response.context["pending"]) == len(response.context["current"]) == count
    assert len(response.context["page"]) == count


def test_nothing_is_asked_for_people_without_access(client, django_assert_num_queries):
    person = PersonFactory()
    client.force_login(person)
    client.get(url("formats"))

    assert person.emergency_circles == frozenset()
    assert list(Meeting.objects.visible_to(person)) == []
