from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from sessions_app.actions import (
    CannotCarry,
    CannotRaise,
    CannotTakeUp,
    carry,
    keep,
    let_go,
    raise_topic,
    reopen,
    say_evidence,
    take_back_carry,
    take_up,
)
from sessions_app.models import Commitment, Topic
from tests.factories import (
    CommitmentFactory,
    LiveMeetingFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 22, 30, tzinfo=UTC)
DAYS = [date(2026, 5, day) for day in (14, 21, 28, 30)]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def carried(times, **fields):
    made = CommitmentFactory(due_on=None, **fields)
    for day in DAYS[:times]:
        carry(made, due_on=day)
    return made


def test_third_carry_raises_a_topic_once_and_only_then():
    made = carried(2, circle__time_zone="Europe/Berlin")
    before = Topic.objects.count()

    carry(made, due_on=DAYS[2])
    carry(made, due_on=DAYS[3])

    topic = Topic.objects.get()
    assert before == 0
    assert (topic.owner, topic.circle, topic.title) == (made.owner, made.circle, made.promise)
    assert (topic.state, topic.raised_on) == (Topic.State.WAITING, date(2026, 5, 13))


def test_topic_that_was_let_go_does_not_come_back_by_itself():
    made = carried(3)
    let_go(made.topic)

    carry(made, due_on=DAYS[3])

    assert Topic.objects.get().state == Topic.State.DROPPED


def test_carry_is_taken_back_with_its_day_and_its_topic():
    made = carried(3)
    days, states, topics = [], [], []
    for _ in range(3):
        take_back_carry(made)
        made.refresh_from_db()
        days.append(made.due_on)
        states.append((made.state, made.times_carried))
        topics.append(Topic.objects.count())

    assert days == [DAYS[1], DAYS[0], None]
    assert states == [("carried", 2), ("carried", 1), ("open", 0)]
    assert topics == [0, 0, 0]
    with pytest.raises(CannotCarry, match="no carrying"):
        take_back_carry(made)


@pytest.mark.parametrize("touched", ["taken", "dropped", "reworded", "fourth"])
def test_touched_topic_stays_when_a_carry_is_taken_back(touched):
    made = carried(4 if touched == "fourth" else 3)
    if touched != "fourth":
        word = {"state": touched} if touched != "reworded" else {"title": "Something else"}
        Topic.objects.update(**word)

    take_back_carry(made)

    assert Topic.objects.count() == 1


def test_settled_promise_keeps_its_carry():
    made = carried(1)
    keep(made)

    with pytest.raises(CannotCarry, match="settled"):
        take_back_carry(made)

    assert Commitment.objects.get().times_carried == 1


def test_evidence_is_said_before_and_after_it_is_kept():
    made = CommitmentFactory()
    say_evidence(made, evidence="A page in the wiki")
    keep(made)

    say_evidence(made, evidence="https://wiki.test/page")

    made.refresh_from_db()
    assert (made.evidence, made.state) == ("https://wiki.test/page", Commitment.State.DONE)


def test_whatever_changes_makes_the_screens_of_the_live_meeting_redraw():
    meeting = MeetingFactory(starts_at=NOW, state="live")
    live = LiveMeetingFactory(meeting=meeting)
    elsewhere = LiveMeetingFactory()
    made = CommitmentFactory(circle=meeting.circle)
    topic = TopicFactory(circle=meeting.circle)

    keep(made)
    take_up(topic)

    live.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (live.version, elsewhere.version) == (3, 1)


def test_topic_is_raised_taken_up_and_opened_again():
    seat = MembershipFactory()
    MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(days=9))
    soon = MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(days=2))

    topic = raise_topic(seat.circle, owner=seat.person, title="Delegate")

    taken = take_up(topic)
    assert (taken.state, taken.meeting) == (Topic.State.TAKEN, soon)
    let_go(topic)
    again = reopen(reopen(topic))
    assert (again.state, again.meeting) == (Topic.State.WAITING, None)
    assert let_go(topic).state == Topic.State.DROPPED


@pytest.mark.parametrize(
    ("owner", "stage", "reason"),
    [
        (lambda circle: PersonFactory(), "active", "a seat"),
        (lambda circle: MembershipFactory(circle=circle).person, "closed", "closed"),
    ],
)
def test_topic_needs_a_seat_in_an_open_circle(owner, stage, reason):
    circle = MembershipFactory(circle__stage=stage).circle

    with pytest.raises(CannotRaise, match=reason):
        raise_topic(circle, owner=owner(circle), title="Delegate")


def test_topic_is_not_taken_up_where_nothing_could():
    topic = TopicFactory()
    with pytest.raises(CannotTakeUp, match="No meeting"):
        take_up(topic)
    with pytest.raises(CannotTakeUp, match="No meeting"):
        take_up(topic, meeting=MeetingFactory())
    cancelled = MeetingFactory(circle=topic.circle, state="cancelled")
    with pytest.raises(CannotTakeUp, match="No meeting"):
        take_up(topic, meeting=cancelled)
    let_go(topic)

    with pytest.raises(CannotTakeUp, match="does not wait"):
        take_up(topic)
