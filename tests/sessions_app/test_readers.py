"""Rule 1: what is said in the circle stays in the circle."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circles.models import Charter, ClosingWord, OutcomeFollowUp, Signature
from members.models import Member
from sessions_app.models import (
    Agenda,
    Airtime,
    Attendance,
    AttendanceChange,
    Candidate,
    Carry,
    CheckIn,
    Commitment,
    Decision,
    DiscussionNote,
    Goal,
    LiveMeeting,
    Meeting,
    MeetingDefaults,
    PlusDelta,
    RoleSwap,
    RoleTurn,
    Series,
    TimeSearch,
    TimeVote,
    Topic,
)
from tests.factories import (
    AgendaFactory,
    AirtimeFactory,
    AttendanceChangeFactory,
    AttendanceFactory,
    CandidateFactory,
    CarryFactory,
    CharterFactory,
    CheckInFactory,
    CircleFactory,
    ClosingWordFactory,
    CommitmentFactory,
    DecisionFactory,
    DiscussionNoteFactory,
    FacilitationFactory,
    GoalFactory,
    LiveMeetingFactory,
    MeetingDefaultsFactory,
    MeetingFactory,
    MembershipFactory,
    OutcomeFollowUpFactory,
    PersonFactory,
    PlusDeltaFactory,
    RoleSwapFactory,
    RoleTurnFactory,
    SeriesFactory,
    SignatureFactory,
    TimeSearchFactory,
    TimeVoteFactory,
    TopicFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

THAT_DAY = date(2026, 5, 12)
BEFORE, AFTER = THAT_DAY - timedelta(days=1), THAT_DAY + timedelta(days=1)


@pytest.fixture
def circle():
    """A circle with one thing of every kind, all of the same day."""
    circle = CircleFactory()
    owner = MembershipFactory(circle=circle).person
    meeting = MeetingFactory(circle=circle, starts_at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    AttendanceChangeFactory(attendance=AttendanceFactory(meeting=meeting, person=owner))
    AgendaFactory(meeting=meeting)
    LiveMeetingFactory(meeting=meeting)
    AirtimeFactory(meeting=meeting, person=owner)
    RoleSwapFactory(turn=RoleTurnFactory(meeting=meeting, person=owner))
    DiscussionNoteFactory(meeting=meeting)
    PlusDeltaFactory(meeting=meeting)
    DecisionFactory(meeting=meeting)
    CarryFactory(commitment=CommitmentFactory(circle=circle, owner=owner, promised_on=THAT_DAY))
    TopicFactory(circle=circle, owner=owner, raised_on=THAT_DAY)
    SeriesFactory(circle=circle)
    MeetingDefaultsFactory(circle=circle)
    TimeVoteFactory(candidate=CandidateFactory(search=TimeSearchFactory(circle=circle)))
    CheckInFactory(goal=GoalFactory(owner=owner, circle=circle), on=THAT_DAY)
    charter = CharterFactory(circle=circle, written_on=THAT_DAY)
    SignatureFactory(charter=charter, person=owner, signed_on=THAT_DAY)
    ClosingWordFactory(circle=circle, person=owner, written_on=THAT_DAY)
    return circle


def reads(person):
    """The kinds of content of which this person sees a row."""
    return {model.__name__ for model in CONTENT if model.objects.visible_to(person).exists()}


CONTENT = (
    *(Meeting, Attendance, AttendanceChange, Agenda, LiveMeeting, Airtime, RoleTurn, RoleSwap),
    *(Decision, DiscussionNote, PlusDelta, Commitment, Carry, Topic, CheckIn, Goal),
    *(Series, MeetingDefaults, TimeSearch, Candidate, TimeVote),
    *(Charter, Signature, ClosingWord),
)
EVERYTHING = {model.__name__ for model in CONTENT}
# What is there today, whoever wrote it when: goals that people share, the charter in force and who
# signed it.
PLANS = {"Series", "MeetingDefaults", "TimeSearch", "Candidate", "TimeVote"}
LIVING = {"Goal", "Charter", "Signature"} | PLANS
# Whoever stayed until the circle closed keeps what was written down, and no living things.
KEPT = EVERYTHING - {"Goal", "CheckIn"} - PLANS


@pytest.mark.parametrize(
    ("joined_on", "left_on", "seen"),
    [
        (BEFORE, None, EVERYTHING),
        (THAT_DAY, None, EVERYTHING),
        (AFTER, None, LIVING),
        (BEFORE, AFTER, set()),
        (BEFORE, THAT_DAY, set()),
    ],
)
def test_member_reads_from_the_day_of_joining_until_leaving(circle, joined_on, left_on, seen):
    seat = MembershipFactory(circle=circle, joined_on=joined_on, left_on=left_on)

    assert reads(seat.person) == seen


@pytest.mark.parametrize(
    ("appointed_on", "ended_on", "seen"),
    [
        (BEFORE, None, EVERYTHING),
        (THAT_DAY, None, EVERYTHING),
        (AFTER, None, LIVING),
        (BEFORE, AFTER, set()),
    ],
)
def test_facilitator_reads_from_their_appointment_until_its_end(
    circle, appointed_on, ended_on, seen
):
    held = FacilitationFactory(circle=circle, appointed_on=appointed_on, ended_on=ended_on)

    assert reads(held.person) == seen


def test_member_who_came_back_reads_from_their_return(circle):
    person = PersonFactory()
    MembershipFactory(circle=circle, person=person, joined_on=date(2026, 1, 1), left_on=AFTER)
    MembershipFactory(circle=circle, person=person, joined_on=AFTER + timedelta(days=9))

    assert reads(person) == LIVING


@pytest.mark.parametrize(
    ("joined_on", "left_on", "seen"),
    [
        (BEFORE, AFTER, KEPT),
        (BEFORE, THAT_DAY, KEPT),
        (AFTER, AFTER, set()),
        (BEFORE, BEFORE, set()),
    ],
)
def test_who_stayed_to_the_end_keeps_what_they_could_read(circle, joined_on, left_on, seen):
    circle.memberships.update(left_on=AFTER, stayed_to_end=True)
    seat = MembershipFactory(
        circle=circle, joined_on=joined_on, left_on=left_on, stayed_to_end=True
    )

    assert reads(seat.person) == seen


def test_older_versions_of_the_charter_are_for_those_who_were_there(circle):
    CharterFactory(circle=circle, number=2, written_on=AFTER)
    early = MembershipFactory(circle=circle, joined_on=BEFORE).person
    late = MembershipFactory(circle=circle, joined_on=AFTER + timedelta(days=1)).person

    def numbers(person):
        return [charter.number for charter in Charter.objects.visible_to(person)]

    assert (numbers(early), numbers(late)) == ([2, 1], [2])


def test_emergency_access_reads_that_circle_and_no_other(circle):
    by = organiser()
    MeetingFactory(circle=CircleFactory())

    assert reads(by) == set()
    by.emergency_circles = frozenset({circle.pk})

    assert reads(by) == EVERYTHING
    assert [meeting.circle_id for meeting in Meeting.objects.visible_to(by)] == [circle.pk]


@pytest.mark.parametrize(
    "outsider",
    [
        PersonFactory,
        organiser,
        hr_analyst,
        lambda: PersonFactory(is_staff=True),
        lambda: PersonFactory(is_staff=True, is_superuser=True),
        lambda: MembershipFactory().person,
        lambda: FacilitationFactory().person,
    ],
    ids=["stranger", "organiser", "hr", "staff", "superuser", "member", "facilitator"],
)
def test_nobody_else_reads_anything(circle, outsider):
    assert reads(outsider()) == set()


def test_manager_of_a_member_reads_nothing(circle):
    manager = PersonFactory()
    Member.objects.filter(commitments__circle=circle).update(manager=manager)

    assert reads(manager) == set()


def test_goal_that_is_not_shared_is_its_owners_alone(circle):
    goal = GoalFactory(owner=MembershipFactory(circle=circle).person)
    CheckInFactory(goal=goal)
    peer = MembershipFactory(circle=circle).person

    assert set(Goal.objects.visible_to(goal.owner).filter(owner=goal.owner)) == {goal}
    assert not Goal.objects.visible_to(peer).filter(pk=goal.pk)
    assert not CheckIn.objects.visible_to(peer).filter(goal=goal)


def test_whoever_leaves_takes_their_goals_along(circle):
    seat = MembershipFactory(circle=circle, joined_on=BEFORE)
    goal = GoalFactory(owner=seat.person, circle=circle)
    CheckInFactory(goal=goal, on=THAT_DAY)
    peer = MembershipFactory(circle=circle, joined_on=BEFORE).person

    assert Goal.objects.visible_to(peer).filter(pk=goal.pk)

    seat.left_on = AFTER
    seat.save()

    assert not Goal.objects.visible_to(peer).filter(pk=goal.pk)
    assert not CheckIn.objects.visible_to(peer).filter(goal=goal)
    assert Goal.objects.visible_to(goal.owner).filter(pk=goal.pk)
    assert CheckIn.objects.visible_to(goal.owner).filter(goal=goal)


def test_check_ins_from_before_a_goal_was_shared_stay_the_owners(circle):
    shared_at = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
    owner = MembershipFactory(circle=circle).person
    goal = GoalFactory(owner=owner, circle=circle, shared_at=shared_at)
    private = CheckInFactory(
        goal=goal, on=THAT_DAY, created_at=shared_at - timedelta(minutes=1), percent=10
    )
    shared = CheckInFactory(goal=goal, on=THAT_DAY, created_at=shared_at, percent=20)
    peer = MembershipFactory(circle=circle).person

    assert set(CheckIn.objects.visible_to(peer).filter(goal=goal)) == {shared}
    assert set(CheckIn.objects.visible_to(owner).filter(goal=goal)) == {private, shared}
    assert Goal.objects.with_progress(peer).get(pk=goal.pk).progress == [20]
    assert Goal.objects.with_progress(owner).get(pk=goal.pk).progress == [20, 10]


def test_ones_own_promises_are_ones_own_after_leaving(circle):
    seat = MembershipFactory(circle=circle, left_on=AFTER)
    promise = CommitmentFactory(circle=circle, owner=seat.person)

    assert set(Commitment.objects.visible_to(seat.person)) == {promise}


def test_follow_ups_are_read_by_nobody_but_who_answers_them(circle):
    answer = OutcomeFollowUpFactory(membership=MembershipFactory(circle=circle))
    others = [
        MembershipFactory(circle=circle).person,
        FacilitationFactory(circle=circle).person,
        organiser(),
        hr_analyst(),
    ]
    others[2].emergency_circles = frozenset({circle.pk})

    assert list(OutcomeFollowUp.objects.visible_to(answer.person)) == [answer]
    assert not any(OutcomeFollowUp.objects.visible_to(other).exists() for other in others)
