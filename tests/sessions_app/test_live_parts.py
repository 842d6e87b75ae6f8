from datetime import timedelta

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from sessions_app.agenda.kinds import kind_named, kind_of
from sessions_app.agenda.segments import Segment
from sessions_app.live.entries import CAPTURES, CannotCapture
from sessions_app.models import CaseNote, DiscussionNote, Meeting
from tests.factories import (
    AgendaFactory,
    AttendanceFactory,
    CharterFactory,
    CommitmentFactory,
    FacilitationFactory,
    LiveMeetingFactory,
    MeetingFactory,
    MembershipFactory,
    RoleTurnFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    return MembershipFactory(person__name="Joon Park")


@pytest.fixture
def meeting(seat):
    """A live meeting that is at a presenter's segment."""
    starts_at = timezone.now() - timedelta(minutes=5)
    meeting = MeetingFactory(circle=seat.circle, starts_at=starts_at, state="live")
    segments = [Segment("s1", "Check-in", 10, "circle"), Segment("s2", "Case", 50, "presenter", 1)]
    AgendaFactory(meeting=meeting, segments=[segment.as_json() for segment in segments])
    LiveMeetingFactory(meeting=meeting, segment="s2", orders={"s2": [seat.person_id]})
    return meeting


def as_stored(meeting):
    return Meeting.objects.select_related("circle", "live", "own_agenda").get(pk=meeting.pk)


def drawn(rf, key, meeting, person):
    panel = kind_named(key).panel(meeting, person)
    request = rf.get("/")
    request.user, request.htmx = person, False
    return render_to_string(panel.template, panel.context, request)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Commitments", "commitments"),
        ("Progress by group", "commitments"),
        ("Wins", "check_in"),
        ("Commit and pulse", "commit"),
        ("Hot seats in peer groups", "topics"),
        ("Break", ""),
    ],
)
def test_segments_are_known_by_their_names(name, key):
    assert kind_of(name) == key


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(
    ("key", "queries"),
    # Seats, who can't come, promises, whether one drives; seats, facilitators, answers; promises;
    # circles held, circles hosted alone, one's seat as host, a leading role, roles, topics waiting
    # and taken.
    [("commitments", 6), ("check_in", 3), ("commit", 1), ("topics", 7)],
)
def test_panels_ask_the_database_a_fixed_number_of_times(
    seat, meeting, key, queries, count, django_assert_num_queries
):
    for _ in range(count):
        person = MembershipFactory(circle=seat.circle).person
        AttendanceFactory(meeting=meeting, person=person, rsvp="going")
        CommitmentFactory(circle=seat.circle, owner=person)
        CommitmentFactory(circle=seat.circle, owner=person, meeting=meeting)
        TopicFactory(circle=seat.circle, owner=person)
    stored = as_stored(meeting)

    with django_assert_num_queries(queries):
        panel = kind_named(key).panel(stored, seat.person)

    assert panel.template == f"sessions_app/panel_{key}.html"


def test_panels_draw_ones_own_buttons_and_no_others(rf, seat, meeting):
    peer = MembershipFactory(circle=seat.circle).person
    mine = CommitmentFactory(circle=seat.circle, owner=seat.person, times_carried=3)
    CommitmentFactory(circle=seat.circle, owner=peer)
    TopicFactory(circle=seat.circle, owner=peer, title="Theirs")
    TopicFactory(circle=seat.circle, owner=peer, meeting=meeting, state="taken", title="Today’s")
    CommitmentFactory(circle=seat.circle, owner=peer, meeting=meeting, promise="Made here")
    AttendanceFactory(meeting=meeting, person=peer, rsvp="not_going", update="On a train")
    AttendanceFactory(meeting=meeting, person=seat.person, attended=True)
    stored = as_stored(meeting)

    turns = drawn(rf, "commitments", stored, seat.person)
    topics = drawn(rf, "topics", stored, seat.person)

    assert turns.count(f"/promises/{mine.pk}/keep/") == 2  # with htmx, and without
    assert turns.count("/keep/") == 2
    assert turns.count("This keeps coming back.") == 1
    assert (topics.count("Theirs"), topics.count("Today’s"), topics.count("/take/")) == (1, 1, 0)
    assert drawn(rf, "commit", stored, seat.person).count("Made here") == 1
    assert drawn(rf, "check_in", stored, seat.person).count("On a train") == 1


def test_facilitator_takes_up_anybodys_topic(rf, seat, meeting):
    held = FacilitationFactory(circle=seat.circle)
    TopicFactory(circle=seat.circle, owner=seat.person)

    assert drawn(rf, "topics", as_stored(meeting), held.person).count("/take/") == 1


def test_discussion_note_is_offered_where_the_charter_keeps_them(seat, meeting):
    entry = CAPTURES.get("discussion_note")
    before = entry.is_offered(meeting, seat.person)
    form = entry.form(meeting, seat.person, QueryDict("text=We+talked"))
    assert form.is_valid()
    with pytest.raises(CannotCapture, match="keeps no notes"):
        entry.save(form, meeting, seat.person)
    CharterFactory(circle=seat.circle, keeps_discussion_notes=True)

    entry.save(form, meeting, seat.person)

    assert (before, entry.is_offered(meeting, seat.person)) == (False, True)
    (line,) = entry.lines(meeting, seat.person)
    assert (line.text, line.who) == ("We talked", "Joon")
    DiscussionNote.objects.update(written_by=None)
    assert [line.who for line in entry.lines(meeting, seat.person)] == [""]


def test_case_note_is_offered_while_somebody_presents_and_goes_to_them(seat, meeting):
    entry = CAPTURES.get("case_note")
    writer = MembershipFactory(circle=seat.circle).person
    stored = as_stored(meeting)
    empty = entry.form(stored, writer, None)
    form = entry.form(stored, writer, QueryDict(f"presenter={seat.person_id}&text=Ask+first"))
    assert form.is_valid()

    entry.save(form, stored, writer)

    assert entry.is_offered(stored, writer)
    assert empty["presenter"].initial == seat.person_id
    assert [line.text for line in entry.lines(stored, seat.person)] == ["Ask first"]
    assert entry.lines(stored, writer) == []
    meeting.state = "cancelled"
    meeting.save()
    with pytest.raises(CannotCapture, match="cancelled"):
        entry.save(form, stored, writer)
    assert CaseNote.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"segment": "s1"}, {"segment": "gone"}, {"ended_at": timezone.now()}, {"orders": {}}],
    ids=["another segment", "a segment that is gone", "over", "nobody's turn"],
)
def test_form_proposes_the_presenter_of_the_ledger_where_no_turn_says_so(seat, meeting, fields):
    for name, value in fields.items():
        setattr(meeting.live, name, value)
    meeting.live.save()
    entry, stored = CAPTURES.get("case_note"), as_stored(meeting)
    unknown = entry.form(stored, seat.person, None)["presenter"].initial
    RoleTurnFactory(meeting=meeting, person=seat.person, role="presenter")

    known = entry.form(stored, seat.person, None)["presenter"].initial

    assert (unknown, known) == (None, seat.person_id)
    assert entry.is_offered(stored, seat.person) == ("orders" in fields)


def test_meeting_that_is_not_live_offers_no_case_note(seat):
    meeting = as_stored(MeetingFactory(circle=seat.circle))

    assert not CAPTURES.get("case_note").is_offered(meeting, seat.person)
