from datetime import UTC, datetime, timedelta

import pytest
import rules
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from circles.models import Circle
from sessions_app.models import CaseNote, Commitment, DiscussionNote, Topic
from tests.factories import (
    AttendanceChangeFactory,
    AttendanceFactory,
    CaseNoteFactory,
    CharterFactory,
    CommitmentFactory,
    DecisionFactory,
    DiscussionNoteFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PlusDeltaFactory,
    RoleTurnFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seat(client):
    seat = MembershipFactory(circle__stage=Circle.Stage.ACTIVE)
    client.force_login(seat.person)
    return seat


def meeting_in(circle, **fields):
    ahead = {name: fields.pop(name) for name in ("days", "hours", "minutes") if name in fields}
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead), **fields)


def at(name, *args):
    return reverse(f"meetings:{name}", args=args)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def words_of(response):
    return response.content.decode()


def test_meeting_opens_with_what_those_who_come_left_open(client, seat):
    peer, away = (each.person for each in MembershipFactory.create_batch(2, circle=seat.circle))
    coming = meeting_in(seat.circle, days=2)
    AttendanceFactory(meeting=coming, person=away, rsvp="not_going")
    mine = CommitmentFactory(circle=seat.circle, owner=seat.person)
    theirs = CommitmentFactory(circle=seat.circle, owner=peer)
    CommitmentFactory(circle=seat.circle, owner=away)
    CommitmentFactory(circle=seat.circle, owner=peer, state="done", settled_at=NOW)
    CommitmentFactory(circle=seat.circle, owner=peer, meeting=coming)

    response = client.get(coming.get_absolute_url())

    turns = response.context["opens_with"]
    assert {turn.owner: turn.promises for turn in turns} == {seat.person: [mine], peer: [theirs]}
    assert words_of(response).count("You open with these") == 1


@pytest.mark.parametrize("count", [1, 4])
def test_coming_and_past_meetings_take_a_fixed_number_of_queries(
    client, seat, count, django_assert_num_queries
):
    coming, past = meeting_in(seat.circle, days=2), meeting_in(seat.circle, days=-2)
    CharterFactory(circle=seat.circle, keeps_discussion_notes=True)
    for _ in range(count):
        person = MembershipFactory(circle=seat.circle).person
        CommitmentFactory(circle=seat.circle, owner=person)
        TopicFactory(circle=seat.circle, owner=person, meeting=past, state="taken")
        DiscussionNoteFactory(meeting=past, written_by=person)
        PlusDeltaFactory(meeting=past, text="Everyone spoke", written_by=person)
        noted = AttendanceFactory(meeting=past, person=person, attended=True)
        AttendanceChangeFactory(attendance=noted, by=person)

    # As ever, and topics, seats, who can't come, promises, and roles.
    with django_assert_num_queries(20):
        opened = client.get(coming.get_absolute_url())
    # As ever, and topics, the charter, notes, own case notes, plus and delta, corrections and
    # five of buddies.
    with django_assert_num_queries(25):
        closed = client.get(past.get_absolute_url())

    assert len(opened.context["opens_with"]) == count
    assert len(closed.context["discussion_notes"]) == count
    assert words_of(closed).count("Everyone spoke") == count
    assert len(closed.context["corrections"]) == count


def test_past_meeting_tells_a_member_what_is_theirs(client, seat):
    peer = MembershipFactory(circle=seat.circle, person__name="Joon Park").person
    meeting = meeting_in(
        seat.circle, days=-1, recap="We met.", state="recap_sent", recap_sent_at=NOW
    )
    mine = AttendanceFactory(meeting=meeting, person=seat.person, attended=False)
    change = AttendanceChangeFactory(attendance=mine, was=True, became=False, by=peer)
    CaseNoteFactory(meeting=meeting, presenter=peer, text="Unspeakable")
    CaseNoteFactory(meeting=meeting, presenter=seat.person)

    response = client.get(meeting.get_absolute_url())

    mine.refresh_from_db()
    page = response.context
    assert mine.caught_up_at == NOW
    assert page["buddies"] == [peer]
    assert (page["own_mark"], page["corrections"]) == (mine, [change])
    assert page["own_case_notes"] == 1
    assert words_of(response).count("Unspeakable") == 0
    corrected = client.post(at("attendance_own", meeting.pk), {"came": "yes"})
    assert said(corrected) == [
        "Corrected: You were there. Your circle sees who corrected it.",
    ]
    client.post(at("attendance_own", meeting.pk), {"came": "no"})
    mine.refresh_from_db()
    assert mine.attended is False


def test_own_correction_says_why_not(client, seat):
    response = client.post(at("attendance_own", meeting_in(seat.circle, days=-1).pk))

    assert said(response) == ["Nobody has noted yet who was there. You can correct it once it is."]


