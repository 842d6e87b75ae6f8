from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from circles.readers import reads_now, reads_since, still_seated
from members.models import Member

STALE_AFTER = timedelta(days=21)
SPARK_POINTS = 6


class GoalQuerySet(models.QuerySet["Goal"]):
    def active(self) -> Self:
        return self.filter(state=Goal.State.ACTIVE)

    def settled(self) -> Self:
        """Reached or let go."""
        return self.exclude(state=Goal.State.ACTIVE)

    def visible_to(self, person: Member) -> Self:
        """One's own, and those that people of one's circles share with the circle today."""
        shared = reads_now(person, circle="circle") & still_seated(circle="circle", owner="owner")
        return self.filter(Q(owner=person) | shared)

    def with_progress(self, person: Member) -> Self:
        """Annotate `progress`: the latest percentages that the person may read, newest first."""
        readable = CheckIn.objects.visible_to(person).filter(goal=OuterRef("pk"))
        latest = readable.order_by("-on", "-pk").values("percent")[:SPARK_POINTS]
        return self.annotate(progress=ArraySubquery(latest))

    def with_confidence(self) -> Self:
        """Annotate `confidence`: what its latest check-in said. For the owner's own pages."""
        latest = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-on", "-pk")
        return self.annotate(confidence=Subquery(latest.values("confidence")[:1]))

    def stale(self, today: date | None = None) -> Self:
        return self.active().filter(stale(today or timezone.localdate()))


def stale(today: date) -> Q:
    """Goals that nothing was recorded on for three weeks."""
    line = today - STALE_AFTER
    return Q(last_moved_on__lt=line) | Q(last_moved_on=None, started_on__lt=line)


class Goal(models.Model):
    """Something a person works towards; theirs alone, or shared with one circle."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        REACHED = "reached", "Reached"
        DROPPED = "dropped", "Let go"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="goals")
    circle = models.ForeignKey(
        "circles.Circle", models.PROTECT, null=True, blank=True, related_name="goals"
    )
    shared_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Check-ins from before this moment were the owner's alone, and stay so.",
    )
    title = models.CharField(max_length=160)
    why = models.TextField(blank=True, max_length=2000)
    started_on = models.DateField()
    target_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    last_moved_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The day of the latest check-in."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["active", "reached", "dropped"]), name="goal_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="goal_of_a_person"),
            models.Index(
                fields=["circle", "last_moved_on"],
                condition=Q(state="active"),
                name="goal_active_in_a_circle",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:goal", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def last_step_on(self) -> date:
        """When it last moved; the day it was set, while nothing was recorded."""
        return self.last_moved_on or self.started_on

    @property
    def moved_today(self) -> bool:
        return self.last_moved_on == timezone.localdate()

    @property
    def is_moving(self) -> bool:
        return self.last_moved_on is not None and self.is_active and not self.is_stale

    @property
    def is_stale(self) -> bool:
        return self.is_active and self.last_step_on < timezone.localdate() - STALE_AFTER


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, person: Member) -> Self:
        """One's own, and those made on goals that were shared with one's circles, since joining."""
        shared = Q(goal__shared_at=None) | Q(created_at__gte=F("goal__shared_at"))
        return self.filter(
            Q(goal__owner=person)
            | shared
            & reads_since(person, circle="goal__circle", day="on")
            & still_seated(circle="goal__circle", owner="goal__owner")
        )


class CheckIn(models.Model):
    """How far a goal has come on one day, and how confident its owner is."""

    class Confidence(models.IntegerChoices):
        VERY_LOW = 1, "Very low"
        LOW = 2, "Low"
        FAIR = 3, "Fair"
        HIGH = 4, "High"
        VERY_HIGH = 5, "Very high"

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="check_ins")
    on = models.DateField()
    percent = models.PositiveSmallIntegerField()
    confidence = models.PositiveSmallIntegerField(choices=Confidence)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100)),
                name="check_in_from_0_to_100_percent",
                violation_error_message="Give a percentage from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(confidence__range=(1, 5)), name="check_in_confidence_from_1_to_5"
            ),
        ]
        indexes = [models.Index(fields=["goal", "-on", "-id"], name="check_in_latest_first")]

    def __str__(self) -> str:
        return f"{self.percent} % on {self.on}"
