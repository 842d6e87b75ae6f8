from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from sessions_app.actions import live as actions
from sessions_app.actions import live_people
from sessions_app.agenda.kinds import Panel
from sessions_app.live.own_entries import COMMITMENT, DECISION
from sessions_app.live.parts import live_parts
from sessions_app.models import Commitment, Decision, LiveMeeting, Meeting, PlusDelta
from tests.factories import (
    FacilitationFactory,
    MeetingFactory,
    RoleTurnFactory,
)
from tests.sessions_app.live_world import HTMX, at, polled, world

pytestmark = pytest.mark.django_db
KEY = "5f0c1a1e-3d5c-4c55-9f0e-6f1c2f1f9b10"


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_page_of_a_running_meeting_shows_where_it_stands_to_each_their_part(client):
    meeting, people = world()
    RoleTurnFactory(meeting=meeting, role="timekeeper", person=people[1])
    words = []
    for person in people:
        client.force_login(person)
        words.append(client.get(at("live", meeting)).content.decode())

    for text in words:
        assert '<h1 class="live-title">Check-in</h1>' in text
        assert 'aria-current="step"' in text
    assert [text.count("live-next") for text in words] == [1, 1, 0]
    assert [text.count("Take over leading") for text in words] == [0, 0, 1]
    assert [text.count("I’m here") for text in words] == [0, 1, 1]
    assert [text.count("Your turn") for text in words] == [1, 0, 0]
    assert [text.count('name="owner"') for text in words] == [2, 2, 2]
    assert [text.count("<option") for text in words] == [3, 3, 0]


@pytest.mark.parametrize(
    ("fields", "phase"),
    [
        ({"starts_at": timezone.now() + timedelta(hours=2)}, "early"),
        ({"starts_at": timezone.now() + timedelta(minutes=10)}, "waiting"),
    ],
)
def test_page_before_the_meeting_runs(client, fields, phase):
    meeting, people = world(began=False)
    ends_at = fields["starts_at"] + timedelta(hours=1)
    Meeting.objects.update(**fields, ends_at=ends_at)
    client.force_login(people[0])

    response = client.get(at("live", meeting))

    assert response.context["phase"] == phase
    assert response.content.decode().count("Begin the meeting") == (phase == "waiting")


@pytest.mark.parametrize("state", ["cancelled", "closed", "missed"])
def test_page_of_what_does_not_run_leads_to_the_meeting(client, state):
    meeting, people = world(began=False)
    Meeting.objects.update(state=state)
    client.force_login(people[0])

    response = client.get(at("live", meeting))

    assert response["Location"] == meeting.get_absolute_url()


def test_buttons_answer_with_the_present_state_and_a_double_press_moves_once(client):
    meeting, people = world()
    client.force_login(people[0])
    press = {"way": "next", "seen": "s1.0.0+0"}

    first = client.post(at("live_move", meeting), press, headers=HTMX)
    second = client.post(at("live_move", meeting), press, headers=HTMX)
    plain = client.post(at("live_move", meeting), press)

    assert first.context["seen"] == second.context["seen"] == "s1.1.0+0"
    assert first["ETag"] == second["ETag"]
    assert polled(client, meeting, first["ETag"]).status_code == 304
    assert plain["Location"] == at("live", meeting)


@pytest.mark.parametrize("name", ["live_move", "live_turns", "live_here", "live_airtime"])
def test_nonsense_changes_nothing(client, name):
    meeting, people = world()
    client.force_login(people[0])
    before = LiveMeeting.objects.values().get()

    response = client.post(at(name, meeting), {"way": "up", "person": "x", "here": "maybe"})

    assert response.status_code == 302
    assert LiveMeeting.objects.values().get() == before


def test_turns_speakers_ends_and_reopenings_through_the_page(client):
    meeting, people = world()
    client.force_login(people[0])
    third = people[2].pk

    turned = {"person": third, "when": "now", "seen": "s1.0.0+0"}
    shown = client.post(at("live_turns", meeting), turned, headers=HTMX)
    client.post(at("live_airtime", meeting), {"person": third})
    spoken = LiveMeeting.objects.get().speaker_id
    client.post(at("live_airtime", meeting), {"person": ""})
    client.post(at("live_end", meeting))
    late = client.post(at("live_move", meeting), {"way": "next", "seen": "s1.0.0"}, headers=HTMX)
    again = client.post(at("live_reopen", meeting), headers=HTMX)

    assert shown.context["whose"].seat.person.pk == spoken == third
    assert said(late) == ["This meeting is not running any more."]
    assert late.context["may_reopen"]
    assert again.context["phase"] == "running"


def test_meeting_page_leads_in_and_just_after_the_end_back_in(client):
    meeting, people = world(began=False)
    client.force_login(people[0])
    words = [client.get(meeting.get_absolute_url()).content.decode()]
    actions.begin(meeting, by=people[0])
    words.append(client.get("/").content.decode())
    actions.end(meeting, by=people[0])
    words.append(client.get(meeting.get_absolute_url()).content.decode())
    client.force_login(people[1])
    words.append(client.get(meeting.get_absolute_url()).content.decode())
    LiveMeeting.objects.update(ended_at=timezone.now() - actions.REOPENS_FOR)

    assert [text.count("Go live") for text in words] == [1, 0, 0, 0]
    assert [text.count("Join the live meeting") for text in words] == [0, 1, 0, 0]
    assert [text.count("Go on with the live meeting") for text in words] == [0, 0, 1, 0]
    assert live_parts(Meeting.objects.get(), people[0]) == {"may_reopen": False}


