import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.models.facilitation import Facilitation
from circles.models.membership import Membership
from members.models import Member
from members.rules import is_organiser

VOTE_LASTS = dt.timedelta(days=7)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        """Not yet decided."""
        return self.filter(state=Application.State.OPEN)

    def of(self, person: Member) -> Self:
        return self.filter(person=person)

    def voted_on(self, now: dt.datetime | None = None) -> Self:
        """Open ones that the circle's members vote on now."""
        since = (now or timezone.now()) - VOTE_LASTS
        return self.open().filter(_by_vote(), Exists(_seats()), applied_at__gt=since)

    def awaiting_decision(self, now: dt.datetime | None = None) -> Self:
        """Open ones that one person decides: no vote, nobody who could vote, or no result."""
        since = (now or timezone.now()) - VOTE_LASTS
        return self.open().filter(~_by_vote() | ~Exists(_seats()) | Q(applied_at__lte=since))

    def with_ended_vote(self, now: dt.datetime | None = None) -> Self:
        """Open ones whose vote has had its last day."""
        since = (now or timezone.now()) - VOTE_LASTS
        return self.open().filter(_by_vote(), applied_at__lte=since)

    def decided_by(self, person: Member) -> Self:
        """Those that fall to this person: to the facilitators, or to organisers without one."""
        held: Any = _held_by_someone_here()
        theirs = Q(Exists(held.filter(person=person)))
        if is_organiser(person):
            theirs |= Q(~Exists(held))
        return self.awaiting_decision().filter(theirs)

    def votable_by(self, person: Member) -> Self:
        """Those that this person has a vote on."""
        return self.voted_on().filter(Exists(_seats().of(person))).exclude(person=person)

    def visible_to(self, person: Member) -> Self:
        """Whose answers the person reads: one's own, and open ones that they decide or vote on.

        Facilitators also read what their circle votes on, as an undecided vote comes to them.
        """
        if person.has_left:
            return self.none()
        held = Facilitation.objects.current().filter(circle=OuterRef("circle"), person=person)
        mine = Q(person=person) | Q(Exists(held), state=Application.State.OPEN)
        theirs = self.model.objects
        return self.filter(
            mine
            | Q(pk__in=theirs.votable_by(person).values("pk"))
            | Q(pk__in=theirs.decided_by(person).values("pk"))
        )


def _by_vote() -> Q:
    return Q(circle__programme__approval="vote")


def _seats() -> Any:
    return Membership.objects.current().filter(circle=OuterRef("circle"))


def _held_by_someone_here() -> Any:
    """Appointments of people who still work here: one who left decides nothing."""
    here = Q(person__left_on=None) | Q(person__left_on__gt=timezone.localdate())
    return Facilitation.objects.current().filter(
        here, circle=OuterRef("circle"), person__is_active=True
    )


class Application(models.Model):
    """A person who asks for a seat in a circle, with the answers that its programme asks for."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="applications")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="applications"
    )
    answers = models.JSONField(
        default=list, blank=True, help_text="As {key, text, answer}: what was asked and answered."
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    words = models.CharField(
        max_length=500, blank=True, help_text="What whoever decided tells the applicant."
    )
    moves_from = models.ForeignKey(
        "circles.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="The seat that a person who moves here gives up for this one.",
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "person"],
                condition=Q(state="open"),
                name="application_one_open",
                violation_error_message="This person has applied already.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | Q(state__in=["accepted", "declined", "withdrawn"], decided_at__isnull=False),
                name="application_is_open_or_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["circle", "applied_at"],
                condition=Q(state="open"),
                name="application_waiting",
            ),
            models.Index(fields=["person", "-applied_at"], name="application_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} applies to {self.circle}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def vote_ends_at(self) -> dt.datetime:
        return self.applied_at + VOTE_LASTS

    @property
    def vote_is_over(self) -> bool:
        return self.vote_ends_at <= timezone.now()


class ApplicationVote(models.Model):
    """What one member of the circle thinks of an application. Only the outcome is ever told."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    in_favour = models.BooleanField()
    voted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="application_vote_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.application}"


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    def waiting(self) -> Self:
        """Who still waits, the first in line first."""
        return self.filter(ended_at=None).order_by("since", "pk")

    def of(self, person: Member) -> Self:
        return self.filter(person=person)


class WaitlistEntry(models.Model):
    """A person in line for a seat in a full circle."""

    class End(models.TextChoices):
        SEATED = "seated", "Got a seat"
        LEFT = "left", "Left the waitlist"
        DECLINED = "declined", "Declined the seat"
        EXPIRED = "expired", "Let the offer pass"
        CLOSED = "closed", "The circle closed"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="waitlist")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="waitlist_entries"
    )
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    end = models.CharField(max_length=10, choices=End, blank=True)
    moves_from = models.ForeignKey(
        "circles.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="The seat that a person who moves here gives up for this one.",
    )

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name_plural = "waitlist entries"
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "person"],
                condition=Q(ended_at=None),
                name="waitlist_one_place_in_line",
                violation_error_message="This person waits for a seat already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="")
                | Q(
                    ended_at__isnull=False,
                    end__in=["seated", "left", "declined", "expired", "closed"],
                ),
                name="waitlist_waits_or_says_how_it_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["circle", "since"], condition=Q(ended_at=None), name="waitlist_in_line"
            ),
            models.Index(
                fields=["person"], condition=Q(ended_at=None), name="waitlist_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} waits for {self.circle}"


class Support(models.Model):
    """A person who would join a proposed circle if it came about."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supports")
    since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circle", "person"], name="support_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} supports {self.circle}"
