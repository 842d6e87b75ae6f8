from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from circles.readers import reads_now
from members.models import Member


class TimeSearchQuerySet(models.QuerySet["TimeSearch"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the circles that this person belongs to today."""
        return self.filter(reads_now(person, circle="circle"))

    def open(self) -> Self:
        return self.exclude(state__in=(TimeSearch.State.SETTLED, TimeSearch.State.WITHDRAWN))


class TimeSearch(models.Model):
    """A circle looking for a time: everyone says when they can, then votes on what came out."""

    class State(models.TextChoices):
        ASKING = "asking", "Asking when people can"
        VOTING = "voting", "Voting"
        SETTLED = "settled", "Settled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "Every week"
        FORTNIGHTLY = "fortnightly", "Every two weeks"
        MONTHLY = "monthly", "Once a month, on the same weekday"
        ONCE = "once", "Just once"

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="time_searches")
    state = models.CharField(max_length=9, choices=State, default=State.ASKING)
    rhythm = models.CharField(max_length=11, choices=Rhythm, default=Rhythm.FORTNIGHTLY)
    minutes = models.PositiveSmallIntegerField()
    from_on = models.DateField(help_text="The first day that is possible.")
    answer_by = models.DateTimeField(help_text="When candidates are drawn from what is known.")
    vote_by = models.DateTimeField(null=True, blank=True)
    instead_of = models.ForeignKey(
        "sessions_app.Meeting",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The meeting, short of a quorum, for which another time is looked for.",
    )
    moves_series = models.BooleanField(
        db_default=False,
        default=False,
        help_text="The circle's present series moves to the time that is found.",
    )
    series = models.ForeignKey(
        "sessions_app.Series", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TimeSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time searches"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asking", "voting", "settled", "withdrawn"]),
                name="time_search_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["weekly", "fortnightly", "monthly", "once"]),
                name="time_search_rhythm_is_known",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(10, 480)), name="time_search_10_to_480_minutes"
            ),
            models.UniqueConstraint(
                fields=["circle"],
                condition=Q(state__in=["asking", "voting"]),
                name="time_search_one_at_a_time",
                violation_error_message="The circle is looking for a time already.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"], condition=Q(state="asking"), name="time_search_asking_until"
            ),
            models.Index(
                fields=["vote_by"], condition=Q(state="voting"), name="time_search_voting_until"
            ),
        ]

    def __str__(self) -> str:
        return f"A time for {self.circle}"


class AvailabilityQuerySet(models.QuerySet["Availability"]):
    def visible_to(self, person: Member) -> Self:
        """One's own. Others see what follows from it, not somebody's week."""
        return self.filter(person=person)


class Availability(models.Model):
    """When one person could meet, as they painted it or their calendar showed.

    Of a calendar only the busy hours are kept, no word of what fills them.
    """

    class Source(models.TextChoices):
        PAINTED = "painted", "painted"
        FILE = "file", "from a calendar file"
        ADDRESS = "address", "from a calendar’s address"

    search = models.ForeignKey(TimeSearch, models.CASCADE, related_name="availabilities")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    hours = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        help_text="Hours of the week that suit, in their zone; 0 is Monday 00:00.",
    )
    if_need_be = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        help_text="Hours that would do, but not gladly.",
    )
    time_zone = models.CharField(max_length=64)
    busy = models.JSONField(
        default=list,
        help_text="Pairs of ISO moments in UTC, rising, from a calendar; none without one.",
    )
    source = models.CharField(max_length=7, choices=Source, default=Source.PAINTED)
    calendar_url = models.URLField(max_length=500, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = [
            models.UniqueConstraint(fields=["search", "person"], name="availability_once_a_person"),
            models.CheckConstraint(
                condition=Q(source__in=["painted", "file", "address"]),
                name="availability_source_is_known",
            ),
            models.CheckConstraint(
                condition=Q(hours__contained_by=list(range(168)))
                & Q(if_need_be__contained_by=list(range(168))),
                name="availability_hours_are_of_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"When {self.person} can"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the circles that this person belongs to today."""
        return self.filter(reads_now(person, circle="search__circle"))


class Candidate(models.Model):
    """A proposed time: one slot, or several that take turns so that no one bears the odd hours."""

    search = models.ForeignKey(TimeSearch, models.CASCADE, related_name="candidates")
    place = models.PositiveSmallIntegerField(help_text="1 is the best.")
    slots = models.JSONField(
        help_text="As {starts: local ISO minute of the first meeting, in the circle's zone}."
    )
    people = models.JSONField(
        help_text="By person id, what it means to them: suits, if_need_be or cannot; hours."
    )
    is_chosen = models.BooleanField(default=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["search", "place"]
        constraints = [
            models.UniqueConstraint(fields=["search", "place"], name="candidate_place_once"),
            models.UniqueConstraint(
                fields=["search"], condition=Q(is_chosen=True), name="candidate_one_is_chosen"
            ),
        ]

    def __str__(self) -> str:
        return f"Candidate {self.place} for {self.search.circle}"


class TimeVoteQuerySet(models.QuerySet["TimeVote"]):
    def visible_to(self, person: Member) -> Self:
        """Votes of the circles that this person belongs to today; the circle votes openly."""
        return self.filter(reads_now(person, circle="candidate__search__circle"))


class TimeVote(models.Model):
    """What one person says of a candidate."""

    class Choice(models.TextChoices):
        YES = "yes", "Works for me"
        IF_NEED_BE = "if_need_be", "If need be"
        NO = "no", "Can’t"

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice)
    given_at = models.DateTimeField(default=timezone.now)

    objects = TimeVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "person"], name="time_vote_once_a_person"),
            models.CheckConstraint(
                condition=Q(choice__in=["yes", "if_need_be", "no"]),
                name="time_vote_choice_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_choice_display()}"