def test_cancelled_meeting_shows_none_of_it(client, seat):
    response = client.get(meeting_in(seat.circle, days=-1, state="cancelled").get_absolute_url())

    assert "own_case_notes" not in response.context


def test_circle_page_names_the_buddy_and_what_waits_for_a_hot_seat(client, seat):
    peer = MembershipFactory(circle=seat.circle).person
    meeting_in(seat.circle, days=-1)
    topic = TopicFactory(circle=seat.circle, owner=peer)

    page = client.get(seat.circle.get_absolute_url()).context

    assert (page["buddies"], page["topics"]) == ([peer], [topic])


def test_third_carry_says_so_to_its_owner_and_can_be_taken_back(client, seat):
    promise = CommitmentFactory(circle=seat.circle, owner=seat.person, due_on=None)
    asked = [
        said(client.post(at("commitment_carry", promise.pk), {"due_on": f"2026-06-0{day}"}))[-1]
        for day in (1, 2, 3)
    ]

    assert [words.count("keeps coming back") for words in asked] == [0, 0, 1]
    assert client.get(at("topics", seat.circle_id)).context["page"][0].commitment == promise
    response = client.post(at("commitment_carry_undo", promise.pk), headers=HTMX)
    promise.refresh_from_db()
    assert (promise.times_carried, Topic.objects.count()) == (2, 0)
    assert f'id="promise-{promise.pk}"' in words_of(response)
    for _ in range(3):
        response = client.post(at("commitment_carry_undo", promise.pk))
    assert said(response)[-1] == "There is no carrying to take back."


def test_evidence_is_asked_and_shown(client, seat):
    typed = {"text": "Ask Dana", "evidence": "A page", "circle": seat.circle_id}
    client.post(at("promise_new"), typed)
    promise = Commitment.objects.get()

    client.post(at("commitment_evidence", promise.pk), {"evidence": "Page 7"})

    words = words_of(client.get(at("commitments")))
    assert words.count("One can tell: Page 7") == 1
    too_long = client.post(at("commitment_evidence", promise.pk), {"evidence": "x" * 501})
    assert too_long.status_code == 422


@pytest.fixture
def drives(monkeypatch):
    """Who drives a meeting is another rule's matter: here, whoever sits in the circle as host."""
    predicate = rules.predicate(
        lambda person, meeting: meeting.circle.memberships.filter(person=person, role="host")
    )
    permissions = rules.permissions.permissions
    monkeypatch.setitem(permissions, "sessions_app.drive_meeting", predicate)


@pytest.mark.parametrize(
    ("role", "state", "status", "kept"),
    [
        ("host", "live", 200, "done"),
        ("member", "live", 403, "open"),
        ("host", "planned", 403, "open"),
    ],
)
def test_whoever_drives_a_live_meeting_settles_for_those_who_ask(
    client, seat, drives, role, state, status, kept
):
    seat.role = role
    seat.save()
    meeting = meeting_in(seat.circle, minutes=-5, state=state)
    promise = CommitmentFactory(
        circle=seat.circle, owner=MembershipFactory(circle=seat.circle).person
    )
    typed = {"meeting": meeting.pk}

    response = client.post(at("commitment_keep", promise.pk), typed, headers=HTMX)

    promise.refresh_from_db()
    assert (response.status_code, promise.state) == (status, kept)
    if status == 200:
        assert f'id="turn-{promise.pk}"' in words_of(response)
        dropped = client.post(at("commitment_drop", promise.pk), typed | {"reason": "No"})
        assert dropped.status_code == 403


@pytest.mark.parametrize("count", [1, 4])
def test_topics_and_case_notes_take_a_fixed_number_of_queries(
    client, seat, count, django_assert_num_queries
):
    meeting = meeting_in(seat.circle, days=-2)
    TopicFactory.create_batch(count, circle=seat.circle, owner=seat.person)
    TopicFactory(circle=seat.circle, owner=seat.person, state="taken", meeting=meeting)
    CaseNoteFactory.create_batch(count, meeting=meeting, presenter=seat.person)

    # User, circle, one's seat asked for reading, running and raising, circles held, hosted alone,
    # topics counted and read, roles.
    with django_assert_num_queries(10):
        topics = client.get(at("topics", seat.circle_id))
    with django_assert_num_queries(5):  # user, notes counted and read, circles held, roles
        notes = client.get(at("case_notes"))

    assert len(topics.context["page"]) == count
    assert len(notes.context["page"]) == count
    past = client.get(at("topics", seat.circle_id), {"show": "past"})
    assert len(past.context["page"]) == 1


