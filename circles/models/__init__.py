from circles.models.announcement import Announcement, AnnouncementCircle
from circles.models.changes import MergeRequest, Pause
from circles.models.charter import Charter, GateRecord, Signature
from circles.models.choices import Entry, Weekday
from circles.models.circle import Circle, CircleQuerySet
from circles.models.emergency import EmergencyAccess, EmergencyReading
from circles.models.enrolment import Enrolment
from circles.models.facilitation import Facilitation
from circles.models.follow_up import OutcomeFollowUp
from circles.models.format import Format, FormatVersion
from circles.models.format_draft import FormatDraft
from circles.models.formation import Formation, PairRule, StagedCircle, StagedSeat
from circles.models.joining import Application, ApplicationVote, Support, WaitlistEntry
from circles.models.lifecycle import Choice, ClosingWord, Leave, Lineage, RenewalBallot, RenewalVote
from circles.models.listing import Listing, ListingQuerySet, ListingText, meets_within
from circles.models.membership import Membership, MembershipQuerySet
from circles.models.milestone import Milestone
from circles.models.offer import Offer
from circles.models.programme import Programme
from circles.models.theme import Interest, Theme
from circles.models.webhook import Webhook
from circles.models.wishes import Wishes

__all__ = [
    "Announcement",
    "AnnouncementCircle",
    "Application",
    "ApplicationVote",
    "Charter",
    "Choice",
    "Circle",
    "CircleQuerySet",
    "ClosingWord",
    "EmergencyAccess",
    "EmergencyReading",
    "Enrolment",
    "Entry",
    "Facilitation",
    "Format",
    "FormatDraft",
    "FormatVersion",
    "Formation",
    "GateRecord",
    "Interest",
    "Leave",
    "Lineage",
    "Listing",
    "ListingQuerySet",
    "ListingText",
    "Membership",
    "MembershipQuerySet",
    "MergeRequest",
    "Milestone",
    "Offer",
    "OutcomeFollowUp",
    "PairRule",
    "Pause",
    "Programme",
    "RenewalBallot",
    "RenewalVote",
    "Signature",
    "StagedCircle",
    "StagedSeat",
    "Support",
    "Theme",
    "WaitlistEntry",
    "Webhook",
    "Weekday",
    "Wishes",
    "meets_within",
]
