from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from notifications.models import Reminder
from sessions_app.models import Meeting
from sessions_app.reminders.recap import RECAP
from tests.factories import FacilitationFactory, MeetingFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(client):
    held = FacilitationFactory()
    client.force_login(held.person)
    return held


@pytest.fixture
def meeting(held):
    return MeetingFactory(circle=held.circle, starts_at=timezone.now() - timedelta(hours=2))


def recap(meeting):
    return reverse("meetings:recap", args=[meeting.pk])


def share(meeting):
    return reverse("meetings:recap_share", args=[meeting.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_draft_is_kept_and_offered_again(client, meeting, held):
    response = client.post(recap(meeting), {"text": "We met.\r\n\r\nWe parted."})

    meeting.refresh_from_db()
    assert (meeting.recap, meeting.recap_by) == ("We met.\n\nWe parted.", held.person)
    assert said(response) == [
        "Draft saved. Only the circle’s facilitators see it until you share it."
    ]
    form = client.get(recap(meeting)).context["form"]
    assert form["text"].value() == "We met.\n\nWe parted."


def test_members_do_not_see_a_draft(client, meeting):
    client.post(recap(meeting), {"text": "Half a thought"})
    client.force_login(MembershipFactory(circle=meeting.circle).person)

    words = client.get(meeting.get_absolute_url()).content.decode()

    assert "Half a thought" not in words
    assert "It is not shared yet." in words


def test_sharing_keeps_what_was_typed_and_shows_it_to_the_circle(client, meeting):
    seat = MembershipFactory(circle=meeting.circle)

    response = client.post(share(meeting), {"text": "We met.\r\n\r\nWe parted."})

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.RECAP_SENT
    assert said(response) == ["Shared. Everyone in the circle gets the recap by mail."]
    client.force_login(seat.person)
    assert "<p>We parted.</p>" in client.get(meeting.get_absolute_url()).content.decode()


def test_double_click_on_share_owes_one_mail_a_person(client, meeting, held):
    typed = {"text": "We met."}

    client.post(share(meeting), typed)
    client.post(share(meeting), typed)

    assert Reminder.objects.filter(kind=RECAP).count() == 1


def test_text_that_is_too_long_is_kept_in_the_form(client, meeting):
    long = "x" * 20_001

    for address in (recap(meeting), share(meeting)):
        response = client.post(address, {"text": long})

        assert response.status_code == 422
        assert response.context["form"]["text"].value() == long

    meeting.refresh_from_db()
    assert (meeting.recap, meeting.recap_sent_at) == ("", None)


def test_line_ends_count_once(client, meeting):
    lines = "\r\n" * 9_999

    response = client.post(recap(meeting), {"text": "x" * 10_000 + lines + "x"})

    assert response.status_code == 302


def test_empty_recap_is_not_shared(client, meeting):
    response = client.post(share(meeting), {"text": "  "})

    assert response.context["form"].errors["text"] == ["Write a line or two first."]


def test_recap_is_not_shared_while_the_meeting_lasts_but_kept(client, held):
    meeting = MeetingFactory(circle=held.circle, starts_at=timezone.now() - timedelta(minutes=5))

    response = client.post(share(meeting), {"text": "So far"})

    assert response.status_code == 422
    meeting.refresh_from_db()
    assert (meeting.recap, meeting.recap_sent_at) == ("So far", None)


def test_what_somebody_else_saved_is_shown_and_not_overwritten(client, meeting):
    version = client.get(recap(meeting)).context["version"]
    Meeting.objects.update(recap="Their words")

    refused = client.post(recap(meeting), {"text": "My words", "based_on": version})

    assert refused.status_code == 422
    words = refused.content.decode()
    assert "My words" in words
    assert "Their words" in words
    meeting.refresh_from_db()
    assert meeting.recap == "Their words"

    again = refused.context["version"]
    client.post(recap(meeting), {"text": "Our words", "based_on": again})

    meeting.refresh_from_db()
    assert meeting.recap == "Our words"


def test_conflict_stops_sharing_too(client, meeting):
    version = client.get(recap(meeting)).context["version"]
    Meeting.objects.update(recap="Their words")

    client.post(share(meeting), {"text": "My words", "based_on": version})

    meeting.refresh_from_db()
    assert (meeting.recap, meeting.recap_sent_at) == ("Their words", None)


def test_correcting_a_shared_recap_sends_no_second_mail(client, meeting):
    client.post(share(meeting), {"text": "Teh"})

    response = client.post(recap(meeting), {"text": "The"})

    assert said(response)[-1] == "Recap corrected."
    meeting.refresh_from_db()
    assert meeting.recap == "The"
    assert Reminder.objects.filter(kind=RECAP).count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"starts_at": timezone.now() + timedelta(days=9)}, "has not begun"),
        ({"state": Meeting.State.CANCELLED}, "was cancelled"),
    ],
)
def test_recap_of_a_meeting_that_was_not_held_is_not_asked_for(client, held, fields, told):
    meeting = MeetingFactory(circle=held.circle, **fields)

    page = client.get(recap(meeting)).content.decode()
    response = client.post(recap(meeting), {"text": "We met"})

    assert told in page
    assert "<textarea" not in page
    assert response.status_code == 422
