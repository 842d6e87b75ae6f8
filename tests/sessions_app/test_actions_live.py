from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import Reminder
from sessions_app.actions import live as actions
from sessions_app.actions import live_people as people_actions
from sessions_app.actions.live import CannotLead, Way
from sessions_app.actions.screens import redraw
from sessions_app.agenda.segments import segments_of
from sessions_app.live.position import Position, Route
from sessions_app.models import Airtime, Attendance, LiveMeeting, Meeting, RoleTurn
from sessions_app.tasks.live import end_forgotten_meetings
from sessions_app.tasks.meetings import close_ended
from tests.factories import (
    CharterFactory,
    FacilitationFactory,
    LiveMeetingFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    RoleTurnFactory,
)
from tests.sessions_app.live_world import world

pytestmark = pytest.mark.django_db

# Two hours before clocks go forward in Europe.
NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def live_of(meeting):
    return LiveMeeting.objects.select_related("meeting__own_agenda").get(pk=meeting.pk)


def seen(meeting):
    live = live_of(meeting)
    return f"{Position.of(live)}+{live.extra_seconds}"


def go(meeting, way=Way.NEXT):
    return actions.move(meeting, way, seen=seen(meeting))


def test_begin_settles_the_agenda_marks_the_beginner_and_happens_once():
    meeting, people = world(began=False)

    live = actions.begin(meeting, by=people[0])
    again = actions.begin(meeting, by=people[1])

    meeting.refresh_from_db()
    assert again == live
    assert again.version == live.version
    assert meeting.state == Meeting.State.LIVE
    assert meeting.own_agenda.segments[0]["name"] == "Check-in"
    assert [row.person for row in Attendance.objects.filter(attended=True)] == [people[0]]
    assert live.orders == {"s1": [person.pk for person in people]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": NOW + timedelta(minutes=16)}, "It opens a quarter of an hour"),
        ({"starts_at": NOW - timedelta(minutes=61)}, "The time of this meeting is over."),
        ({"starts_at": NOW, "state": "cancelled"}, "This meeting was cancelled."),
    ],
)
def test_begin_refuses_before_its_time_after_it_and_when_cancelled(fields, words):
    meeting = MeetingFactory(**fields)

    with pytest.raises(CannotLead, match=words):
        actions.begin(meeting, by=PersonFactory())

    assert LiveMeeting.objects.count() == 0


def test_meeting_can_begin_a_quarter_of_an_hour_early():
    meeting = MeetingFactory(starts_at=NOW + timedelta(minutes=15))

    assert actions.begin(meeting, by=PersonFactory()).segment == "s1"


@pytest.fixture
def table():
    return world()


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from([*Way, "here", "gone", "now", "last", "speaker"]), max_size=8))
def test_any_presses_keep_a_valid_position_and_never_lower_the_version(table, presses):
    meeting, people = table
    for press in presses:
        before = live_of(meeting)
        who = people[len(press) % 3].pk
        if press in Way.values:
            actions.move(meeting, Way(press), seen=seen(meeting))
        elif press == "speaker":
            people_actions.mark_speaker(meeting, person_id=who)
        elif press in ("here", "gone"):
            people_actions.mark_here(meeting, person_id=who, here=press == "here", by=people[0])
        else:
            put = getattr(people_actions, f"let_go_{press}")
            put(meeting, person_id=who, seen=seen(meeting))

        live = live_of(meeting)
        at = Position.of(live)
        changed = [
            field.name
            for field in LiveMeeting._meta.fields
            if field.name != "version" and getattr(live, field.name) != getattr(before, field.name)
        ]
        assert Route(segments_of(live.meeting), live.orders).settled(at) == at
        assert live.version >= before.version + bool(changed)


@pytest.mark.parametrize("way", Way.values)
def test_double_press_moves_once(way):
    meeting, _ = world()
    go(meeting)
    looked = seen(meeting)

    first = actions.move(meeting, Way(way), seen=looked)
    second = actions.move(meeting, Way(way), seen=looked)

    assert second.version == first.version
    assert Position.of(second) == Position.of(first)
    assert second.extra_seconds == first.extra_seconds == (120 if way == "extend" else 0)


def test_walk_through_the_whole_agenda_and_back(clock):
    meeting, people = world()
    meeting.roles.all().delete()
    RoleTurnFactory(meeting=meeting, role="hot seat", place=1, person=people[2])
    RoleTurnFactory(meeting=meeting, role="hot seat", place=2, person=people[1])
    visited = [seen(meeting)]
    while not (live := go(meeting)).is_closing:
        visited.append(str(Position.of(live)))

    assert visited == [
        *("s1.0.0+0", "s1.1.0", "s1.2.0"),
        *("s2.0.0", "s2.0.1", "s2.1.0", "s2.1.1"),
        "s3.0.0",
    ]
    assert live.orders["s2"] == [people[2].pk, people[1].pk]
    assert go(meeting).is_closing
    assert str(Position.of(go(meeting, Way.BACK))) == "s3.0.0"
    clock.shift(60)
    back = go(meeting, Way.BACK)
    assert str(Position.of(back)) == "s2.1.1"
    assert back.segment_began_at == back.step_began_at == timezone.now()


