import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from circles.readers import reads_since
from members.models import Member


class LeaveQuerySet(models.QuerySet["Leave"]):
    def current(self) -> Self:
        """Not yet back."""
        return self.filter(ended_on=None)

    def due(self) -> Self:
        """Current ones whose day of coming back is here, in some time zone at least."""
        tomorrow = timezone.now().date() + dt.timedelta(days=1)
        return self.current().filter(back_by__lte=tomorrow)


class Leave(models.Model):
    """A member who keeps the seat and comes back: from when, until when."""

    membership = models.ForeignKey("circles.Membership", models.CASCADE, related_name="leaves")
    began_on = models.DateField()
    back_by = models.DateField(help_text="The day they mean to be back.")
    ended_on = models.DateField(null=True, blank=True, editable=False)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["began_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(ended_on=None),
                name="leave_one_current",
                violation_error_message="They are on leave already.",
            ),
            models.CheckConstraint(
                condition=Q(back_by__gt=F("began_on")),
                name="leave_ends_after_it_begins",
                violation_error_message="The day of coming back is after the first day of leave.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="leave_ended_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["back_by"], condition=Q(ended_on=None), name="leave_by_return")
        ]

    def __str__(self) -> str:
        return f"{self.membership} on leave"


class RenewalVoteQuerySet(models.QuerySet["RenewalVote"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def due(self, now: dt.datetime | None = None) -> Self:
        """Open ones whose time is over: to be counted."""
        return self.open().filter(closes_at__lte=now or timezone.now())


class Choice(models.TextChoices):
    """What becomes of a circle at the end of its term."""

    RENEW = "renew", "Go on for another term"
    MERGE = "merge", "Join with another circle"
    SPLIT = "split", "Become two circles"
    CLOSE = "close", "Close, with a closing round"


class RenewalVote(models.Model):
    """A circle that decides what becomes of it at the end of its term."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="renewal_votes")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(max_length=8, choices=Choice, blank=True)

    objects = RenewalVoteQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle"],
                condition=Q(closed_at=None),
                name="renewal_one_open_vote",
                violation_error_message="This circle votes already.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "renew", "merge", "split", "close"]),
                name="renewal_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="renewal_closes_after_it_opens"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"], condition=Q(closed_at=None), name="renewal_by_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"Renewal of {self.circle}"


class RenewalBallot(models.Model):
    """One member's voice in a renewal vote. Nobody else reads it; the circle sees the counts."""

    vote = models.ForeignKey(RenewalVote, models.CASCADE, related_name="ballots")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "person"], name="renewal_one_ballot_a_person"),
            models.CheckConstraint(
                condition=Q(choice__in=["renew", "merge", "split", "close"]),
                name="renewal_choice_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.vote}"


class Lineage(models.Model):
    """Which circle came from which, by a split or a merger, and on which day."""

    class Kind(models.TextChoices):
        SPLIT = "split", "Split"
        MERGE = "merge", "Merger"

    ancestor = models.ForeignKey("circles.Circle", models.PROTECT, related_name="descendants")
    descendant = models.ForeignKey("circles.Circle", models.PROTECT, related_name="ancestors")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="lineage_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["split", "merge"]), name="lineage_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(ancestor=F("descendant")), name="lineage_not_from_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.descendant} from {self.ancestor}"


class ClosingWordQuerySet(models.QuerySet["ClosingWord"]):
    def visible_to(self, person: Member) -> Self:
        """One's own, and those written in one's circles since one came."""
        return self.filter(
            Q(person=person) | reads_since(person, circle="circle", day="written_on")
        )


class ClosingWord(models.Model):
    """What a member says in the closing round: what they take along, and whom they thank."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="closing_words")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="closing_words"
    )
    takeaway = models.TextField(blank=True, max_length=1000)
    thanks = models.TextField(blank=True, max_length=1000)
    written_on = models.DateField()
    written_at = models.DateTimeField(default=timezone.now)

    objects = ClosingWordQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circle", "person"], name="closing_word_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.circle}"
