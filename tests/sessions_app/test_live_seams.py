"""Where the live meeting meets recaps, cancelling, the charter and a circle that pauses."""

import pytest

from notifications.models import Reminder
from sessions_app.actions import live as actions
from sessions_app.actions import live_people
from sessions_app.actions.meetings import CannotCancel, cancel_meeting
from sessions_app.models import DiscussionNote
from sessions_app.reminders.recap import ASK_RECAP
from tests.factories import CharterFactory
from tests.sessions_app.live_world import HTMX, at, world

pytestmark = pytest.mark.django_db


def asked():
    return list(Reminder.objects.filter(kind=ASK_RECAP).values_list("state", flat=True))


def test_meeting_that_goes_on_after_all_asks_for_its_recap_once():
    meeting, people = world()
    actions.end(meeting, by=people[0])
    first = asked()
    actions.reopen(meeting)
    reopened = asked()
    Reminder.objects.filter(kind=ASK_RECAP).update(state="sent", sent_at="2026-05-12T10:00Z")
    actions.end(meeting, by=people[0])

    assert (first, reopened, asked()) == (["planned"], ["cancelled"], ["sent"])


def test_meeting_that_was_live_took_place_whoever_is_noted():
    meeting, people = world()
    live_people.mark_here(meeting, person_id=people[0].pk, here=False, by=people[0])
    actions.end(meeting, by=people[0])

    with pytest.raises(CannotCancel):
        cancel_meeting(meeting)


def test_meeting_of_a_circle_that_pauses_is_not_begun():
    meeting, people = world(began=False, stage="paused")

    with pytest.raises(actions.CannotLead, match="does not meet now"):
        actions.begin(meeting, by=people[0])


def test_note_typed_before_the_charter_stopped_notes_comes_back(client):
    meeting, people = world(stage="active")
    CharterFactory(circle=meeting.circle, keeps_discussion_notes=True)
    CharterFactory(circle=meeting.circle, number=2, keeps_discussion_notes=False)
    client.force_login(people[1])
    address = at("live_capture", meeting, "discussion_note")

    refused = client.post(address, {"text": "What Joon said"}, headers=HTMX)

    assert (refused.status_code, client.get(address).status_code) == (422, 404)
    assert "What Joon said" in refused.content.decode()
    assert not DiscussionNote.objects.exists()
