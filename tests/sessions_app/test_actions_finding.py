"""Asking, answering, drawing: what each step guarantees and refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from circles.actions import join_circle
from circles.models import Leave
from notifications.models import Reminder
from notifications.tasks import send_due
from sessions_app.actions import finding
from sessions_app.finding.busy import Busy, Unreadable
from sessions_app.finding.people import borne_by, everyone
from sessions_app.models import Availability, TimeSearch
from sessions_app.quorum import enough
from sessions_app.tasks.finding import (
    count_votes,
    draw_candidates,
    forget_old_hours,
    look_for_times,
)
from tests.factories import (
    AttendanceFactory,
    AvailabilityFactory,
    FacilitationFactory,
    MeetingDefaultsFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    TimeSearchFactory,
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


def test_search_asks_who_is_here_and_whoever_joins_but_nobody_on_leave(held):
    seat = MembershipFactory(circle=held.circle)
    away = MembershipFactory(circle=held.circle)
    Leave.objects.create(membership=away, began_on=NOW.date(), back_by=date(2026, 4, 20))

    search = asked(held)
    newcomer = PersonFactory()
    for _ in range(2):
        join_circle(held.circle, person=newcomer)

    assert owed("ask") == {seat.person, held.person, newcomer}
    send_due()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        person.email for person in (seat.person, held.person, newcomer)
    )
    assert f"/times/{search.pk}/answer/" in mail.outbox[0].body


def test_one_search_at_a_time_and_none_of_a_circle_that_pauses(held):
    asked(held)

    with pytest.raises(finding.CannotSearch, match="looking for a time already"):
        asked(held)
    held.circle.stage = "paused"
    held.circle.save()
    with pytest.raises(finding.CannotSearch, match="does not meet now"):
        asked(held)


def test_meeting_that_began_is_not_looked_for_again(held):
    meeting = MeetingFactory(circle=held.circle, starts_at=NOW - timedelta(minutes=5))

    with pytest.raises(finding.CannotSearch, match="has begun"):
        asked(held, instead_of=meeting)


def test_answer_is_kept_and_changed_until_times_are_proposed(held):
    person = MembershipFactory(circle=held.circle, person__time_zone="Asia/Kolkata").person
    search = asked(held)
    busy = Busy(((NOW, NOW + timedelta(hours=1)),))
    calendar = finding.Calendar(busy, Availability.Source.ADDRESS, "https://calendar.test/me")

    finding.say_when(search, person=person, hours=[9], if_need_be=[9, 10], calendar=calendar)
    finding.say_when(search, person=person, hours=[11, 9], if_need_be=[10])

    said = search.availabilities.get()
    assert (said.hours, said.if_need_be, said.time_zone) == ([9, 11], [10], "Asia/Kolkata")
    assert (said.busy, said.calendar_url) == (busy.as_json(), "https://calendar.test/me")
    assert owed("ask") == {held.person}
    finding.forget_calendar(search, person=person)
    said.refresh_from_db()
    assert (said.busy, said.calendar_url, said.source, said.hours) == ([], "", "painted", [9, 11])


@pytest.mark.parametrize(
    ("state", "said"), [("voting", "vote on them instead"), ("withdrawn", "search is over")]
)
def test_answer_comes_too_late(state, said):
    search = TimeSearchFactory(state=state)

    with pytest.raises(finding.CannotAnswerSearch, match=said):
        finding.say_when(search, person=PersonFactory(), hours=[], if_need_be=[])


def test_times_are_drawn_once_and_everyone_is_asked_to_vote(held):
    search, candidates, people = voting(held)

    again = finding.draw(search)

    assert again == candidates
    assert 3 <= len(candidates) <= 5
    first = candidates[0]
    assert first.slots == [{"starts": "2026-03-30T12:00"}]
    assert {said["is"] for said in first.people.values()} == {"suits"}
    assert (search.state, search.vote_by) == (State.VOTING, NOW + timedelta(days=3))
    assert (owed("vote"), owed("ask")) == (set(people), set())


def test_facilitator_who_answers_takes_part(held):
    MembershipFactory(circle=held.circle)
    search = asked(held)

    before = everyone(search).people
    finding.say_when(search, person=held.person, hours=[], if_need_be=[])

    assert (len(before), everyone(search).people[1:]) == (1, [held.person])


def test_too_few_answers_and_an_ended_search_give_no_times(held):
    first, _ = MembershipFactory.create_batch(2, circle=held.circle)
    search = asked(held)
    finding.say_when(search, person=first.person, hours=[], if_need_be=[])

    with pytest.raises(finding.CannotDraw, match="Too few"):
        finding.draw(search)
    finding.withdraw(search)
    with pytest.raises(finding.CannotDraw, match="is over"):
        finding.draw(search)


def test_deadline_without_a_time_is_told_once_to_whoever_looks_after(held, clock):
    seats = MembershipFactory.create_batch(2, circle=held.circle)
    search = asked(held)
    whole_year = Busy(((NOW, NOW + timedelta(days=400)),))
    for seat in seats:
        calendar = finding.Calendar(whole_year)
        finding.say_when(search, person=seat.person, hours=[], if_need_be=[], calendar=calendar)
    draw_candidates(search.pk)  # not yet
    assert owed("stuck") == set()

    clock.move_to(search.answer_by + timedelta(minutes=1))
    look_for_times()
    look_for_times()

    assert owed("stuck") == {held.person}
    send_due()
    assert mail.outbox[-1].subject == f"{held.circle} has not found a time yet"
    finding.extend(search, until=_utc_now() + timedelta(days=1))
    finding.remind_silent(search)
    assert owed("chase") == set()  # both have answered


def _utc_now():
    return datetime.now(UTC)


def test_silent_people_are_reminded_once(held):
    person = MembershipFactory(circle=held.circle).person
    search = asked(held)

    told = [finding.remind_silent(search), finding.remind_silent(search)]

    assert told == [1, 0]
    assert owed("chase") == {person}


def test_calendar_addresses_are_read_again_before_times_are_drawn(held, monkeypatch):
    seats = MembershipFactory.create_batch(2, circle=held.circle)
    search = asked(held)
    for seat, url in zip(seats, ("https://calendar.test/a", "https://gone.test/"), strict=True):
        said = {"search": search, "person": seat.person, "calendar_url": url, "source": "address"}
        AvailabilityFactory(**said, busy=[["2026-03-30T08:00:00+00:00"] * 2])

    def read(_search, *, person, url):
        if "gone" in url:
            raise Unreadable
        return finding.Calendar(Busy(((NOW, NOW),)))

    monkeypatch.setattr(finding, "read_calendar", read)
    finding.read_addresses_again(search)

    busy = list(search.availabilities.order_by("pk").values_list("busy", flat=True))
    assert busy == [[[NOW.isoformat()] * 2], [["2026-03-30T08:00:00+00:00"] * 2]]


def test_calendar_is_read_for_eight_weeks_in_the_persons_zone(monkeypatch):
    search = TimeSearchFactory(from_on=date(2026, 3, 30))
    person = PersonFactory(time_zone="Asia/Kolkata")
    seen = {}

    def busy_of(raw, **how):
        seen.update(how, raw=raw)
        return Busy(())

    monkeypatch.setattr(finding, "busy_of", busy_of)
    monkeypatch.setattr(finding, "fetch", lambda url, **_: url.encode())
    calendar = finding.read_calendar(search, person=person, url="https://calendar.test/")

    assert seen == {
        "raw": b"https://calendar.test/",
        "zone": "Asia/Kolkata",
        "since": date(2026, 3, 30),
        "until": date(2026, 5, 25),
        "email": person.email,
    }
    assert (calendar.source, calendar.url) == ("address", "https://calendar.test/")


def test_withdrawn_search_asks_nobody_any_more(held):
    MembershipFactory(circle=held.circle)
    search = asked(held)

    ended = [finding.withdraw(search).settled_at for _ in range(2)]

    assert ended == [NOW, NOW]
    assert owed("ask") == set()
    assert asked(held).state == State.ASKING


def test_what_people_said_is_deleted_thirty_days_after():
    ended = TimeSearchFactory(state="withdrawn", settled_at=NOW - timedelta(days=30, minutes=1))
    fresh = TimeSearchFactory(state="withdrawn", settled_at=NOW - timedelta(days=29))
    for search in (ended, fresh, TimeSearchFactory()):
        AvailabilityFactory(search=search)

    forget_old_hours()

    assert Availability.objects.filter(search=ended).count() == 0
    assert Availability.objects.count() == 2


def test_odd_hours_of_the_past_year_are_counted_by_whom_they_fell_on(held):
    ama = MembershipFactory(circle=held.circle, person__time_zone="UTC").person
    late = MembershipFactory(circle=held.circle, joined_on=date(2026, 3, 1)).person
    at_seven = datetime(2026, 2, 3, 7, tzinfo=UTC)
    came, missed = (
        MeetingFactory(circle=held.circle, starts_at=at_seven + timedelta(weeks=week))
        for week in (0, 1)
    )
    AttendanceFactory(meeting=came, person=ama, attended=True)
    AttendanceFactory(meeting=missed, person=ama, attended=False)
    search = TimeSearchFactory(circle=held.circle)

    borne = borne_by(search, [ama, late, held.person])

    assert borne == {ama.pk: 60.0, held.person.pk: 120.0}


def test_enough_is_the_circles_quorum_or_more_than_half(held):
    assert enough(held.circle.pk, 6) == 4

    MeetingDefaultsFactory(circle=held.circle, quorum=5)

    assert (enough(held.circle.pk, 6), enough(held.circle.pk, 3)) == (5, 3)


def test_tasks_return_quietly_when_the_search_is_gone():
    assert (draw_candidates(0), count_votes(0)) == (None, None)
