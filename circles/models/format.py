from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

RHYTHMS = {1: "monthly", 2: "every two weeks", 4: "weekly"}
# What is found to last; a format that prescribes other sizes goes before it.
FEWEST_THAT_LAST, MOST_THAT_LAST = 5, 10


class Format(models.Model):
    """A kind of circle, such as a career circle; what it prescribes is in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:format", args=[self.key])


class FormatVersionQuerySet(models.QuerySet["FormatVersion"]):
    def newest(self) -> Self:
        """The latest version of each format."""
        latest = FormatVersion.objects.filter(format=OuterRef("format")).order_by("-number")
        return self.filter(pk=Subquery(latest.values("pk")[:1]))


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
