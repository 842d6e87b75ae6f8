import datetime as dt
import zoneinfo
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Lower, Upper
from django.urls import reverse
from django.utils import timezone

from circles.models.facilitation import Facilitation
from circles.models.membership import Membership
from members.models import Member
from members.rules import is_organiser
from members.time_zones import zone_named


class CircleQuerySet(models.QuerySet["Circle"]):
    def open(self) -> Self:
        """Circles that are still running or being filled."""
        return self.exclude(stage=Circle.Stage.CLOSED)

    def listed(self) -> Self:
        """What anyone may find: open circles that are not private."""
        return self.open().filter(is_listed=True)

    def for_cards(self) -> Self:
        """With what a card or a row of a list shows, in a constant number of queries."""
        held = Facilitation.objects.current().select_related("person")
        return (
            self.with_seats()
            .select_related("programme", "format_version__format")
            .prefetch_related(Prefetch("facilitations", held, to_attr="held_by"))
        )

    def joined_by(self, person: Member) -> Self:
        """Circles in which the person has a seat today."""
        return self.filter(Exists(Membership.objects.current().of(person).for_circle()))

    def facilitated_by(self, person: Member) -> Self:
        """Circles that the person holds today."""
        held = Facilitation.objects.current().filter(circle=OuterRef("pk"), person=person)
        return self.filter(Exists(held))

    def visible_to(self, person: Member) -> Self:
        """Circles this person may know about: listed ones, their own, and all for organisers.

        One's own are those one holds a seat in or facilitates, and, so that leaving can be undone,
        those one has just left.
        """
        if is_organiser(person):
            return self
        seat = Membership.objects.current_or_just_left().of(person).for_circle()
        held = Facilitation.objects.current().filter(circle=OuterRef("pk"), person=person)
        return self.filter(Q(is_listed=True) | Exists(seat) | Exists(held))

    def with_seats(self) -> Self:
        """Annotate `taken` and `seats_left`; counted only for the rows that are fetched."""
        seats = Membership.objects.current().for_circle().order_by().values("circle")
        count = seats.annotate(count=Count("pk")).values("count")
        taken = Coalesce(Subquery(count), 0)
        return self.annotate(taken=taken, seats_left=F("capacity") - F("taken"))

    def with_free_seats(self) -> Self:
        """Circles that take members and are not full."""
        full = (
            Membership.objects.current()
            .order_by()
            .values("circle")
            .annotate(taken=Count("pk"))
            .filter(taken__gte=F("circle__capacity"))
            .values("circle")
        )
        return self.filter(stage__in=Circle.TAKING_MEMBERS).exclude(pk__in=full)

    def matching(self, words: str) -> Self:
        """Circles whose name or purpose contains the words as they are written."""
        return self.filter(Q(name__icontains=words) | Q(purpose__icontains=words))


class Circle(models.Model):
    """A small group of peers who meet regularly and mentor one another."""

    class Stage(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        RECRUITING = "recruiting", "Recruiting"
        FORMING = "forming", "Forming"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        RENEWAL = "renewal", "Renewal"
        CLOSED = "closed", "Closed"

    TAKING_MEMBERS = (Stage.RECRUITING, Stage.FORMING, Stage.ACTIVE)

    name = models.CharField(max_length=120)
    programme = models.ForeignKey("circles.Programme", models.PROTECT, related_name="circles")
    format_version = models.ForeignKey(
        "circles.FormatVersion", models.PROTECT, related_name="circles"
    )
    purpose = models.TextField(blank=True, max_length=2000)
    capacity = models.PositiveSmallIntegerField(default=8)
    time_zone = models.CharField(max_length=64, default="UTC")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.RECRUITING)
    is_listed = models.BooleanField(default=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CircleQuerySet.as_manager()

    # Filled in by with_seats() and for_cards().
    taken: int
    seats_left: int
    held_by: list[Facilitation]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="circle_name_once",
                violation_error_message="There is already a circle with this name.",
            ),
            models.CheckConstraint(
                condition=Q(capacity__range=(3, 30)),
                name="circle_seats_3_to_30",
                violation_error_message="A circle seats between 3 and 30 people.",
            ),
            models.CheckConstraint(
                condition=Q(
                    stage__in=[
                        "proposed",
                        "recruiting",
                        "forming",
                        "active",
                        "paused",
                        "renewal",
                        "closed",
                    ]
                ),
                name="circle_stage_is_known",
            ),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="circle_ends_after_it_starts",
                violation_error_message="The last day cannot come before the first.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["name", "id"],
                condition=~Q(stage="closed") & Q(is_listed=True),
                name="circle_open_listed_by_name",
            ),
            models.Index(fields=["stage", "name"], name="circle_by_stage"),
            GinIndex(
                OpClass(Upper("name"), "gin_trgm_ops"),
                OpClass(Upper("purpose"), "gin_trgm_ops"),
                name="circle_words",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("meetings:circle", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The circle's time zone; UTC when the database of zones no longer knows it."""
        return zone_named(self.time_zone)

    @property
    def takes_members(self) -> bool:
        return self.stage in self.TAKING_MEMBERS

    @property
    def is_closed(self) -> bool:
        return self.stage == self.Stage.CLOSED

    @property
    def today(self) -> dt.date:
        """The date in the circle's time zone: the day on which someone joins or leaves now."""
        return timezone.localdate(timezone=self.zone)
