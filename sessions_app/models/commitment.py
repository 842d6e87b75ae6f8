from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from circles.readers import reads_since
from members.models import Member

SETTLED_RECENTLY = timedelta(days=2)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> Self:
        """Promises that are still to be kept."""
        return self.filter(settled_at=None)

    def settled(self) -> Self:
        """Kept, partly kept or dropped, the latest first."""
        return self.filter(settled_at__isnull=False).order_by("-settled_at", "-pk")

    def open_or_recent(self) -> Self:
        """Open ones, the most pressing first; then those settled lately, which one may undo."""
        recent = Q(settled_at__gte=timezone.now() - SETTLED_RECENTLY)
        return self.filter(recent | Q(settled_at=None)).order_by(
            F("settled_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"
        )

    def visible_to(self, person: Member) -> Self:
        """One's own, and those made in one's circles since joining."""
        return self.filter(
            Q(owner=person) | reads_since(person, circle="circle", day="promised_on")
        )


class Commitment(models.Model):
    """What a member promised the circle to do."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CARRIED = "carried", "Carried"
        DONE = "done", "Kept"
        PARTLY = "partly", "Partly kept"
        DROPPED = "dropped", "Dropped"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="commitments")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="commitments")
    meeting = models.ForeignKey(
        "sessions_app.Meeting",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        help_text="The meeting in which it was promised.",
    )
    promise = models.CharField(max_length=300)
    promised_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    times_carried = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(
        max_length=500,
        blank=True,
        db_default="",
        default="",
        help_text="How one can tell: a line, or an address.",
    )
    on_it_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its owner last said: still on it."
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "carried", "done", "partly", "dropped"]),
                name="commitment_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""),
                name="commitment_dropped_has_a_reason",
                violation_error_message="Say in a few words why it is dropped.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "carried"], settled_at=None)
                | Q(state__in=["done", "partly", "dropped"], settled_at__isnull=False),
                name="commitment_settled_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(settled_at=None),
                name="commitment_open_of_a_person",
            ),
            models.Index(
                fields=["circle", "due_on"],
                condition=Q(settled_at=None),
                name="commitment_open_in_a_circle",
            ),
        ]

    def __str__(self) -> str:
        return self.promise

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_ticked(self) -> bool:
        """Whether its mark can be ticked and unticked: open or kept, not dropped or partly kept."""
        return self.state not in (self.State.PARTLY, self.State.DROPPED)

    @property
    def on_it_on(self) -> date | None:
        """The day its owner last said that they are still on it, in the reader's zone."""
        return timezone.localtime(self.on_it_at).date() if self.on_it_at else None

    @property
    def settled_on(self) -> date | None:
        """The day it was settled, in the reader's zone."""
        return timezone.localtime(self.settled_at).date() if self.settled_at else None


class CarryQuerySet(models.QuerySet["Carry"]):
    def visible_to(self, person: Member) -> Self:
        """Of commitments that this person reads."""
        return self.filter(
            Q(commitment__owner=person)
            | reads_since(person, circle="commitment__circle", day="commitment__promised_on")
        )


class Carry(models.Model):
    """A commitment that was moved to a later day; what it takes to move it back."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="carries")
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    objects = CarryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "carries"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.commitment}, carried to {self.to_on}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, person: Member) -> Self:
        """One's own, and those of one's circles since joining."""
        return self.filter(Q(owner=person) | reads_since(person, circle="circle", day="raised_on"))

    def waiting(self) -> Self:
        """Not yet taken up and not let go, the oldest first."""
        return self.filter(state=Topic.State.WAITING).order_by("raised_on", "pk")

    def past(self) -> Self:
        """Taken up or let go, the latest first."""
        return self.exclude(state=Topic.State.WAITING).order_by("-raised_on", "-pk")


class Topic(models.Model):
    """What someone needs a hot seat for; a promise that is carried three times becomes one."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken up"
        DROPPED = "dropped", "Let go"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="topics")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="topics")
    title = models.CharField(max_length=300)
    commitment = models.OneToOneField(
        Commitment, models.SET_NULL, null=True, blank=True, related_name="topic"
    )
    meeting = models.ForeignKey(
        "sessions_app.Meeting",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="topics",
        help_text="The meeting that took it up.",
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    raised_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["raised_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken", "dropped"]),
                name="topic_state_is_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["circle", "raised_on"],
                condition=Q(state="waiting"),
                name="topic_waiting_in_a_circle",
            )
        ]

    def __str__(self) -> str:
        return self.title
