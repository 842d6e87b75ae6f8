"""A mail's link shows, its button answers once, and a link that no longer holds says why."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import planner
from notifications.actions import send
from sessions_app import answer_links
from sessions_app.actions import CannotAnswer, answer_from_mail
from sessions_app.models import Attendance, Meeting, UsedAnswerLink
from tests.factories import AttendanceFactory, MeetingFactory, MembershipFactory

Rsvp = Attendance.Rsvp


def link_of(*, coming=True, **meeting):
    """The seat, the meeting in three days, and the address in its mail."""
    seat = MembershipFactory(person__time_zone="Asia/Kolkata", circle__name="Night owls")
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    meeting = MeetingFactory(circle=seat.circle, starts_at=starts_at, **meeting)
    token = answer_links.write(meeting, seat.person, coming=coming)
    return seat, meeting, reverse("meetings:answer_link", args=[token])


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_link_shows_the_meeting_and_changes_nothing(client):
    seat, meeting, address = link_of()

    response = client.get(address)

    starts = meeting.starts_at + timedelta(hours=5, minutes=30)
    assert response.status_code == 200
    assert f"{starts:%H:%M} to {starts + timedelta(hours=1):%H:%M}" in text_of(response)
    assert "Night owls" in text_of(response)
    assert f"You answer as {seat.person.name}." in text_of(response)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert client.head(address).status_code == 200
    assert not Attendance.objects.exists()
    assert not UsedAnswerLink.objects.exists()


@pytest.mark.django_db
def test_button_answers_once(client):
    _, meeting, address = link_of(coming=False)

    first = client.post(address, {"update": "I sent the draft"}, follow=True)
    Attendance.objects.update(rsvp=Rsvp.GOING)
    again = client.post(address, {"update": "Something else"})

    said = Attendance.objects.get()
    assert "I sent the draft" in text_of(first)
    assert "You can’t come this time" in text_of(first)
    assert (said.rsvp, said.update, said.rsvp_through) == (Rsvp.GOING, "I sent the draft", "mail")
    assert "answers once only" in text_of(again)
    assert "You’re coming" in text_of(again)
    assert UsedAnswerLink.objects.count() == 1
    assert meeting.attendances.get() == said


@pytest.mark.django_db
def test_yes_leaves_the_update_as_it_was(client):
    seat, meeting, address = link_of()
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp=Rsvp.NOT_GOING, update="Ill")

    client.post(address, {"update": "ignored"})

    said = Attendance.objects.get()
    assert (said.rsvp, said.update) == (Rsvp.GOING, "Ill")


@pytest.mark.django_db
def test_too_long_an_update_is_kept_in_the_form(client):
    _, _, address = link_of(coming=False)

    response = client.post(address, {"update": "x" * 501})

    assert response.status_code == 422
    assert "x" * 501 in text_of(response)
    assert not Attendance.objects.exists()


def moved(seat, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=meeting.starts_at + timedelta(days=1), ends_at=meeting.ends_at + timedelta(days=1)
    )


def cancelled(seat, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CANCELLED)


def over(seat, meeting):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now - timedelta(hours=2), ends_at=now)


def left(seat, meeting):
    seat.left_on = timezone.localdate()
    seat.save()


def left_the_organisation(seat, meeting):
    seat.person.left_on = timezone.localdate()
    seat.person.save()


def gone(seat, meeting):
    Meeting.objects.all().delete()


HOLDS_NO_MORE = [
    (moved, 200, "This meeting was moved", True),
    (cancelled, 200, "This meeting was called off", True),
    (over, 200, "This meeting is over", True),
    (left, 404, "This meeting is no longer yours to answer", False),
    (left_the_organisation, 404, "This meeting is no longer yours to answer", False),
    (gone, 404, "This meeting is not here any more", False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "status", "words", "shows_circle"), HOLDS_NO_MORE)
def test_link_that_holds_no_more_says_why(client, change, status, words, shows_circle):
    seat, meeting, address = link_of()
    change(seat, meeting)

    shown, sent = client.get(address), client.post(address)

    for response in (shown, sent):
        assert response.status_code == status
        assert words in text_of(response)
        assert ("Night owls" in text_of(response)) == shows_circle
    assert not Attendance.objects.exists()


@pytest.mark.django_db
def test_changed_link_is_none_of_ours(client):
    _, _, address = link_of()

    for broken in (address[:-6] + "abcde/", "/answer/x/", "/answer/%F0%9F%90%A6/"):
        response = client.post(broken)

        assert response.status_code == 404
        assert "This link is not complete" in text_of(response)


@pytest.mark.django_db
def test_meeting_called_off_in_that_very_moment_is_not_answered(client, monkeypatch):
    seat, meeting, address = link_of()

    def too_late(link, **given):
        cancelled(seat, meeting)
        raise CannotAnswer("This meeting was cancelled, so no answer is needed.")

    monkeypatch.setattr("sessions_app.actions.answer_from_mail", too_late)

    assert "This meeting was called off" in text_of(client.post(address, {"update": ""}))


@pytest.mark.django_db
def test_action_says_why_it_does_not_answer():
    seat, meeting, address = link_of()
    link = answer_links.read(address.split("/")[2])
    meeting.delete()

    with pytest.raises(CannotAnswer, match="no longer exists"):
        answer_from_mail(link, person=seat.person)


@pytest.mark.django_db(transaction=True)
def test_link_followed_twice_at_once_answers_once():
    seat, _, address = link_of()
    link = answer_links.read(address.split("/")[2])
    together, results = Barrier(2), []

    def click():
        try:
            together.wait()
            answer_from_mail(link, person=seat.person)
            results.append("answered")
        except CannotAnswer as reason:
            results.append(str(reason))
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["This link has answered already.", "answered"]
    assert UsedAnswerLink.objects.count() == 1


@pytest.mark.django_db
def test_reminder_carries_both_answers(mailoutbox):
    seat, meeting, _ = link_of()
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() + timedelta(hours=40), ends_at=timezone.now() + timedelta(hours=41)
    )
    meeting.refresh_from_db()
    planner.keep("meeting", [meeting.pk])

    send(seat.person.reminders.get(kind="meeting_48h").pk)

    text = mailoutbox[0].body
    addresses = [line for line in text.splitlines() if "/answer/" in line]
    tokens = [address.split("/")[4] for address in addresses]
    assert [answer_links.read(token).coming for token in tokens] == [True, False]
    assert mailoutbox[0].alternatives[0][0].count('class="choice"') == 2
    assert "\n\nI’m coming:\n" in text
    assert Client().post(f"/answer/{tokens[1]}/").status_code == 302
    assert Attendance.objects.get().rsvp == Rsvp.NOT_GOING
