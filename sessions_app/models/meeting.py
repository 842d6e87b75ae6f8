import hashlib
import uuid
import zoneinfo
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from circles.models import Facilitation, Membership
from circles.readers import reads_since
from members.counting import number_of
from members.models import Member
from members.time_zones import zone_named
from sessions_app.models.attendance import Attendance

NEAR = timedelta(minutes=15)
RECAP_WITHIN = timedelta(hours=24)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, person: Member) -> Self:
        """Meetings since this person joined the circle or was appointed to it."""
        return self.filter(reads_since(person, circle="circle", day="held_on"))

    def standing(self) -> Self:
        """Meetings that were not cancelled."""
        return self.exclude(state=Meeting.State.CANCELLED)

    def upcoming(self, now: datetime | None = None) -> Self:
        """Live meetings, and planned ones that have not ended, the next one first."""
        planned = Q(state=Meeting.State.PLANNED, ends_at__gt=now or timezone.now())
        return self.filter(planned | Q(state=Meeting.State.LIVE)).order_by("starts_at")

    def past(self, now: datetime | None = None) -> Self:
        """Meetings that took place, the latest first; one is over early when somebody ended it."""
        over = Q(ends_at__lte=now or timezone.now()) & ~Q(state=Meeting.State.LIVE)
        ended = Q(state__in=Meeting.OVER)
        return self.standing().filter(over | ended).order_by("-starts_at")

    def owing_recap(self, now: datetime | None = None) -> Self:
        """Meetings that have ended and whose recap nobody has shared, the oldest first."""
        over = Q(state=Meeting.State.PLANNED, ends_at__lte=now or timezone.now())
        return self.filter(over | Q(state=Meeting.State.CLOSED)).order_by("ends_at")

    def looked_after_by(self, person: Member) -> Self:
        """In circles that the person facilitates, or hosts while nobody facilitates them."""
        held = Facilitation.objects.current().filter(circle=OuterRef("circle"))
        hosted = Membership.objects.current().for_circle("circle").of(person)
        return self.filter(
            Exists(held.filter(person=person))
            | ~Exists(held) & Exists(hosted.filter(role=Membership.Role.HOST))
        )

    def belonging_to(self, person: Member) -> Self:
        """In circles in which the person has a seat or which they facilitate; not alumni's."""
        seat = Membership.objects.current().for_circle("circle").of(person)
        held = Facilitation.objects.current().filter(circle=OuterRef("circle"), person=person)
        return self.filter(Exists(seat) | Exists(held))

    def unanswered_by(self, person: Member) -> Self:
        """In circles in which the person has a seat, without a word so far; none while on leave."""
        seat = Membership.objects.current().here().for_circle("circle").of(person)
        said = Attendance.objects.filter(meeting=OuterRef("pk"), person=person).exclude(rsvp="")
        return self.filter(Exists(seat), ~Exists(said))

    def with_quorum(self) -> Self:
        """Annotate how many are `needed`: what the circle set, else over half of who is here."""
        here = Membership.objects.current().here().for_circle("circle")
        more_than_half = number_of(here, "circle") / 2 + 1
        return self.annotate(needed=Coalesce(F("circle__meeting_defaults__quorum"), more_than_half))

    def with_answers(self, person: Member) -> Self:
        """Annotate `my_answer`, `my_update`, and the circle's `seats`, `coming` and `needed`."""
        mine = Attendance.objects.filter(meeting=OuterRef("pk"), person=person)
        seats = Membership.objects.current().for_circle("circle")
        held = Membership.objects.current().filter(
            circle=OuterRef("meeting__circle"), person=OuterRef("person")
        )
        coming = Attendance.objects.going().filter(Exists(held), meeting=OuterRef("pk"))
        return self.with_quorum().annotate(
            my_answer=Coalesce(Subquery(mine.values("rsvp")), Value("")),
            my_update=Coalesce(Subquery(mine.values("update")), Value("")),
            seats=number_of(seats, "circle"),
            coming=number_of(coming, "meeting"),
        )


