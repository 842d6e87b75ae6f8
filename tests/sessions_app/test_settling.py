"""The vote on times and what comes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from notifications.models import Reminder
from sessions_app.actions import finding, settling
from sessions_app.actions.meetings import CannotSchedule
from sessions_app.models import Meeting, Series, TimeSearch, TimeVote
from sessions_app.tasks.finding import (
    count_votes,
    look_for_times,
)
from tests.factories import (
    CandidateFactory,
    FacilitationFactory,
    MeetingDefaultsFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    TimeSearchFactory,
    TimeVoteFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
State = TimeSearch.State
MORNINGS = [day * 24 + hour for day in range(5) for hour in range(8, 12)]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def held():
    return FacilitationFactory(circle__time_zone="Europe/Berlin")


def asked(held, **fields):
    fields = {
        "rhythm": "weekly",
        "minutes": 60,
        "from_on": date(2026, 3, 30),
        "answer_by": NOW + timedelta(days=3),
    } | fields
    return finding.start_search(held.circle, by=held.person, **fields)


def voting(held, people=2, **fields):
    """A search with that many members who all can in the mornings, and its candidates."""
    seats = MembershipFactory.create_batch(people, circle=held.circle)
    search = asked(held, **fields)
    for seat in seats:
        finding.say_when(search, person=seat.person, hours=MORNINGS, if_need_be=[])
    candidates = finding.draw(search)
    search.refresh_from_db()
    return search, candidates, [seat.person for seat in seats]


def owed(kind):
    reminders = Reminder.objects.filter(kind=f"time_search_{kind}", state="planned")
    return {reminder.recipient for reminder in reminders}


def _utc_now():
    return datetime.now(UTC)


def test_vote_counts_until_it_ends(held, clock):
    search, candidates, (ama, kenji) = voting(held)
    first, second = candidates[:2]

    settling.vote(search, person=ama, choices={first.pk: "no", second.pk: "yes"})
    settling.vote(search, person=ama, choices={first.pk: "yes", 10**9: "yes"})

    said = dict(TimeVote.objects.values_list("candidate", "choice"))
    assert said == {first.pk: "yes", second.pk: "yes"}
    clock.move_to(search.vote_by)
    with pytest.raises(settling.CannotVote, match="is over"):
        settling.vote(search, person=kenji, choices={first.pk: "yes"})


def test_vote_before_times_are_proposed_is_refused():
    with pytest.raises(settling.CannotVote, match="No times are proposed yet"):
        settling.vote(TimeSearchFactory(), person=PersonFactory(), choices={})


def test_vote_that_is_over_settles_by_its_rule(held, clock):
    MeetingDefaultsFactory(circle=held.circle, place="Room 1", quorum=2)
    search, candidates, people = voting(held)
    for person in people:
        settling.vote(search, person=person, choices={candidates[1].pk: "if_need_be"})
    count_votes(search.pk)  # not yet
    assert Series.objects.count() == 0

    clock.move_to(search.vote_by)
    look_for_times()
    look_for_times()

    series = Series.objects.get()
    search.refresh_from_db()
    assert (search.state, search.series, search.settled_at) == (State.SETTLED, series, _utc_now())
    assert (series.rule, series.starts_on.isoformat(), series.place, series.created_by) == (
        "FREQ=WEEKLY;BYDAY=TU",
        "2026-03-31",
        "Room 1",
        held.person,
    )
    assert list(search.candidates.filter(is_chosen=True)) == [candidates[1]]


def test_vote_without_a_result_asks_whoever_looks_after(held, clock):
    search, candidates, people = voting(held)
    TimeVoteFactory(candidate=candidates[0], person=people[0], choice="yes")

    clock.move_to(search.vote_by)
    look_for_times()

    search.refresh_from_db()
    assert (search.state, owed("stuck")) == (State.VOTING, {held.person})
    finding.extend(search, until=_utc_now() + timedelta(days=2))
    assert owed("stuck") == set()


def test_time_that_cannot_be_planned_is_told(held, monkeypatch, clock):
    search, candidates, people = voting(held)
    for person in people:
        settling.vote(search, person=person, choices={candidates[0].pk: "yes"})

    def refuse(*_, **__):
        raise CannotSchedule("The circle already meets then.")

    monkeypatch.setattr(settling, "plan_series", refuse)
    with pytest.raises(settling.CannotSettle, match="already meets then"):
        settling.settle(search, candidate=candidates[0], by=held.person)
    clock.move_to(search.vote_by)
    count_votes(search.pk)

    search.refresh_from_db()
    assert (search.state, owed("stuck")) == (State.VOTING, {held.person})


def test_settling_twice_plans_one_series_and_another_time_is_refused(held):
    search, candidates, _ = voting(held)

    for _ in range(2):
        settling.settle(search, candidate=candidates[0], by=held.person)

    assert Series.objects.count() == 1
    with pytest.raises(settling.CannotSettle, match="is over"):
        settling.settle(search, candidate=candidates[1], by=held.person)
    with pytest.raises(finding.CannotSearch, match="A time was found"):
        finding.withdraw(search)
    with pytest.raises(finding.CannotSearch, match="is over"):
        finding.extend(search, until=NOW)


def test_two_times_that_take_turns_become_two_series(held):
    search = TimeSearchFactory(circle=held.circle, state="voting", rhythm="fortnightly")
    slots = [{"starts": "2026-03-17T08:00"}, {"starts": "2026-03-31T20:00"}]
    candidate = CandidateFactory(search=search, slots=slots)

    settling.settle(search, candidate=candidate, by=held.person)

    planned = Series.objects.order_by("at").values_list("rule", "starts_on", "at__hour")
    assert [(rule, day.isoformat(), hour) for rule, day, hour in planned] == [
        ("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", "2026-04-14", 8),
        ("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", "2026-03-31", 20),
    ]


def test_meeting_moves_to_the_other_time(held):
    meeting = MeetingFactory(
        circle=held.circle, starts_at=NOW + timedelta(days=5), title="Pitch", place="Room 2"
    )
    search, candidates, _ = voting(held, instead_of=meeting)

    settling.settle(search, candidate=candidates[0], by=held.person)

    meeting.refresh_from_db()
    search.refresh_from_db()
    assert (search.rhythm, search.series) == ("once", None)
    assert meeting.starts_at == datetime(2026, 3, 30, 10, tzinfo=UTC)
    assert (meeting.title, meeting.place) == ("Pitch", "Room 2")


def test_single_meeting_is_planned_when_there_is_none_to_move(held):
    search, candidates, _ = voting(held, rhythm="once")

    settling.settle(search, candidate=candidates[0], by=None)

    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.created_by) == (
        datetime(2026, 3, 30, 10, tzinfo=UTC),
        held.person,
    )
