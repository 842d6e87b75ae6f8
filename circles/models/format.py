from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

if TYPE_CHECKING:
    from circles.models.programme import Programme

RHYTHMS = {1: "monthly", 2: "every two weeks", 4: "weekly"}
# What is found to last; a format that prescribes other sizes goes before it.
FEWEST_THAT_LAST, MOST_THAT_LAST = 5, 10


class FormatQuerySet(models.QuerySet["Format"]):
    def offered(self) -> Self:
        """What a programme can allow and a new circle can have; each has a version."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)

    def offered_to(self, programme: "Programme") -> Self:
        """What the programme can choose from: it keeps an archived format that it has already."""
        kept = programme.formats.values("pk") if programme.pk else Format.objects.none()
        return self.filter(Q(archived_at=None) | Q(pk__in=kept))


class Format(models.Model):
    """A kind of circle, such as a career circle; what it prescribes is in its versions.

    Shipped formats come and change with Peerloom. An organisation copies one to make its own.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    is_shipped = models.BooleanField(db_default=False, default=False, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FormatQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:format", args=[self.key])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class FormatVersionQuerySet(models.QuerySet["FormatVersion"]):
    def offered(self) -> Self:
        """Versions of formats that are not archived."""
        return self.filter(format__archived_at=None)

    def newest(self) -> Self:
        """The latest version of each format."""
        # One look into the index for each format, however many versions it has.
        latest = FormatVersion.objects.filter(format=OuterRef("pk")).order_by("-number")
        newest = Format.objects.order_by().values(newest=Subquery(latest.values("pk")[:1]))
        return self.filter(pk__in=newest)


class FormatVersion(models.Model):
    """What a format prescribed from a day on. A circle keeps the version it began with."""

    format = models.ForeignKey(Format, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=300)
    drawn_from = models.CharField(max_length=200, blank=True)
    size_min = models.PositiveSmallIntegerField()
    size_max = models.PositiveSmallIntegerField()
    meeting_minutes = models.PositiveSmallIntegerField()
    definition = models.JSONField(
        help_text="Cadence, rotating roles, agenda, protocols, prompts, gates, modules, outcomes."
    )
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody, where it came with Peerloom.",
    )
    what_changed = models.CharField(max_length=300, blank=True, db_default="", default="")

    objects = FormatVersionQuerySet.as_manager()

    class Meta:
        ordering = ["format__name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["format", "number"], name="format_version_once"),
            models.CheckConstraint(
                condition=Q(size_min__gte=1) & Q(size_max__gte=F("size_min")),
                name="format_size_range_is_a_range",
                violation_error_message="The largest size cannot be under the smallest.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} (version {self.number})"

    def get_absolute_url(self) -> str:
        return reverse("circles:format_version", args=[self.format.key, self.number])

    @property
    def agenda(self) -> list[dict[str, str | int]]:
        segments: list[dict[str, str | int]] = self.definition["agenda"]
        return segments

    @property
    def counts(self) -> str:
        """What its size counts: people, or for a hub circles."""
        of: str = self.definition.get("size", {}).get("of", "people")
        return of

    @property
    def gates(self) -> list[dict[str, Any]]:
        gates: list[dict[str, Any]] = self.definition.get("gates", [])
        return gates

    @property
    def counts_people(self) -> bool:
        """Its size is one of people; that of a hub is one of circles."""
        return self.counts == "people"

    @property
    def size_in_words(self) -> str:
        of = self.counts
        if self.size_min == self.size_max:
            return f"{self.size_min} {of}"
        return f"{self.size_min} to {self.size_max} {of}"

    @property
    def cadence_in_words(self) -> str:
        """`monthly, 90 minutes, 14 meetings`."""
        cadence = self.definition.get("cadence", {})
        per_month = cadence.get("per_month")
        meetings = cadence.get("meetings")
        parts = [
            RHYTHMS.get(per_month, f"{per_month} times a month") if per_month else "",
            f"{self.meeting_minutes} minutes",
            f"{meetings} meetings" if meetings else "",
        ]
        return ", ".join(part for part in parts if part)

    def advice_on_seats(self, seats: int) -> str:
        """What to think of before a circle gets so many seats; nothing if the number is usual."""
        if self.counts == "circles":
            return ""
        if not self.size_min <= seats <= self.size_max:
            return f"This format is made for {self.size_in_words}; this circle has {seats} seats."
        if seats < FEWEST_THAT_LAST <= self.size_max:
            return f"With {seats} seats, a meeting soon has too few people. Circles of 6 to 8 last."
        if seats > MOST_THAT_LAST >= self.size_min:
            return f"With {seats} seats, there is little time for each. Circles of 6 to 8 last."
        return ""
