import datetime as dt
import zoneinfo
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from circles.models.choices import Entry
from circles.models.circle import Circle
from circles.models.enrolment import Enrolment
from members.counting import number_of
from members.models import Member
from members.rules import is_organiser
from members.time_zones import zone_named

# Between the first place where a day begins and the last where it ends.
A_DAY_SOMEWHERE = dt.timedelta(days=1)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def visible_to(self, person: Member) -> Self:
        """Programmes this person may know about: current ones, their own, all for organisers."""
        if is_organiser(person):
            return self
        enrolments = Enrolment.objects.filter(programme=OuterRef("pk"), person=person)
        return self.filter(Q(archived_at=None) | Exists(enrolments))

    def about_to_take_enrolments(self) -> Self:
        """Those that take enrolments today somewhere on earth: a few more than do in their zone.

        The database may not know a programme's zone; ask each for `takes_enrolments` as well.
        """
        today = timezone.now().date()
        begun = Q(enrols_from=None) | Q(enrols_from__lte=today + A_DAY_SOMEWHERE)
        goes_on = Q(enrols_until=None) | Q(enrols_until__gte=today - A_DAY_SOMEWHERE)
        never = Q(enrols_from=None, enrols_until=None)
        return self.current().filter(begun, goes_on).exclude(never)

    def without_enrolment_of(self, person: Member) -> Self:
        enrolled = Enrolment.objects.current().filter(programme=OuterRef("pk"), person=person)
        return self.filter(~Exists(enrolled))

    def with_open_circles(self) -> Self:
        """Annotate `open_circles`, how many of its circles are running or being filled."""
        return self.annotate(open_circles=_each(Circle.objects.open()))

    def with_enrolled(self) -> Self:
        """Annotate `enrolled`, how many people ask for a place now."""
        return self.annotate(enrolled=_each(Enrolment.objects.current()))

    def with_withdrawn(self) -> Self:
        """Annotate `withdrawn`, how many enrolments were taken back."""
        return self.annotate(withdrawn=_each(Enrolment.objects.withdrawn()))


def _each(rows: models.QuerySet[Any]) -> Coalesce:
    return number_of(rows.filter(programme=OuterRef("pk")), "programme")


class Programme(models.Model):
    """A set of circles run for one purpose, with the formats it allows and its rules."""

    class Approval(models.TextChoices):
        FACILITATOR = "facilitator", "The circle’s facilitator decides"
        VOTE = "vote", "The circle votes"

    class Starters(models.TextChoices):
        ORGANISERS = "organisers", "Only organisers"
        FACILITATORS = "facilitators", "Organisers and facilitators"
        EVERYONE = "everyone", "Everyone: a member’s proposal starts when enough people support it"

    class Renewal(models.TextChoices):
        VOTE = "vote", "The circle votes: go on, merge, split or close"
        CLOSE = "close", "The circle closes"
        GO_ON = "go_on", "The circle goes on until someone ends it"

    class Enrolling(models.TextChoices):
        """Where enrolment stands today."""

        ARCHIVED = "archived", "The programme is over"
        NEVER = "never", "Nobody can enrol"
        NOT_YET = "not_yet", "Opens later"
        OPEN = "open", "Open"
        OVER = "over", "Over"

    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True, max_length=2000)
    formats = models.ManyToManyField("circles.Format", related_name="programmes")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    smallest_group = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(5)],
        help_text="Reports hide groups with fewer people than this. Never under 5.",
    )
    time_zone = models.CharField(
        max_length=64, db_default="UTC", default="UTC", help_text="In which its days begin and end."
    )
    enrols_from = models.DateField(null=True, blank=True)
    enrols_until = models.DateField(null=True, blank=True, help_text="The last day of enrolment.")
    entry = models.CharField(max_length=8, choices=Entry, db_default=Entry.OPEN, default=Entry.OPEN)
    approval = models.CharField(
        max_length=12,
        choices=Approval,
        db_default=Approval.FACILITATOR,
        default=Approval.FACILITATOR,
    )
    questions = models.JSONField(
        db_default=Value([], models.JSONField()),
        default=list,
        blank=True,
        help_text="What whoever enrols or applies is asked, as data.",
    )
    starters = models.CharField(
        max_length=12,
        choices=Starters,
        db_default=Starters.ORGANISERS,
        default=Starters.ORGANISERS,
    )
    supporters_needed = models.PositiveSmallIntegerField(
        db_default=4,
        default=4,
        validators=[MinValueValidator(2), MaxValueValidator(12)],
        help_text="A member’s proposal becomes a circle when so many people support it.",
    )
    term_months = models.PositiveSmallIntegerField(
        db_default=6, default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    renewal = models.CharField(
        max_length=8, choices=Renewal, db_default=Renewal.VOTE, default=Renewal.VOTE
    )
    offer_hours = models.PositiveSmallIntegerField(
        db_default=72,
        default=72,
        validators=[MinValueValidator(4), MaxValueValidator(720)],
        help_text="How long an offered seat is held.",
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    # Filled in by with_open_circles(), with_enrolled() and with_withdrawn().
    open_circles: int
    enrolled: int
    withdrawn: int

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="programme_name_once",
                violation_error_message="There is already a programme with this name.",
            ),
            models.CheckConstraint(
                condition=Q(smallest_group__gte=5),
                name="programme_hides_groups_under_5",
                violation_error_message="Reports always hide groups under 5.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_starts",
                violation_error_message="The last day cannot come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(enrols_from=None)
                | Q(enrols_until=None)
                | Q(enrols_until__gte=F("enrols_from")),
                name="programme_enrolment_ends_after_it_starts",
                violation_error_message="Enrolment cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(entry__in=["open", "apply", "invite"])
                & Q(approval__in=["facilitator", "vote"])
                & Q(starters__in=["organisers", "facilitators", "everyone"])
                & Q(renewal__in=["vote", "close", "go_on"]),
                name="programme_rules_are_known",
            ),
            models.CheckConstraint(
                condition=Q(supporters_needed__range=(2, 12))
                & Q(term_months__range=(1, 60))
                & Q(offer_hours__range=(4, 720)),
                name="programme_numbers_are_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:programme", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The programme's time zone; UTC when the database of zones no longer knows it."""
        return zone_named(self.time_zone)

    @property
    def today(self) -> dt.date:
        return timezone.localdate(timezone=self.zone)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def enrolling(self) -> "Programme.Enrolling":
        """Where enrolment stands today in the programme's zone; never without a window of days."""
        if self.is_archived:
            return self.Enrolling.ARCHIVED
        if not (self.enrols_from or self.enrols_until):
            return self.Enrolling.NEVER
        if self.enrols_from and self.today < self.enrols_from:
            return self.Enrolling.NOT_YET
        if self.enrols_until and self.today > self.enrols_until:
            return self.Enrolling.OVER
        return self.Enrolling.OPEN

    @property
    def takes_enrolments(self) -> bool:
        """Whether people can enrol today."""
        return self.enrolling == self.Enrolling.OPEN