def test_capture_in_place_keeps_a_fresh_form_and_an_equal_one_once(client):
    meeting, people = world()
    client.force_login(people[1])
    address = at("live_capture", meeting, "decision")
    version = LiveMeeting.objects.get().version
    typed = {"text": "We meet at nine", "form_key": KEY}

    first = client.post(address, typed, headers=HTMX)
    second = client.post(address, typed, headers=HTMX)
    empty = client.post(address, {"text": ""}, headers=HTMX)
    plain = client.post(address, {"text": "And at ten"})

    assert (first.status_code, second.status_code, empty.status_code) == (200, 204, 422)
    assert said(first) == ["Written down."]
    assert "We meet at nine" not in first.content.decode()
    assert plain["Location"] == f"{at('live', meeting)}#captured"
    assert [row.text for row in Decision.objects.all()] == ["We meet at nine", "And at ten"]
    assert LiveMeeting.objects.get().version == version + 2


def test_promise_is_ones_own_or_noted_by_who_drives_and_due_when_the_circle_meets_again(client):
    meeting, people = world()
    later = MeetingFactory(circle=meeting.circle, starts_at=timezone.now() + timedelta(days=7))
    address = at("live_capture", meeting, "commitment")
    others = {"text": "Ask Dana", "owner": people[2].pk, "due_on": later.held_on}
    client.force_login(people[1])
    form = client.get(address).context["filled"].form

    refused = client.post(address, others)
    client.force_login(people[0])
    noted = client.post(address, others)

    assert (form["due_on"].initial, form["owner"].initial) == (later.held_on, people[1].pk)
    assert (refused.status_code, noted.status_code) == (422, 302)
    made = Commitment.objects.get()
    assert (made.owner, made.meeting, made.due_on) == (people[2], meeting, later.held_on)


def test_facilitator_without_a_seat_notes_promises_of_others_and_strangers_entries_are_unknown(
    client,
):
    meeting, people = world()
    client.force_login(FacilitationFactory(circle=meeting.circle).person)
    person = people[1]
    person.memberships.update(left_on=timezone.localdate())

    page = client.get(at("live_capture", meeting, "commitment"))
    commit = client.get(at("live_close", meeting, "commit"))
    owner = {"text": "Ask Dana", "owner": people[2].pk}
    people[2].memberships.update(left_on=None)
    noted = client.post(at("live_capture", meeting, "commitment"), owner)

    assert [name for _, name in page.context["filled"].form.fields["owner"].choices] == [
        *("P00", "P02")
    ]
    assert (commit.status_code, noted.status_code) == (404, 302)
    assert client.get(at("live_capture", meeting, "weather")).status_code == 404


def test_closing_round_shows_who_has_not_yet_and_keeps_names_off_plus_and_delta(client):
    meeting, people = world()
    for person in people:
        live_people.mark_here(meeting, person_id=person.pk, here=True, by=person)
    LiveMeeting.objects.update(is_closing=True)
    client.force_login(people[1])

    typed = {"text": "Ask Dana", "owner": people[1].pk}
    assert client.get(at("live", meeting)).content.decode().count("Done. Add another") == 0
    answer = client.post(at("live_close", meeting, "commit"), typed, headers=HTMX)
    lines = {"plus": "On time\nAll spoke", "delta": "Shorter"}
    client.post(at("live_close", meeting, "plus_delta"), lines)
    steps = polled(client, meeting).context["closing"]
    folded = client.get(at("live", meeting)).content.decode()

    assert answer.content.decode().count("Done. Add another") == 1
    assert folded.count("Done. Add another") == 2
    assert [step.entry.key for step in steps] == ["commit", "plus_delta"]
    assert [step.is_done for step in steps] == [True, True]
    assert steps[0].waiting == [people[0], people[2]]
    assert [(line.who, line.text) for line in steps[1].lines] == [
        *(("", "+ On time"), ("", "+ All spoke"), ("", "Δ Shorter"))
    ]
    assert PlusDelta.objects.filter(written_by=people[1]).count() == 3


def test_capture_refused_by_an_action_keeps_what_was_typed():
    meeting, people = world()
    form = COMMITMENT.form(meeting, people[0], None)
    form.cleaned_data = {"text": "Ask", "owner": people[1].pk, "due_on": None}
    people[1].memberships.update(left_on=timezone.localdate())

    with pytest.raises(Exception, match="a circle in which you have a seat"):
        COMMITMENT.save(form, meeting, people[0])
    actions.end(meeting, by=people[0])
    form.cleaned_data = {"text": "Ask"}
    with pytest.raises(Exception, match="not running any more"):
        DECISION.save(form, meeting, people[0])


def test_current_part_shows_the_panel_of_its_kind(client, monkeypatch):
    meeting, people = world()
    kind = type("Kind", (), {"panel": lambda *_: Panel("sessions_app/live/agenda.html", {})})
    monkeypatch.setattr("sessions_app.live.screen.kind_named", lambda _key: kind)
    client.force_login(people[1])

    assert polled(client, meeting).content.decode().count("Agenda</h2>") == 2
