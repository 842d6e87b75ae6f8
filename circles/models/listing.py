from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from circles.hours import QUARTERS, starts_within

SEARCH_CONFIG = "peerloom"


class ListingQuerySet(models.QuerySet["Listing"]):
    def proposed(self) -> Self:
        return self.filter(stage="proposed")

    def without_proposals(self) -> Self:
        return self.exclude(stage="proposed")

    def with_free_seats(self) -> Self:
        return self.filter(free_seats__gt=0)

    def about(self, query: SearchQuery) -> Self:
        """Circles of whose words the query is true."""
        return self.filter(text__words=query)

    def named_like(self, words: str) -> Self:
        """Circles whose name holds the words as they are written."""
        return self.filter(name__icontains=words)


class Listing(models.Model):
    """A circle that everyone may find, as the search reads it: one narrow row, nothing of its own.

    Triggers of the database keep it, whoever writes: see the migration that made this table. Closed
    and hidden circles have none. `slot` moves when a zone's clocks do: circles.tasks.listings.
    """

    circle = models.OneToOneField("circles.Circle", models.CASCADE, primary_key=True)
    # Columns of fixed width first: a search of everything passes over each of them.
    programme = models.ForeignKey(
        "circles.Programme", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    format = models.ForeignKey(
        "circles.Format", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField()
    slot = models.SmallIntegerField(
        null=True, help_text="The quarter of the UTC week in which it usually begins to meet."
    )
    minutes = models.SmallIntegerField(help_text="How long it meets.")
    free_seats = models.SmallIntegerField(
        help_text="Neither taken nor offered; 0 if none is given."
    )
    stage = models.CharField(max_length=12)
    language = models.CharField(max_length=16, help_text="Without its region: “pt” for “pt-br”.")
    where = models.CharField(max_length=12)
    themes = ArrayField(models.BigIntegerField())
    place = models.CharField(max_length=120)
    name = models.CharField(max_length=120)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            GinIndex(fields=["themes"], name="listing_themes"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="listing_name_like"),
            models.Index(fields=["name", "circle"], name="listing_by_name"),
            models.Index(fields=["-created_at", "circle"], name="listing_by_age"),
            models.Index(
                fields=["free_seats", "name", "circle"],
                condition=Q(free_seats__gt=0),
                name="listing_next_to_fill",
            ),
            models.Index(
                fields=["name", "circle"], condition=Q(stage="proposed"), name="listing_proposed"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListingText(models.Model):
    """The words of a listing, apart from it: they are long, and most searches do not read them."""

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="text", db_column="circle_id"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="listing_words")]

    def __str__(self) -> str:
        return str(self.listing)


def meets_within(mask: int, lengths: Iterable[int]) -> Exact:
    """Circles whose whole usual meeting lies in the mask, given every length that meetings have."""
    bits = [
        When(minutes=minutes, then=BitAt(F("slot"), bits=starts_within(mask, minutes)))
        for minutes in lengths
    ]
    return Exact(Case(*bits, default=Value(0), output_field=models.IntegerField()), 1)


class BitAt(Func):
    """The bit of the week at a quarter: one look, however scattered a person's hours are."""

    output_field = models.IntegerField()
    template = "get_bit(%(bits)s, %(expressions)s)"

    def __init__(self, quarter: F, *, bits: int) -> None:
        # Noughts and ones of our own making, so they can stand in the statement as they are.
        from_the_left = f"{bits:0{QUARTERS}b}"[::-1]
        super().__init__(quarter, bits=f"B'{from_the_left}'")
