from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sessions_app.actions.agenda import (
    AgendaChanged,
    CannotShape,
    change_agenda,
    reset_agenda,
    settle_agenda,
    starting_point,
    version_of,
)
from sessions_app.agenda.ledger import fitted_of, in_turn, usual_size
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.models import Agenda, LiveMeeting, Meeting
from tests.factories import (
    AgendaFactory,
    CircleFactory,
    FormatVersionFactory,
    LiveMeetingFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
STEPS = [{"name": "Share", "minutes": 15}]
DEFINITION = {
    "agenda": [
        {"name": "Check-in", "minutes": 10, "mode": "member"},
        {"name": "Seats", "minutes": 45, "mode": "presenter", "times": 3, "protocol": "seat"},
        {"name": "Close", "minutes": 5, "mode": "circle"},
    ],
    "protocols": {"seat": {"name": "Hot seat", "steps": STEPS}},
    "rotating_roles": ["host"],
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def circle():
    circle = CircleFactory(format_version__definition=DEFINITION, format_version__size_max=6)
    MembershipFactory.create_batch(6, circle=circle)
    return circle


@pytest.fixture
def meeting(circle):
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=1))


def fresh(meeting):
    return Meeting.objects.select_related("own_agenda", "circle__format_version").get(pk=meeting.pk)


def change(meeting, segments, *, based_on=0, by=None):
    return change_agenda(meeting, segments, by=by or PersonFactory(), based_on=based_on)


def planned(meeting):
    return [(s.name, s.minutes, s.times) for s in segments_of(fresh(meeting))]


AS_WRITTEN = [("Check-in", 10, 0), ("Seats", 45, 3), ("Close", 5, 0)]


def test_changed_agenda_is_the_meetings_own(meeting):
    check_in, seats, close = segments_of(fresh(meeting))
    by = PersonFactory()

    agenda = change(meeting, [replace(check_in, minutes=15), close, seats], by=by)
    same = change(meeting, segments_of(fresh(meeting)), based_on=99)

    assert (agenda.version, agenda.changed_by) == (1, by)
    assert (same.version, version_of(fresh(meeting))) == (1, 1)
    assert planned(meeting) == [("Check-in", 15, 0), ("Close", 5, 0), ("Seats", 45, 3)]


def test_two_who_shape_it_at_once_notice_each_other(meeting):
    first, *others = segments_of(fresh(meeting))
    change(meeting, [first])

    with pytest.raises(AgendaChanged) as changed:
        change(meeting, others)

    assert [segment.name for segment in segments_of(changed.value.meeting)] == ["Check-in"]
    assert change(meeting, others, based_on=1).version == 2


@pytest.mark.parametrize("number", [0, 31])
def test_agenda_without_segments_or_with_too_many_is_refused(meeting, number):
    with pytest.raises(CannotShape, match="from 1 to 30 segments"):
        change(meeting, [Segment(f"s{n}", "Talk", 1, "circle") for n in range(number)])


@pytest.mark.parametrize("state", ["closed", "recap_sent", "cancelled", "missed"])
def test_meeting_that_is_over_keeps_its_agenda(meeting, state):
    recap_sent_at = NOW if state == "recap_sent" else None
    Meeting.objects.filter(pk=meeting.pk).update(state=state, recap_sent_at=recap_sent_at)

    with pytest.raises(CannotShape, match="over or was cancelled"):
        change(meeting, [Segment("a", "Talk", 60, "circle")])
    with pytest.raises(CannotShape, match="over or was cancelled"):
        reset_agenda(meeting)


def test_live_meeting_keeps_what_is_done_and_redraws(meeting):
    settle_agenda(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state="live")
    LiveMeetingFactory(meeting=meeting, segment="s2", began_at=NOW, version=7)
    done, on, close = segments_of(fresh(meeting))

    change(meeting, [done, on, replace(close, minutes=3)], based_on=1)

    assert LiveMeeting.objects.get().version == 8
    for segments in ([on, done, close], [done, close], [done, replace(on, minutes=1), close]):
        with pytest.raises(CannotShape, match="What is done or on stays"):
            change(meeting, segments, based_on=2)
    with pytest.raises(CannotShape, match="The meeting has begun"):
        reset_agenda(meeting)


def test_reset_agenda_is_the_formats_again(meeting):
    change(meeting, [Segment("a", "Talk", 60, "circle")])

    reset_agenda(meeting)
    reset_agenda(meeting)

    assert planned(meeting) == AS_WRITTEN
    assert not Agenda.objects.exists()


def test_roles_follow_the_places_of_a_changed_agenda(meeting):
    settle_agenda(meeting)
    presenting = meeting.roles.filter(role="presenter")
    before = presenting.count()
    check_in, seats, close = segments_of(fresh(meeting))

    change(meeting, [check_in, replace(seats, times=1, minutes=15), close], based_on=1)
    after = presenting.count()
    reset_agenda(meeting)

    assert (before, after, presenting.count()) == (3, 1, 3)


def test_settled_agenda_stays_whatever_becomes_of_the_format(circle, meeting):
    settle_agenda(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")

    circle.format_version = FormatVersionFactory(number=2)
    circle.save()

    assert planned(meeting) == AS_WRITTEN
    assert fitted_of(fresh(meeting), people=1).segments == segments_of(fresh(meeting))


def test_agenda_is_settled_for_who_is_there(circle, meeting):
    present = [seat.person for seat in circle.memberships.all()[:2]]

    agenda = settle_agenda(meeting, present=present)
    again = settle_agenda(meeting, present=present)

    assert planned(meeting) == [("Check-in", 14, 0), ("Seats", 41, 2), ("Close", 5, 0)]
    assert (agenda.version, again.version) == (1, 1)
    assert {turn.person for turn in meeting.roles.all()} == set(present)


def test_live_meeting_is_settled_already(circle, meeting):
    AgendaFactory(meeting=meeting)
    LiveMeetingFactory(meeting=meeting)

    agenda = settle_agenda(meeting, present=[])

    assert (agenda.version, meeting.roles.count()) == (1, 0)


def test_shaped_agenda_is_taken_at_its_word_unless_it_cannot_be(meeting):
    seats = Segment("a", "Seats", 40, "presenter", 4)
    change(meeting, [seats])

    assert fitted_of(fresh(meeting), people=6).segments == [seats]
    assert fitted_of(fresh(meeting), people=3).segments[0].times == 3
    change(meeting, [replace(seats, minutes=90)], based_on=1)
    assert [segment.minutes for segment in starting_point(fresh(meeting))] == [60]


def test_minutes_of_a_format_are_for_its_subgroups_or_its_people():
    definition = DEFINITION | {"size": {"subgroups": [4, 6]}}
    cohort = FormatVersionFactory(definition=definition, size_max=20)
    hub = FormatVersionFactory(definition=DEFINITION | {"size": {"of": "circles"}})

    assert (usual_size(cohort), in_turn(cohort, 18), in_turn(cohort, 3)) == (6, 6, 3)
    assert (usual_size(hub), in_turn(hub, 18)) == (0, 18)
