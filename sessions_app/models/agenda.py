from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from circles.readers import reads_since
from members.models import Member


class AgendaQuerySet(models.QuerySet["Agenda"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))


class Agenda(models.Model):
    """The agenda of one meeting, once somebody changed it or the meeting began.

    Until then a meeting has none of its own: it is read from the circle's version of the format.
    """

    meeting = models.OneToOneField(
        "sessions_app.Meeting", models.CASCADE, related_name="own_agenda", primary_key=True
    )
    segments = models.JSONField(
        help_text="In order, as sessions_app.agenda.segments.Segment writes them."
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change.")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    objects = AgendaQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Agenda of {self.meeting}"


class RoleTurnQuerySet(models.QuerySet["RoleTurn"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))


class RoleTurn(models.Model):
    """A role of one meeting and who has it. The ledger of a circle is all of these together."""

    class Source(models.TextChoices):
        LEDGER = "ledger", "whose turn it was"
        SWAP = "swap", "swapped"
        CHOSEN = "chosen", "chosen by hand"

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="roles")
    role = models.CharField(max_length=60, help_text="As the format names it; “presenter” too.")
    place = models.PositiveSmallIntegerField(
        default=1, help_text="Which of several: the second presenter."
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_turns")
    source = models.CharField(max_length=6, choices=Source, default=Source.LEDGER)
    prepares = models.CharField(
        max_length=300, blank=True, help_text="What a presenter brings, in a line."
    )
    given_at = models.DateTimeField(default=timezone.now)

    objects = RoleTurnQuerySet.as_manager()

    class Meta:
        ordering = ["role", "place"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "role", "place"], name="role_held_by_one"),
            models.CheckConstraint(
                condition=Q(source__in=["ledger", "swap", "chosen"]),
                name="role_turn_source_is_known",
            ),
        ]
        indexes = [models.Index(fields=["person", "role"], name="role_turns_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class RoleSwapQuerySet(models.QuerySet["RoleSwap"]):
    def visible_to(self, person: Member) -> Self:
        """Those of the meetings that this person reads."""
        return self.filter(
            reads_since(person, circle="turn__meeting__circle", day="turn__meeting__held_on")
        )

    def open(self) -> Self:
        return self.filter(answered_at=None)


class RoleSwap(models.Model):
    """Someone who asks another member to take over their role in a meeting."""

    turn = models.ForeignKey(RoleTurn, models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_swaps")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)

    objects = RoleSwapQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["turn"], condition=Q(answered_at=None), name="role_swap_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(asked=F("asked_by")), name="role_swap_between_two_people"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, accepted=None)
                | Q(answered_at__isnull=False, accepted__isnull=False),
                name="role_swap_answered_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} asks {self.asked}: {self.turn.role}"
