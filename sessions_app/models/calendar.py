import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import Member
from sessions_app.models.meeting import Meeting
from sessions_app.models.series import Series


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, person: Member) -> Self:
        """One's own: a feed's address opens it to whoever has it."""
        return self.filter(person=person)

    def active(self) -> Self:
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """A secret address from which a calendar reads a person's meetings: all, or one circle's."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds"
    )
    circle = models.ForeignKey(
        "circles.Circle", models.CASCADE, null=True, blank=True, related_name="+"
    )
    key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="What its signed address names."
    )
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar last read it.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "circle"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="calendar_feed_one_active",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.person}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, person: Member) -> Self:
        """One's own."""
        return self.filter(person=person)

    def about_meeting(self, meeting: Meeting) -> Self:
        """To the meeting, or to the series that it belongs to."""
        found = Q(meeting=meeting.pk)
        return self.filter(found | Q(series=meeting.series_id) if meeting.series_id else found)

    def about_series(self, series: Series) -> Self:
        """To the series, or to any single meeting of it."""
        return self.filter(Q(series=series.pk) | Q(meeting__series=series.pk))


class Invitation(models.Model):
    """What one person's calendar was last told about a series or a single meeting."""

    class Method(models.TextChoices):
        REQUEST = "request", "Invited"
        CANCEL = "cancel", "Called off"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    series = models.ForeignKey(
        "sessions_app.Series", models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    meeting = models.ForeignKey(
        "sessions_app.Meeting", models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    method = models.CharField(max_length=7, choices=Method)
    sequence = models.PositiveIntegerField()
    told_at = models.DateTimeField(default=timezone.now)
    told_when = models.CharField(
        max_length=300,
        blank=True,
        db_default="",
        default="",
        help_text="When it was, in the words of that mail; the next one says from when it moved.",
    )
    told_what = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        default="",
        editable=False,
        help_text="A digest of what that mail told the calendar.",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(series=None) | Q(meeting=None), name="invitation_to_one_thing"
            ),
            models.CheckConstraint(
                condition=~Q(series=None, meeting=None), name="invitation_to_something"
            ),
            models.UniqueConstraint(
                fields=["person", "series", "meeting"],
                nulls_distinct=False,
                name="invitation_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(method__in=["request", "cancel"]), name="invitation_method_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_method_display()}"
