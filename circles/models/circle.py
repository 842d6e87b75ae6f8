import datetime as dt
import zoneinfo
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils import timezone

from circles.models.choices import Entry, Weekday
from circles.models.facilitation import Facilitation
from circles.models.membership import Membership
from circles.models.offer import Offer
from members.counting import number_of
from members.models import Member
from members.rules import is_organiser
from members.time_zones import zone_named


class CircleQuerySet(models.QuerySet["Circle"]):
    def open(self) -> Self:
        """Circles that are still running or being filled."""
        return self.exclude(stage=Circle.Stage.CLOSED)

    def listed(self) -> Self:
        """What anyone may find: open circles that are not hidden."""
        return self.open().exclude(visibility=Circle.Visibility.HIDDEN)

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

        One's own are those one holds a seat in, is offered one in, proposed or facilitates, those
        one has just left, so that leaving can be undone, and those one stayed in to the end.
        """
        if is_organiser(person):
            return self
        seats = Membership.objects.current_or_just_left() | Membership.objects.keeping()
        seat = seats.of(person).for_circle()
        offered = Offer.objects.open().of(person).for_circle()
        held = Facilitation.objects.current().filter(circle=OuterRef("pk"), person=person)
        return self.filter(
            ~Q(visibility=Circle.Visibility.HIDDEN)
            | Q(proposed_by=person)
            | Exists(seat)
            | Exists(offered)
            | Exists(held)
        )

    def with_seats(self) -> Self:
        """Annotate `taken`, `offered` and `seats_left`; counted only for the rows that are fetched.

        A seat that is offered to someone is held for them: it is not left.
        """
        return self.annotate(
            taken=number_of(Membership.objects.current().for_circle(), "circle"),
            offered=number_of(Offer.objects.open().for_circle(), "circle"),
            seats_left=F("capacity") - F("taken") - F("offered"),
        )

    def with_free_seats(self) -> Self:
        """Circles that take members and have a seat that is neither taken nor offered."""
        taking = self.filter(stage__in=Circle.TAKING_MEMBERS, closes_on=None).with_seats()
        return taking.filter(seats_left__gt=0)

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

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Public: everyone finds it"
        ON_REQUEST = "on_request", "On request: everyone finds it, and asks for a seat"
        HIDDEN = "hidden", "Hidden: for outsiders it does not exist"

    class Where(models.TextChoices):
        REMOTE = "remote", "Remote"
        IN_PERSON = "in_person", "In person"
        BOTH = "both", "In person or remote"

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
    visibility = models.CharField(
        max_length=12, choices=Visibility, db_default=Visibility.PUBLIC, default=Visibility.PUBLIC
    )
    themes = models.ManyToManyField("circles.Theme", blank=True, related_name="circles")
    language = models.CharField(max_length=16, db_default="en", default="en")
    where = models.CharField(
        max_length=12, choices=Where, db_default=Where.REMOTE, default=Where.REMOTE
    )
    place = models.CharField(max_length=120, blank=True, db_default="", default="")
    meets_weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=Weekday, help_text="When it usually meets, in its zone."
    )
    meets_at = models.TimeField(null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The centre of a group of five, or the hub of circles, that it belongs to.",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # What the organiser who declined the proposal told its supporters.
    answer = models.CharField(max_length=500, blank=True, db_default="", default="", editable=False)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The closing round runs until this day."
    )
    round_opened_at = models.DateTimeField(
        null=True, editable=False, help_text="When the closing round began, or its day was moved."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CircleQuerySet.as_manager()

    # Filled in by with_seats() and for_cards().
    taken: int
    offered: int
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
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "on_request", "hidden"]),
                name="circle_visibility_is_known",
            ),
            models.CheckConstraint(
                condition=Q(where__in=["remote", "in_person", "both"]),
                name="circle_where_is_known",
            ),
            models.CheckConstraint(
                condition=Q(meets_weekday=None, meets_at=None)
                | Q(meets_weekday__range=(0, 6), meets_at__isnull=False),
                name="circle_meets_on_a_day_at_a_time",
                violation_error_message="Give both a day and a time, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="circle_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["name", "id"],
                condition=~Q(stage="closed") & ~Q(visibility="hidden"),
                name="circle_findable_by_name",
            ),
            models.Index(
                fields=["term_ends_on"],
                condition=Q(stage="active") & Q(term_ends_on__isnull=False),
                name="circle_by_end_of_term",
            ),
            models.Index(
                fields=["closes_on"],
                condition=~Q(stage="closed") & Q(closes_on__isnull=False),
                name="circle_by_closing_day",
            ),
            models.Index(fields=["stage", "name"], name="circle_by_stage"),
            models.Index(fields=["programme", "name", "id"], name="circle_of_a_programme"),
            models.Index(fields=["programme", "stage"], name="circle_stages_of_a_programme"),
            models.Index(
                fields=["format_version", "name", "id"],
                condition=~Q(stage="closed"),
                name="circle_open_by_version",
            ),
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
        return self.stage in self.TAKING_MEMBERS and self.closes_on is None

    @property
    def way_in(self) -> Entry:
        """How one gets a seat: what the programme says, unless the circle is more closed than it.

        Fetch the circle with its programme.
        """
        if self.is_hidden:
            return Entry.INVITE
        entry = Entry(self.programme.entry)
        if entry == Entry.OPEN and self.visibility == self.Visibility.ON_REQUEST:
            return Entry.APPLY
        return entry

    @property
    def is_hidden(self) -> bool:
        return self.visibility == self.Visibility.HIDDEN

    @property
    def is_closed(self) -> bool:
        return self.stage == self.Stage.CLOSED

    @property
    def today(self) -> dt.date:
        """The date in the circle's time zone: the day on which someone joins or leaves now."""
        return timezone.localdate(timezone=self.zone)