class Meeting(models.Model):
    """One gathering of a circle. Stored in UTC; planned and shown in the circle's zone."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LIVE = "live", "Live"
        CLOSED = "closed", "Closed"
        RECAP_SENT = "recap_sent", "Recap sent"
        CANCELLED = "cancelled", "Cancelled"
        MISSED = "missed", "Missed"

    class CancelledFor(models.TextChoices):
        SERIES = "series", "its series ended"
        PAUSE = "pause", "the circle pauses"
        CLOSING = "closing", "the circle closes"

    OVER = (State.CLOSED, State.RECAP_SENT)  # whatever the clock says

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="meetings")
    series = models.ForeignKey(
        "sessions_app.Series",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        db_index=False,  # meeting_once_a_day_of_its_series serves
    )
    nominal_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The day its series' rule gives, in the series' zone, wherever it was moved to.",
    )
    set_by_hand = models.BooleanField(
        db_default=False,
        default=False,
        editable=False,
        help_text="Its time was chosen for it alone: changes of its series leave that as it is.",
    )
    title = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    held_on = models.DateField(editable=False, help_text="The day it starts, in the circle's zone.")
    place = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    cancelled_for = models.CharField(
        max_length=7,
        choices=CancelledFor,
        blank=True,
        db_default="",
        default="",
        editable=False,
        help_text="What called it off, if nobody did it by hand: it may come back by itself.",
    )
    uid = models.UUIDField(
        null=True, default=uuid.uuid4, editable=False, help_text="Its own name in calendars."
    )
    sequence = models.PositiveIntegerField(
        db_default=0, default=0, editable=False, help_text="Rises whenever calendars must be told."
    )
    recap = models.TextField(blank=True, max_length=20_000)
    recap_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recap_sent_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message="A meeting ends after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["planned", "live", "closed", "recap_sent", "cancelled", "missed"]
                ),
                name="meeting_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_for="")
                | Q(cancelled_for__in=["series", "pause", "closing"], state="cancelled"),
                name="meeting_cancelled_for_what_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="recap_sent") | Q(recap_sent_at__isnull=False),
                name="meeting_recap_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(series=None, nominal_on=None)
                | Q(series__isnull=False, nominal_on__isnull=False),
                name="meeting_of_a_series_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["series", "nominal_on"], name="meeting_once_a_day_of_its_series"
            ),
            ExclusionConstraint(
                name="meeting_of_a_circle_do_not_overlap",
                expressions=[
                    ("circle", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="cancelled"),
                violation_error_message="The circle already meets at that time.",
            ),
        ]
        indexes = [
            models.Index(fields=["circle", "-starts_at"], name="meeting_of_a_circle_by_time"),
            models.Index(
                fields=["starts_at"],
                condition=Q(state="planned"),
                name="meeting_planned_by_start",
            ),
            models.Index(
                fields=["circle"],
                condition=Q(cancelled_for__in=["pause", "closing"]),
                name="meeting_that_may_come_back",
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(state__in=["planned", "live", "closed"]),
                name="meeting_unfinished_by_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Meeting on {self.held_on:%d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone it was planned in; UTC when the database of zones no longer knows it."""
        return zone_named(self.time_zone)

    @property
    def local_starts(self) -> datetime:
        """What the clock on the wall shows when it starts, in the zone it was planned in."""
        return self.starts_at.astimezone(self.zone).replace(tzinfo=None)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def has_started(self) -> bool:
        """Its time has come, or somebody began it a little earlier."""
        return self.is_live or self.state in self.OVER or self.starts_at <= timezone.now()

    @property
    def has_ended(self) -> bool:
        """Somebody ended it, or its time is over and nobody is in it any more."""
        return self.state in self.OVER or (not self.is_live and self.ends_at <= timezone.now())

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_near(self) -> bool:
        """From a quarter of an hour before the start until the end: time to join."""
        return self.starts_at - NEAR <= timezone.now() < self.ends_at

    @property
    def takes_answers(self) -> bool:
        return not self.is_cancelled and not self.has_ended

    @property
    def recap_version(self) -> str:
        """Changes with the recap, so that two people writing at once notice each other."""
        return hashlib.sha256(self.recap.encode()).hexdigest()[:16]

    @property
    def recap_is_shared(self) -> bool:
        return self.recap_sent_at is not None

    @property
    def recap_due_at(self) -> datetime:
        return self.ends_at + RECAP_WITHIN

    @property
    def recap_is_overdue(self) -> bool:
        return not self.recap_is_shared and self.recap_due_at <= timezone.now()

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED
