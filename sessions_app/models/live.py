from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from circles.readers import reads_since
from members.models import Member


class LiveMeetingQuerySet(models.QuerySet["LiveMeeting"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))

    def draw_anew(self) -> int:
        """Let the screens of those that run draw anew; returns how many there were."""
        return self.filter(ended_at=None).update(version=F("version") + 1)


class LiveMeeting(models.Model):
    """Where a meeting stands while it runs. Every screen shows this row; `version` tells them when.

    The position is a segment of the meeting's agenda, a turn within it and a step of its protocol.
    """

    meeting = models.OneToOneField(
        "sessions_app.Meeting", models.CASCADE, related_name="live", primary_key=True
    )
    version = models.PositiveBigIntegerField(
        default=1, help_text="Rises with everything that a screen shows, captured lines too."
    )
    segment = models.CharField(max_length=12, help_text="The key of the agenda's segment.")
    turn = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=0)
    segment_began_at = models.DateTimeField()
    turn_began_at = models.DateTimeField()
    step_began_at = models.DateTimeField()
    extra_seconds = models.PositiveIntegerField(
        default=0, help_text="By how much the current segment was extended."
    )
    orders = models.JSONField(
        default=dict, help_text="By segment key: the people's ids, in the order of their turns."
    )
    skipped = models.JSONField(default=list, help_text="Keys of segments that were skipped.")
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Who speaks, as the timekeeper marked it.",
    )
    speaking_since = models.DateTimeField(null=True)
    is_closing = models.BooleanField(default=False, help_text="The closing steps are on.")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = LiveMeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(speaker=None) | Q(speaking_since__isnull=False),
                name="live_speaker_since_a_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, live"


class AirtimeQuerySet(models.QuerySet["Airtime"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))


class Airtime(models.Model):
    """How long one person spoke in a meeting, as the timekeeper marked it; in seconds."""

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="airtimes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seconds = models.PositiveIntegerField(default=0)

    objects = AirtimeQuerySet.as_manager()

    class Meta:
        ordering = [F("seconds").desc(), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="airtime_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.seconds} s"
