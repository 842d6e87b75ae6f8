"""Objects for tests. Nothing here surprises: no optional relation is filled in unasked."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from circles.models import (
    Announcement,
    Application,
    Charter,
    Circle,
    ClosingWord,
    EmergencyAccess,
    Enrolment,
    Facilitation,
    Format,
    FormatDraft,
    Formation,
    FormatVersion,
    Interest,
    Membership,
    MergeRequest,
    Milestone,
    Offer,
    OutcomeFollowUp,
    PairRule,
    Programme,
    RenewalVote,
    Signature,
    StagedCircle,
    StagedSeat,
    Support,
    Theme,
    WaitlistEntry,
    Webhook,
    Wishes,
)
from members.models import CareerEvent, Member, Rating, Role, RoleGrant, Skill, Unit
from notifications.models import Reminder
from sessions_app.agenda.segments import Segment
from sessions_app.models import (
    Agenda,
    Airtime,
    Attendance,
    AttendanceChange,
    Availability,
    CalendarFeed,
    Candidate,
    Carry,
    CaseNote,
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

LONG_AGO = date(2020, 1, 6)


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Unit {n}")
    path = factory.LazyAttribute(
        lambda unit: f"{unit.parent.path} / {unit.name}" if unit.parent else unit.name
    )
    parent = None


class PersonFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    email = factory.Sequence(lambda n: f"person{n}@example.test")
    employee_number = factory.Sequence(lambda n: f"E{n:05}")
    name = factory.Sequence(lambda n: f"Person {n}")
    time_zone = "UTC"


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    person = factory.SubFactory(PersonFactory)
    role = Role.ORGANISER


def organiser(**fields: Any) -> Member:
    return RoleGrantFactory(person=PersonFactory(**fields), role=Role.ORGANISER).person


def hr_analyst(**fields: Any) -> Member:
    return RoleGrantFactory(person=PersonFactory(**fields), role=Role.HR_ANALYST).person


class CareerEventFactory(DjangoModelFactory[CareerEvent]):
    class Meta:
        model = CareerEvent

    person = factory.SubFactory(PersonFactory)
    on = date(2024, 1, 1)
    kind = CareerEvent.Kind.PROMOTION
    from_level = 1
    to_level = 2


class SkillFactory(DjangoModelFactory[Skill]):
    class Meta:
        model = Skill

    name = factory.Sequence(lambda n: f"Skill {n}")


class RatingFactory(DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    person = factory.SubFactory(PersonFactory)
    skill = factory.SubFactory(SkillFactory)
    rater_kind = Rating.RaterKind.SELF
    rater = factory.SelfAttribute("person")
    value = 3
    on = date(2024, 1, 1)


class FormatFactory(DjangoModelFactory[Format]):
    class Meta:
        model = Format
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"format-{n}")
    name = factory.Sequence(lambda n: f"Format {n}")


class FormatVersionFactory(DjangoModelFactory[FormatVersion]):
    class Meta:
        model = FormatVersion

    format = factory.SubFactory(FormatFactory)
    number = 1
    purpose = "To grow"
    size_min = 3
    size_max = 12
    meeting_minutes = 60
    definition = factory.LazyFunction(
        lambda: {"agenda": [{"name": "Check-in", "minutes": 60, "mode": "circle"}]}
    )


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    name = factory.Sequence(lambda n: f"Programme {n}")


class CircleFactory(DjangoModelFactory[Circle]):
    class Meta:
        model = Circle

    name = factory.Sequence(lambda n: f"Circle {n}")
    programme = factory.SubFactory(ProgrammeFactory)
    format_version = factory.SubFactory(FormatVersionFactory)
    capacity = 6
    time_zone = "UTC"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)
    joined_on = LONG_AGO


class FacilitationFactory(DjangoModelFactory[Facilitation]):
    class Meta:
        model = Facilitation

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)
    appointed_on = LONG_AGO


class WebhookFactory(DjangoModelFactory[Webhook]):
    class Meta:
        model = Webhook

    circle = factory.SubFactory(CircleFactory)
    service = "slack"
    address = "https://hooks.slack.com/services/T0/B0/taken"
    connected_by = factory.LazyAttribute(
        lambda webhook: FacilitationFactory(circle=webhook.circle).person
    )


class MeetingFactory(DjangoModelFactory[Meeting]):
    class Meta:
        model = Meeting

    circle = factory.SubFactory(CircleFactory)
    starts_at = datetime(2024, 5, 14, 15, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(hours=1))
    held_on = factory.LazyAttribute(lambda meeting: meeting.starts_at.date())
    time_zone = "UTC"


class AttendanceFactory(DjangoModelFactory[Attendance]):
    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)


class DecisionFactory(DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory)
    text = "We meet in person from now on"


class CommitmentFactory(DjangoModelFactory[Commitment]):
    class Meta:
        model = Commitment

    circle = factory.SubFactory(CircleFactory)
    owner = factory.SubFactory(PersonFactory)
    promise = "Ask for twenty minutes"
    promised_on = date(2024, 5, 14)


class GoalFactory(DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    owner = factory.SubFactory(PersonFactory)
    title = "Run a planning round alone"
    started_on = date(2024, 1, 1)


class CheckInFactory(DjangoModelFactory[CheckIn]):
    class Meta:
        model = CheckIn

    goal = factory.SubFactory(GoalFactory)
    on = date(2024, 2, 1)
    percent = 40
    confidence = CheckIn.Confidence.FAIR


class ReminderFactory(DjangoModelFactory[Reminder]):
    class Meta:
        model = Reminder

    kind = "meeting_48h"
    subject = factory.Sequence(lambda n: f"meeting:{n}")
    recipient = factory.SubFactory(PersonFactory)
    due_at = datetime(2024, 5, 12, 15, 0, tzinfo=UTC)


class CharterFactory(DjangoModelFactory[Charter]):
    class Meta:
        model = Charter

    circle = factory.SubFactory(CircleFactory)
    number = 1
    clauses = factory.LazyFunction(
        lambda: [
            {"key": "purpose", "title": "What we are for", "text": "To grow"},
            {"key": "confidentiality", "title": "What is said here", "text": "It stays here"},
            {"key": "decisions", "title": "How we decide", "text": "Together"},
            {"key": "changes", "title": "How this changes", "text": "Anyone may ask"},
        ]
    )
    written_on = LONG_AGO


class SignatureFactory(DjangoModelFactory[Signature]):
    class Meta:
        model = Signature

    charter = factory.SubFactory(CharterFactory)
    person = factory.SubFactory(PersonFactory)
    signed_on = factory.LazyFunction(lambda: datetime.now(UTC).date())


class RenewalVoteFactory(DjangoModelFactory[RenewalVote]):
    class Meta:
        model = RenewalVote

    circle = factory.SubFactory(CircleFactory, stage="renewal")
    opened_at = factory.LazyFunction(timezone.now)
    closes_at = factory.LazyAttribute(lambda vote: vote.opened_at + timedelta(days=14))


class ClosingWordFactory(DjangoModelFactory[ClosingWord]):
    class Meta:
        model = ClosingWord

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)
    takeaway = "I ask sooner"
    written_on = date(2024, 5, 14)


class OutcomeFollowUpFactory(DjangoModelFactory[OutcomeFollowUp]):
    class Meta:
        model = OutcomeFollowUp

    membership = factory.SubFactory(MembershipFactory)
    person = factory.SelfAttribute("membership.person")
    months = 3
    answered_at = datetime(2020, 4, 8, 12, tzinfo=UTC)
    people = "more"


class EmergencyAccessFactory(DjangoModelFactory[EmergencyAccess]):
    class Meta:
        model = EmergencyAccess

    circle = factory.SubFactory(CircleFactory)
    requested_by = factory.LazyFunction(organiser)
    reason = "Someone may be in danger"


class FormationFactory(DjangoModelFactory[Formation]):
    class Meta:
        model = Formation

    programme = factory.SubFactory(ProgrammeFactory)
    format_version = factory.SubFactory(FormatVersionFactory)
    rules = factory.LazyFunction(lambda: {"size_min": 2, "size_max": 6, "size_best": 3})


class StagedCircleFactory(DjangoModelFactory[StagedCircle]):
    class Meta:
        model = StagedCircle

    formation = factory.SubFactory(FormationFactory)
    number = factory.Sequence(lambda n: n + 1)
    name = factory.LazyAttribute(lambda circle: f"Staged {circle.number}")


class StagedSeatFactory(DjangoModelFactory[StagedSeat]):
    class Meta:
        model = StagedSeat

    formation = factory.SubFactory(FormationFactory)
    person = factory.SubFactory(PersonFactory)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    programme = factory.SubFactory(ProgrammeFactory)
    person = factory.SubFactory(PersonFactory)


class PairRuleFactory(DjangoModelFactory[PairRule]):
    class Meta:
        model = PairRule

    programme = factory.SubFactory(ProgrammeFactory)
    one = factory.SubFactory(PersonFactory)
    other = factory.SubFactory(PersonFactory)
    kind = PairRule.Kind.APART


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme

    name = factory.Sequence(lambda n: f"Theme {n}")


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)
    reason = Offer.Reason.INVITATION
    expires_at = factory.LazyAttribute(lambda offer: timezone.now() + timedelta(hours=72))


class WaitlistEntryFactory(DjangoModelFactory[WaitlistEntry]):
    class Meta:
        model = WaitlistEntry

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)


class ApplicationFactory(DjangoModelFactory[Application]):
    class Meta:
        model = Application

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)


def ready_circle(**fields: Any) -> Circle:
    """A forming circle of three with a charter that all three signed: nothing is missing."""
    circle = CircleFactory(**{"stage": Circle.Stage.FORMING, **fields})
    charter = CharterFactory(circle=circle)
    for seat in MembershipFactory.create_batch(3, circle=circle):
        SignatureFactory(charter=charter, person=seat.person)
    return circle


class MergeRequestFactory(DjangoModelFactory[MergeRequest]):
    class Meta:
        model = MergeRequest

    circle = factory.SubFactory(CircleFactory)
    into = factory.SubFactory(CircleFactory, programme=factory.SelfAttribute("..circle.programme"))


class FormatDraftFactory(DjangoModelFactory[FormatDraft]):
    class Meta:
        model = FormatDraft

    name = factory.Sequence(lambda n: f"Format of our own {n}")
    purpose = "To grow"
    size_min = 3
    size_max = 12
    meeting_minutes = 60
    definition = factory.LazyFunction(
        lambda: {
            "size": {"min": 3, "max": 12},
            "cadence": {"per_month": 2, "minutes": 60},
            "rotating_roles": ["host"],
            "agenda": [{"name": "Check-in", "minutes": 60, "mode": "circle"}],
            "protocols": {
                "our_way": {"name": "Our way", "steps": [{"name": "Talk", "minutes": 20}]}
            },
            "before": [],
            "after": [],
            "gates": [],
            "modules": ["goals"],
            "outcomes": [],
        }
    )


class InterestFactory(DjangoModelFactory[Interest]):
    class Meta:
        model = Interest

    person = factory.SubFactory(PersonFactory)
    theme = factory.SubFactory(ThemeFactory)
    kind = Interest.Kind.WANTS


class WishesFactory(DjangoModelFactory[Wishes]):
    class Meta:
        model = Wishes

    person = factory.SubFactory(PersonFactory)


class ProposalFactory(CircleFactory):
    """A circle that someone proposed, with that person as its first supporter."""

    class Meta:
        skip_postgeneration_save = True

    stage = Circle.Stage.PROPOSED
    programme = factory.SubFactory(ProgrammeFactory, starters="everyone", supporters_needed=3)
    proposed_by = factory.SubFactory(PersonFactory)

    @factory.post_generation
    def supports(self: Any, create: bool, extracted: Any, **_: Any) -> None:
        SupportFactory(circle=self, person=self.proposed_by)


class SupportFactory(DjangoModelFactory[Support]):
    class Meta:
        model = Support

    circle = factory.SubFactory(CircleFactory)
    person = factory.SubFactory(PersonFactory)


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    circle = factory.SubFactory(CircleFactory)
    rule = "FREQ=WEEKLY"
    starts_on = date(2024, 5, 14)
    at = time(15)
    minutes = 60
    time_zone = "UTC"
    planned_until = factory.SelfAttribute("starts_on")


class MeetingDefaultsFactory(DjangoModelFactory[MeetingDefaults]):
    class Meta:
        model = MeetingDefaults

    circle = factory.SubFactory(CircleFactory)


class AgendaFactory(DjangoModelFactory[Agenda]):
    class Meta:
        model = Agenda

    meeting = factory.SubFactory(MeetingFactory)
    segments = factory.LazyFunction(lambda: [Segment("s1", "Check-in", 60, "circle").as_json()])


class RoleTurnFactory(DjangoModelFactory[RoleTurn]):
    class Meta:
        model = RoleTurn

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)
    role = "host"


class RoleSwapFactory(DjangoModelFactory[RoleSwap]):
    class Meta:
        model = RoleSwap

    turn = factory.SubFactory(RoleTurnFactory)
    asked_by = factory.SelfAttribute("turn.person")
    asked = factory.SubFactory(PersonFactory)


class LiveMeetingFactory(DjangoModelFactory[LiveMeeting]):
    class Meta:
        model = LiveMeeting

    meeting = factory.SubFactory(MeetingFactory)
    segment = "s1"
    began_at = factory.SelfAttribute("meeting.starts_at")
    segment_began_at = factory.SelfAttribute("began_at")
    turn_began_at = factory.SelfAttribute("began_at")
    step_began_at = factory.SelfAttribute("began_at")


class AirtimeFactory(DjangoModelFactory[Airtime]):
    class Meta:
        model = Airtime

    meeting = factory.SubFactory(MeetingFactory)
    person = factory.SubFactory(PersonFactory)


class AttendanceChangeFactory(DjangoModelFactory[AttendanceChange]):
    class Meta:
        model = AttendanceChange

    attendance = factory.SubFactory(AttendanceFactory)
    was = False
    became = True


class DiscussionNoteFactory(DjangoModelFactory[DiscussionNote]):
    class Meta:
        model = DiscussionNote

    meeting = factory.SubFactory(MeetingFactory)
    text = "We talked about delegation"


class CaseNoteFactory(DjangoModelFactory[CaseNote]):
    class Meta:
        model = CaseNote

    meeting = factory.SubFactory(MeetingFactory)
    presenter = factory.SubFactory(PersonFactory)
    text = "Ask your manager first"


class PlusDeltaFactory(DjangoModelFactory[PlusDelta]):
    class Meta:
        model = PlusDelta

    meeting = factory.SubFactory(MeetingFactory)
    side = PlusDelta.Side.PLUS
    text = "Everyone spoke"


class CarryFactory(DjangoModelFactory[Carry]):
    class Meta:
        model = Carry

    commitment = factory.SubFactory(CommitmentFactory)
    to_on = date(2024, 6, 14)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic

    circle = factory.SubFactory(CircleFactory)
    owner = factory.SubFactory(PersonFactory)
    title = "How to delegate"
    raised_on = LONG_AGO


class TimeSearchFactory(DjangoModelFactory[TimeSearch]):
    class Meta:
        model = TimeSearch

    circle = factory.SubFactory(CircleFactory)
    minutes = 60
    from_on = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=7))
    answer_by = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))


class AvailabilityFactory(DjangoModelFactory[Availability]):
    class Meta:
        model = Availability

    search = factory.SubFactory(TimeSearchFactory)
    person = factory.SubFactory(PersonFactory)
    time_zone = "UTC"


class CandidateFactory(DjangoModelFactory[Candidate]):
    class Meta:
        model = Candidate

    search = factory.SubFactory(TimeSearchFactory)
    place = factory.Sequence(lambda n: n % 30_000)
    slots = factory.LazyFunction(lambda: [{"starts": "2030-05-14T15:00"}])
    people = factory.LazyFunction(dict)


class TimeVoteFactory(DjangoModelFactory[TimeVote]):
    class Meta:
        model = TimeVote

    candidate = factory.SubFactory(CandidateFactory)
    person = factory.SubFactory(PersonFactory)
    choice = TimeVote.Choice.YES


class CalendarFeedFactory(DjangoModelFactory[CalendarFeed]):
    class Meta:
        model = CalendarFeed

    person = factory.SubFactory(PersonFactory)


class MilestoneFactory(DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda n: f"Milestone {n}")
    on = date(2024, 5, 14)


class AnnouncementFactory(DjangoModelFactory[Announcement]):
    class Meta:
        model = Announcement

    written_by = factory.SubFactory(PersonFactory)
    as_organiser = False
    subject = "The room changes"
    text = "We meet upstairs.\n\nSee https://example.test/map for the way."


def announcement_to(*circles: Circle, **fields: Any) -> Announcement:
    """A draft to these circles."""
    announcement = AnnouncementFactory(**fields)
    announcement.circles.set(circles)
    return announcement
