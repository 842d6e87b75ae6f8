from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.words import count_in_words

# A worker says more often than this that it is still at it.
SILENCE = timedelta(minutes=2)


class DataImportQuerySet(models.QuerySet["DataImport"]):
    def without_files(self) -> Self:
        """For pages: leaves the files, which may be large, in the database."""
        return self.defer("content", "refusals")

    def holding_a_file(self) -> Self:
        """Those that are not over: the uploaded file is still kept."""
        return self.exclude(state__in=DataImport.OVER)


class DataImport(models.Model):
    """A file that an organiser uploaded, what it would change, and what became of it."""

    class Kind(models.TextChoices):
        PEOPLE = "people", "People"
        CAREER_EVENTS = "career_events", "Career events"
        CIRCLES = "circles", "Circles"
        MEMBERSHIPS = "memberships", "Memberships"
        RATINGS = "ratings", "Skill ratings"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be checked"
        CHECKING = "checking", "Being checked"
        READY = "ready", "Ready to import"
        REFUSED = "refused", "Refused"
        APPLYING = "applying", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"
        DISCARDED = "discarded", "Discarded"

    BUSY = (State.WAITING, State.CHECKING, State.APPLYING)
    OVER = (State.DONE, State.DISCARDED)

    kind = models.CharField(max_length=16, choices=Kind)
    file_name = models.CharField(max_length=255)
    size = models.PositiveIntegerField(default=0, help_text="Of the file, in bytes.")
    content = models.BinaryField(default=bytes, help_text="The file as uploaded, compressed.")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    to_add = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=dict, blank=True, help_text="The first rows of each kind.")
    refusals = models.BinaryField(default=bytes, help_text="Every refused row: compressed CSV.")
    problem = models.CharField(max_length=1000, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    touched_at = models.DateTimeField(
        default=timezone.now, help_text="When a worker last said that it is at it."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DataImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["people", "career_events", "circles", "memberships", "ratings"]
                ),
                name="import_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting",
                        "checking",
                        "ready",
                        "refused",
                        "applying",
                        "done",
                        "failed",
                        "discarded",
                    ]
                ),
                name="import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "discarded"])
                | Q(content=b"", refusals=b"", preview={}),
                name="import_over_keeps_no_personal_data",
            ),
        ]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="import_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:import", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @property
    def seems_stuck(self) -> bool:
        """A worker should be at it, but none has been heard of for a while."""
        return self.is_busy and self.touched_at < timezone.now() - SILENCE

    @property
    def may_be_checked_again(self) -> bool:
        return not self.is_over and (not self.is_busy or self.seems_stuck)

    @property
    def may_be_discarded(self) -> bool:
        return not self.is_over and self.state != self.State.APPLYING

    @property
    def rows_to_import(self) -> int:
        return self.to_add + self.to_change

    @property
    def step(self) -> int:
        """Of uploading, checking and importing, the one it is at; past them when it is done."""
        return {self.State.APPLYING: 3, self.State.DONE: 4}.get(self.State(self.state), 2)

    @property
    def outcome(self) -> str:
        """What became of the file so far, in words."""
        State = DataImport.State  # noqa: N806
        rows = count_in_words(self.rows_to_import, one="row", many="rows")
        are = "is" if self.rows_to_import == 1 else "are"
        if self.state == State.READY and not self.rows_to_import:
            return "Everything in the file is recorded already"
        if self.state == State.REFUSED and self.refused:
            refused = count_in_words(self.refused, one="row is", many="rows are")
            return f"{refused} refused, so nothing is imported"
        return {
            State.WAITING: "The file waits to be checked",
            State.CHECKING: "The file is being checked",
            State.READY: f"{rows} can be imported",
            State.REFUSED: "The file is refused",
            State.APPLYING: f"{rows} {are} being imported",
            State.DONE: f"{rows} {are} imported",
            State.FAILED: "That did not work",
            State.DISCARDED: "The file is discarded",
        }[State(self.state)]

    @property
    def counts(self) -> list[tuple[int, str]]:
        """How many rows had which outcome, with the words for it."""
        if self.state == self.State.DONE:
            return [
                (self.to_add, "added"),
                (self.to_change, "changed"),
                (self.unchanged, "unchanged"),
            ]
        return [
            (self.to_add, "to add"),
            (self.to_change, "to change"),
            (self.unchanged, "unchanged"),
            (self.refused, "refused"),
        ]

    @property
    def tally(self) -> str:
        """What came of it in numbers, once it is known: `2 added, 1 changed`."""
        if self.state == self.State.REFUSED and self.refused:
            return count_in_words(self.refused, one="row refused", many="rows refused")
        if self.state == self.State.READY:
            return count_in_words(self.rows_to_import, one="row to import", many="rows to import")
        if self.state == self.State.DONE:
            return ", ".join(f"{number:,} {label}" for number, label in self.counts if number)
        return ""

    @property
    def apply_label(self) -> str:
        return f"Import {count_in_words(self.rows_to_import, one='row', many='rows')}"
