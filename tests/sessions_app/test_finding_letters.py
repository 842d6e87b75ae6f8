from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from circles.models import Leave
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from sessions_app.reminders import finding as letters
from tests.factories import (
    AvailabilityFactory,
    CandidateFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    ReminderFactory,
    TimeSearchFactory,
    TimeVoteFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def owed(kind, search, person, **fields):
    return ReminderFactory(
        kind=kind, subject=letters.subject_of(search), recipient=person, **fields
    )


def test_question_says_what_is_looked_for_until_it_is_answered():
    seat = MembershipFactory(circle__name="Halfway up")
    meeting = MeetingFactory(circle=seat.circle)
    search = TimeSearchFactory(circle=seat.circle, rhythm="once", instead_of=meeting)
    first, again = (owed(kind, search, seat.person) for kind in (letters.ASK, letters.CHASE))

    letter, chase = compose(first), compose(again)

    assert letter.subject == "When can you? Halfway up looks for another time for a meeting"
    assert letter.facts == [("Answer by", "Monday 23 March 2026, 10:00 UTC")]
    assert chase.heading == "Your circle still waits for your hours"
    AvailabilityFactory(search=search, person=seat.person)
    with pytest.raises(NoLongerWanted, match="They answered"):
        compose(first)


def test_vote_is_asked_for_until_it_is_given_and_of_nobody_on_leave():
    seat, away = MembershipFactory.create_batch(2)
    away.circle = seat.circle
    away.save()
    Leave.objects.create(membership=away, began_on=NOW.date(), back_by=date(2026, 4, 20))
    search = TimeSearchFactory(circle=seat.circle, state="voting", vote_by=NOW + timedelta(days=2))
    reminder = owed(letters.VOTE, search, seat.person)

    letter = compose(reminder)

    assert letter.facts == [("Vote by", "Sunday 22 March 2026, 10:00 UTC")]
    assert letter.button_url.endswith(f"/times/{search.pk}/")
    with pytest.raises(NoLongerWanted, match="on leave"):
        compose(owed(letters.VOTE, search, away.person))
    with pytest.raises(NoLongerWanted, match="went on"):
        compose(owed(letters.ASK, search, seat.person))
    assert letters.chase(search) == 1
    TimeVoteFactory(candidate=CandidateFactory(search=search), person=seat.person)
    with pytest.raises(NoLongerWanted, match="They voted"):
        compose(reminder)


def test_way_out_is_told_for_the_deadline_that_passed():
    held = FacilitationFactory()
    search = TimeSearchFactory(circle=held.circle, state="voting", vote_by=NOW)

    letter = compose(owed(letters.STUCK, search, held.person, due_at=NOW))

    assert letter.paragraphs[0][:16] == "The vote is over"
    with pytest.raises(NoLongerWanted, match="deadline was moved"):
        compose(owed(letters.STUCK, search, held.person, due_at=NOW - timedelta(days=1)))