def test_topic_goes_its_way(client, seat):
    meeting = meeting_in(seat.circle, days=2)
    empty = client.post(at("topic_new", seat.circle_id), {"title": " "})
    client.post(at("topic_new", seat.circle_id), {"title": "Delegate"})
    topic = Topic.objects.get()
    states = []
    for name, typed in (
        ("topic_take", {"meeting": meeting.pk}),
        ("topic_take", {}),
        ("topic_reopen", {}),
        ("topic_drop", {}),
    ):
        response = client.post(at(name, topic.pk), typed)
        topic.refresh_from_db()
        states.append(topic.state)

    assert empty.status_code == 422
    assert states == ["taken", "taken", "waiting", "dropped"]
    assert response.url == at("topics", seat.circle_id)
    seat.circle.stage = Circle.Stage.CLOSED
    seat.circle.save()
    closed = client.post(at("topic_new", seat.circle_id), {"title": "Delegate"})
    assert closed.status_code == 422


def test_notes_are_written_read_and_destroyed(client, seat):
    held = FacilitationFactory(circle=seat.circle)
    CharterFactory(circle=seat.circle, keeps_discussion_notes=True)
    presenter = MembershipFactory(circle=seat.circle, person__name="Ama Boateng").person
    meeting = meeting_in(seat.circle, days=-1)
    RoleTurnFactory(meeting=meeting, person=presenter, role="spotlight")
    form = client.get(at("case_note_new", meeting.pk)).context["form"]
    typed = {"presenter": presenter.pk, "text": "Ask first"}
    written = client.post(at("case_note_new", meeting.pk), typed)
    noted = client.post(at("discussion_note_new", meeting.pk), {"text": "We talked"})

    assert form["presenter"].initial == presenter.pk
    assert form.fields["presenter"].choices[1] == (presenter.pk, "Ama Boateng")
    assert said(written) == ["Only Ama reads this now."]
    assert noted.url == f"{meeting.get_absolute_url()}#notes"
    client.force_login(presenter)
    note = CaseNote.objects.get()
    assert words_of(client.get(at("case_notes"))).count("Ask first") == 2
    client.post(at("case_note_destroy", note.pk))
    CaseNoteFactory.create_batch(2, presenter=presenter)
    client.post(at("case_notes_destroy"))
    assert not CaseNote.objects.exists()
    client.force_login(held.person)
    client.post(at("discussion_note_delete", DiscussionNote.objects.get().pk))
    assert not DiscussionNote.objects.exists()


def test_notes_say_why_they_are_not_taken(client, seat):
    meeting = meeting_in(seat.circle, days=1)
    typed = {"presenter": seat.person_id, "text": "Ask first"}

    refused = [
        client.post(at("case_note_new", meeting.pk), typed),
        client.post(at("discussion_note_new", meeting.pk), {"text": "We talked"}),
    ]

    assert [response.status_code for response in refused] == [422, 422]
    assert words_of(refused[0]).count("The meeting has not begun yet.") == 1


def test_recap_is_drafted_from_what_was_captured_until_somebody_writes(client):
    held = FacilitationFactory()
    client.force_login(held.person)
    meeting = meeting_in(held.circle, days=-2)
    there = MembershipFactory(circle=held.circle, person__name="Ama Boateng").person
    AttendanceFactory(meeting=meeting, person=there, attended=True)
    DecisionFactory(meeting=meeting)
    PlusDeltaFactory(meeting=meeting)
    TopicFactory(circle=held.circle, owner=there, meeting=meeting, state="taken", title="Delegate")
    drafted = client.get(at("recap", meeting.pk)).context
    client.post(at("recap", meeting.pk), {"text": "In my words"})
    own = client.get(at("recap", meeting.pk)).context
    again = client.get(at("recap", meeting.pk), {"draft": 1}).context

    assert drafted["form"]["text"].value() == (
        "Everyone was there: Ama.\n\nOn the hot seat: Ama with “Delegate”.\n\n"
        "We decided one thing; you find the words below.\n\nWhat was good:\n– Everyone spoke"
    )
    assert (own["form"]["text"].value(), own["is_drafted"]) == ("In my words", False)
    assert again["form"]["text"].value() == drafted["form"]["text"].value()
    home = words_of(client.get(reverse("meetings:home")))
    assert home.count("was due") == 1


def test_decision_is_corrected(client):
    held = FacilitationFactory()
    client.force_login(held.person)
    decision = DecisionFactory(meeting=meeting_in(held.circle, days=-2))
    empty = client.post(at("decision_edit", decision.pk), {"text": ""})

    client.post(at("decision_edit", decision.pk), {"text": "We meet at nine"})

    decision.refresh_from_db()
    assert empty.status_code == 422
    assert (decision.text, decision.for_newcomers) == ("We meet at nine", False)
