from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from circles.readers import reads_now, reads_since
from members.models import Member


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, person: Member) -> Self:
        """Decisions of the meetings that this person reads, and those told to newcomers."""
        told = Q(for_newcomers=True) & reads_now(person, circle="meeting__circle")
        return self.filter(
            reads_since(person, circle="meeting__circle", day="meeting__held_on") | told
        )


class Decision(models.Model):
    """Something the circle decided in a meeting."""

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="decisions")
    text = models.CharField(max_length=1000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)
    for_newcomers = models.BooleanField(
        db_default=False, default=False, help_text="Who joins the circle later reads it too."
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text


class DiscussionNoteQuerySet(models.QuerySet["DiscussionNote"]):
    def visible_to(self, person: Member) -> Self:
        """Notes of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))


class DiscussionNote(models.Model):
    """What was said, written down only where the circle's charter keeps discussion notes."""

    meeting = models.ForeignKey(
        "sessions_app.Meeting", models.CASCADE, related_name="discussion_notes"
    )
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = DiscussionNoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Note of {self.meeting}"


class CaseNoteQuerySet(models.QuerySet["CaseNote"]):
    def visible_to(self, person: Member) -> Self:
        """The presenter's own; nobody else reads them, not even who wrote them for them."""
        return self.filter(presenter=person)


class CaseNote(models.Model):
    """What others said to a presenter about their case. It is the presenter's, to keep or destroy.

    Written in the meeting by the presenter or for them.
    """

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="case_notes")
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="case_notes"
    )
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = CaseNoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Note for {self.presenter}"


class PlusDeltaQuerySet(models.QuerySet["PlusDelta"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))


class PlusDelta(models.Model):
    """What was good about a meeting, or what would make the next one better."""

    class Side(models.TextChoices):
        PLUS = "plus", "Plus"
        DELTA = "delta", "Delta"

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="plus_deltas")
    side = models.CharField(max_length=5, choices=Side)
    text = models.CharField(max_length=500)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = PlusDeltaQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["plus", "delta"]), name="plus_delta_side_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.text