def test_skipping_a_part_says_so_until_one_goes_back_to_it():
    meeting, _ = world()

    skipped = go(meeting, Way.SKIP_SEGMENT)
    back = go(meeting, Way.BACK)

    assert (skipped.segment, skipped.skipped) == ("s2", ["s1"])
    assert (back.segment, back.turn, back.skipped) == ("s1", 2, [])
    assert str(Position.of(go(meeting, Way.SKIP_PERSON))) == "s2.0.0"
    assert go(meeting, Way.SKIP_SEGMENT).segment == "s3"
    assert go(meeting, Way.SKIP_SEGMENT).is_closing


def test_extending_gives_the_part_and_its_turn_two_minutes_up_to_a_limit():
    meeting, _ = world()
    began = live_of(meeting).turn_began_at

    live = go(meeting, Way.EXTEND)

    assert (live.extra_seconds, live.turn_began_at) == (120, began + timedelta(minutes=2))
    assert go(meeting, Way.SKIP_SEGMENT).extra_seconds == 0
    LiveMeeting.objects.update(extra_seconds=actions.LONGEST_EXTENSION)
    with pytest.raises(CannotLead, match="four hours more already"):
        go(meeting, Way.EXTEND)


def test_agenda_changed_while_live_leaves_a_position_that_it_has():
    meeting, _ = world()
    LiveMeeting.objects.update(segment="gone", turn=7, step=3)

    live = go(meeting)

    assert str(Position.of(live)) == "s1.1.0"


def test_late_comer_joins_the_end_and_who_leaves_is_not_waited_for():
    meeting, people = world()
    late = MembershipFactory(circle=meeting.circle).person
    go(meeting)

    here = people_actions.mark_here(meeting, person_id=late.pk, here=True, by=late)
    again = people_actions.mark_here(meeting, person_id=late.pk, here=True, by=late)
    left = people_actions.mark_here(meeting, person_id=people[2].pk, here=False, by=people[0])

    assert here.orders["s1"] == [*(person.pk for person in people), late.pk]
    assert again.version == here.version
    assert left.orders["s1"] == [people[0].pk, people[1].pk, late.pk]
    marked = Attendance.objects.get(meeting=meeting, person=people[2])
    assert (marked.attended, marked.marked_by, marked.rsvp) == (False, people[0], "going")


def test_late_comer_during_a_part_without_a_round_is_only_noted():
    meeting, _ = world()
    late = MembershipFactory(circle=meeting.circle).person
    go(meeting, Way.SKIP_SEGMENT)

    live = people_actions.mark_here(meeting, person_id=late.pk, here=True, by=late)

    assert late.pk not in live.orders["s2"]
    assert Attendance.objects.get(person=late).attended


def test_facilitator_is_noted_and_takes_no_turn_and_strangers_are_refused():
    meeting, people = world()
    guide = FacilitationFactory(circle=meeting.circle).person
    order = live_of(meeting).orders

    live = people_actions.mark_here(meeting, person_id=guide.pk, here=True, by=guide)

    assert live.orders == order
    assert people_actions.mark_speaker(meeting, person_id=guide.pk).speaker == guide
    for stranger in (PersonFactory().pk, 2**62):
        with pytest.raises(CannotLead, match="does not belong"):
            people_actions.mark_here(meeting, person_id=stranger, here=True, by=people[0])
        with pytest.raises(CannotLead, match="does not belong"):
            people_actions.mark_speaker(meeting, person_id=stranger)


def test_each_round_begins_with_someone_else_from_meeting_to_meeting():
    definition = {"agenda": [{"name": f"R{n}", "minutes": 9, "mode": "member"} for n in range(3)]}
    meeting, people = world(began=False)
    version = meeting.circle.format_version
    version.definition = definition
    version.save()
    LiveMeetingFactory(meeting__circle=meeting.circle, began_at=NOW - timedelta(days=7))
    actions.begin(meeting, by=people[0])
    for _ in range(2):
        live = go(meeting, Way.SKIP_SEGMENT)

    assert [live.orders[key][0] for key in ("s1", "s2", "s3")] == [
        people[1].pk,
        people[2].pk,
        people[0].pk,
    ]


def test_senior_speaks_last_where_the_charter_in_force_says_so():
    meeting, people = world(began=False)
    people[0].job_level = 7
    people[0].save()
    CharterFactory(circle=meeting.circle, number=1, senior_speaks_last=False)
    CharterFactory(circle=meeting.circle, number=2, senior_speaks_last=True)

    live = actions.begin(meeting, by=people[0])
    late = MembershipFactory(circle=meeting.circle, person__job_level=3).person
    seated = people_actions.mark_here(meeting, person_id=late.pk, here=True, by=late)

    assert live.orders["s1"][-1] == people[0].pk
    assert seated.orders["s1"] == [people[1].pk, people[2].pk, late.pk, people[0].pk]


