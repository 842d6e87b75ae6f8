import uuid
import zoneinfo
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from circles.models import Circle
from circles.readers import reads_now
from members.models import Member
from members.time_zones import zone_named

MEETING_STAGES = (Circle.Stage.FORMING, Circle.Stage.ACTIVE, Circle.Stage.RENEWAL)


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the circles that this person belongs to today."""
        return self.filter(reads_now(person, circle="circle"))

    def running(self) -> Self:
        """Series that still plan meetings."""
        return self.filter(ended_at=None)


class Series(models.Model):
    """Meetings by one RFC 5545 rule, at one wall-clock time of one zone.

    Series form chains: `first six weekly, then monthly` is two, and changing `this and the
    following` ends one and lets the next follow. A chain is what people call their series.
    """

    class OnHoliday(models.TextChoices):
        MEET = "meet", "Meet all the same"
        SKIP = "skip", "Leave the meeting out"
        SHIFT = "shift", "Move it to the next working day"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="series")
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    rule = models.CharField(
        max_length=300, help_text="An RFC 5545 recurrence rule, as “FREQ=WEEKLY;BYDAY=TH”."
    )
    starts_on = models.DateField(help_text="The first day that the rule gives.")
    at = models.TimeField(help_text="On the wall clock of its zone, through all clock changes.")
    minutes = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=64)
    on_holiday = models.CharField(max_length=5, choices=OnHoliday, default=OnHoliday.MEET)
    holidays_of = models.CharField(
        max_length=12,
        blank=True,
        help_text="Whose public holidays: a country, or a part of one, as “DE” or “DE-BY”.",
    )
    days_off = ArrayField(
        models.DateField(), default=list, blank=True, help_text="More days that count as holidays."
    )
    title = models.CharField(max_length=160, blank=True)
    place = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(max_length=500, blank=True)
    planned_until = models.DateField(
        editable=False, help_text="Up to this day its meetings exist; later ones are to come."
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when it plans nothing any more."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(10, 480)), name="series_takes_10_to_480_minutes"
            ),
            models.CheckConstraint(
                condition=Q(on_holiday__in=["meet", "skip", "shift"]),
                name="series_on_holiday_is_known",
            ),
            models.CheckConstraint(condition=~Q(rule=""), name="series_has_a_rule"),
        ]
        indexes = [
            models.Index(
                fields=["planned_until"], condition=Q(ended_at=None), name="series_to_plan_further"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at {self.at:%H:%M} in {self.time_zone}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Its zone; UTC when the database of zones no longer knows it."""
        return zone_named(self.time_zone)


class MeetingDefaultsQuerySet(models.QuerySet["MeetingDefaults"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the circles that this person belongs to today."""
        return self.filter(reads_now(person, circle="circle"))

    def of(self, circle_id: int) -> "MeetingDefaults":
        """The circle's, or unsaved empty ones. One query."""
        return self.filter(circle=circle_id).first() or MeetingDefaults(circle_id=circle_id)


class MeetingDefaults(models.Model):
    """What a circle's next meeting is planned with. Changing it moves nothing that is planned."""

    circle = models.OneToOneField(
        "circles.Circle", models.CASCADE, related_name="meeting_defaults", primary_key=True
    )
    place = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(max_length=500, blank=True)
    quorum = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many must come; more than half without it."
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MeetingDefaultsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "meeting defaults"
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum=None) | Q(quorum__range=(2, 30)),
                name="meeting_defaults_quorum_2_to_30",
                violation_error_message="A quorum is between 2 and 30 people.",
            )
        ]

    def __str__(self) -> str:
        return f"How {self.circle} meets"
