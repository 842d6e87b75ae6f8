import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.readers import looked_after_by, reads_now, reads_since, still_seated
from members.models import Member

SIGNED_FOR = dt.timedelta(days=365)
# So long before the year is over a signature is asked for again.
ASKED_AGAIN = dt.timedelta(days=14)


class CharterQuerySet(models.QuerySet["Charter"]):
    def visible_to(self, person: Member) -> Self:
        """What is in force in the circles one reads; of older versions, those of one's own time."""
        now = reads_now(person, circle="circle") & ~Exists(_newer("circle", "number"))
        return self.filter(now | reads_since(person, circle="circle", day="written_on"))

    def in_force(self) -> Self:
        """The newest version of each circle's charter."""
        return self.filter(~Exists(_newer("circle", "number")))


def _newer(circle: str, number: str) -> models.QuerySet["Charter"]:
    """For a subquery: the versions that come after the outer row's."""
    return Charter.objects.filter(circle=OuterRef(circle), number__gt=OuterRef(number))


class Charter(models.Model):
    """One version of what a circle agreed on. A version is never altered; a change is the next."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="charters")
    number = models.PositiveSmallIntegerField()
    clauses = models.JSONField(help_text="As {key, title, text}, in the order they are read.")
    keeps_discussion_notes = models.BooleanField(default=False)
    senior_speaks_last = models.BooleanField(default=False)
    what_changed = models.CharField(max_length=300, blank=True)
    written_on = models.DateField(help_text="The day it was written, in the circle's zone.")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = CharterQuerySet.as_manager()

    class Meta:
        ordering = ["circle", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["circle", "number"], name="charter_version_once")
        ]

    def __str__(self) -> str:
        return f"Charter of {self.circle} (version {self.number})"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def valid(self, now: dt.datetime | None = None) -> Self:
        """Given within the last year, to the version that is in force."""
        since = (now or timezone.now()) - SIGNED_FOR
        newer = _newer("charter__circle", "charter__number")
        return self.filter(~Exists(newer), signed_at__gt=since)

    def lasting(self, now: dt.datetime | None = None) -> Self:
        """Valid, and not about to run out: nothing to sign again yet."""
        return self.valid((now or timezone.now()) + ASKED_AGAIN)

    def visible_to(self, person: Member) -> Self:
        """One's own; in one's circles, those that stand today, and those given since one came."""
        now = reads_now(person, circle="charter__circle") & still_seated(
            circle="charter__circle", owner="person"
        )
        newer = Exists(_newer("charter__circle", "charter__number"))
        return self.filter(
            Q(person=person)
            | now & ~newer
            | reads_since(person, circle="charter__circle", day="signed_on")
        )


class Signature(models.Model):
    """A member who signed one version of their circle's charter on a day; again after a year."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    signed_on = models.DateField(help_text="The day of signing, in the circle's zone.")
    signed_at = models.DateTimeField(default=timezone.now)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "person", "signed_on"], name="signature_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} signed {self.charter}"

    @property
    def valid_until(self) -> dt.datetime:
        return self.signed_at + SIGNED_FOR


class GateRecordQuerySet(models.QuerySet["GateRecord"]):
    def visible_to(self, person: Member) -> Self:
        """One's own, and those in circles that one looks after."""
        return self.filter(Q(person=person) | looked_after_by(person, circle="circle"))


class GateRecord(models.Model):
    """Something a format asks for before a circle is active, done on a day: a training, a test."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="gate_records")
    kind = models.CharField(max_length=60, help_text="The gate's kind in the format's version.")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    step = models.PositiveSmallIntegerField(default=1, help_text="Which of several: training 3.")
    done_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GateRecordQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "kind", "person", "step"],
                name="gate_recorded_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(step__gte=1), name="gate_steps_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step} of {self.circle}"