def test_turns_are_changed_by_hand_once_a_press():
    meeting, people = world()
    first, second, third = (person.pk for person in people)
    looked = seen(meeting)

    now = people_actions.let_go_now(meeting, person_id=third, seen=looked)
    last = people_actions.let_go_last(meeting, person_id=third, seen=seen(meeting))
    same = people_actions.let_go_last(meeting, person_id=third, seen=seen(meeting))
    unknown = people_actions.let_go_now(meeting, person_id=PersonFactory().pk, seen=looked)
    go(meeting)
    stale = people_actions.let_go_now(meeting, person_id=third, seen=looked)

    assert (now.orders["s1"], now.turn) == ([third, first, second], 0)
    assert last.orders["s1"] == [first, second, third]
    assert same.version == unknown.version == last.version
    assert stale.orders["s1"] == [first, second, third]


def test_airtime_adds_up_and_the_same_mark_twice_loses_nothing(clock):
    meeting, people = world()
    for person, seconds in ((people[0], 30), (people[1], 15), (people[0], 10), (people[0], 5)):
        people_actions.mark_speaker(meeting, person_id=person.pk)
        clock.shift(seconds)
    live = people_actions.mark_speaker(meeting, person_id=None)

    assert (live.speaker, live.speaking_since) == (None, None)
    assert dict(Airtime.objects.values_list("person", "seconds")) == {
        people[0].pk: 45,
        people[1].pk: 15,
    }


def test_take_over_is_kept_as_a_role_and_lets_one_drive():
    meeting, people = world()
    RoleTurnFactory(meeting=meeting, role="chair", place=1, person=people[0])
    version = live_of(meeting).version

    turn = people_actions.take_over(meeting, by=people[1])
    again = people_actions.take_over(meeting, by=people[1])

    assert (turn.role, turn.place, turn.source) == ("chair", 2, RoleTurn.Source.CHOSEN)
    assert again == turn
    assert live_of(meeting).version == version + 1
    assert [person.has_perm("sessions_app.drive_meeting", meeting) for person in people] == [
        *(True, True, False)
    ]


def test_take_over_before_the_beginning_makes_a_host_and_after_the_end_nobody():
    meeting, people = world(began=False)

    assert people_actions.take_over(meeting, by=people[2]).role == "host"
    Meeting.objects.update(state="closed")
    with pytest.raises(CannotLead, match="over or was cancelled"):
        people_actions.take_over(meeting, by=people[1])


def test_end_closes_once_credits_the_speaker_and_asks_for_the_recap(clock):
    meeting, people = world()
    people_actions.mark_speaker(meeting, person_id=people[1].pk)
    clock.shift(20)

    ended = actions.end(meeting, by=people[0])
    version = live_of(meeting).version
    actions.end(meeting, by=people[0])

    assert (ended.state, ended.ends_at) == (Meeting.State.CLOSED, meeting.ends_at)
    assert live_of(meeting).version == version
    assert Airtime.objects.get().seconds == 20
    assert [owed.recipient for owed in Reminder.objects.filter(kind="recap_request")] == people[:1]
    with pytest.raises(CannotLead, match="not running any more"):
        go(meeting)
    with pytest.raises(CannotLead, match="has ended"):
        actions.begin(meeting, by=people[0])


def test_meeting_ended_by_mistake_goes_on_for_some_minutes(clock):
    meeting, people = world()
    go(meeting)
    actions.end(meeting, by=people[0])

    live = actions.reopen(meeting)

    assert (live.ended_at, live.turn, live.meeting.state) == (None, 1, "live")
    assert actions.reopen(meeting).version == live.version
    actions.end(meeting, by=people[0])
    clock.shift(actions.REOPENS_FOR)
    with pytest.raises(CannotLead, match="too long ago"):
        actions.reopen(meeting)
    with pytest.raises(CannotLead, match="has not begun"):
        actions.reopen(MeetingFactory())


def test_nobody_ended_it_so_it_ends_three_hours_after_its_time(clock):
    meeting, people = world()
    people_actions.mark_speaker(meeting, person_id=people[1].pk)
    clock.move_to(meeting.ends_at + timedelta(minutes=179))
    close_ended()
    end_forgotten_meetings()
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.LIVE

    clock.shift(timedelta(minutes=1))
    end_forgotten_meetings()

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CLOSED
    assert Airtime.objects.get().seconds == 0
    assert not actions.end_forgotten(meeting.pk)


def test_bump_reaches_only_a_running_meeting():
    meeting, people = world()
    version = live_of(meeting).version

    redraw(meeting.pk)
    redraw(MeetingFactory(circle=meeting.circle).pk)
    actions.end(meeting, by=people[0])
    redraw(meeting.pk)

    assert live_of(meeting).version == version + 2
