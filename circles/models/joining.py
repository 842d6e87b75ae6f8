from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import Member


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        """Not yet decided."""
        return self.filter(state=Application.State.OPEN)

    def of(self, person: Member) -> Self:
        return self.filter(person=person)


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
