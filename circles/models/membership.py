from datetime import timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from members.models import Member

LONG_ENOUGH = timedelta(days=28)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """Seats that are taken today."""
        return self.filter(left_on=None)

    def current_or_just_left(self) -> Self:
        """Also seats left today in any time zone, for as long as that can be undone."""
        yesterday = timezone.now().date() - timedelta(days=1)
        return self.filter(Q(left_on=None) | Q(left_on__gte=yesterday))

    def keeping(self) -> Self:
        """Seats whose people keep what the circle shared with them: current ones, and alumni's."""
        return self.filter(Q(left_on=None) | Q(stayed_to_end=True))

    def of(self, person: Member) -> Self:
        return self.filter(person=person)

    def here(self) -> Self:
        """Without those who are on leave."""
        return self.exclude(pk__in=_on_leave())

    def on_leave(self) -> Self:
        return self.filter(pk__in=_on_leave())

    def of_leavers(self) -> Self:
        """Seats still taken by people who have left the organisation."""
        return self.current().filter(person__left_on__lte=timezone.localdate())

    def asked_how_it_goes(self) -> Self:
        """The first seat of each chain that follow-ups ask about; a return is no new chain.

        Not of what ended within four weeks, or with a circle that never began.
        """
        of_theirs = Membership.objects.filter(circle=OuterRef("circle"), person=OuterRef("person"))
        goes_on = Membership.objects.filter(moved_from=OuterRef("pk"))
        returns = of_theirs.filter(joined_on__gt=OuterRef("joined_on"))
        lasts = Q(left_on=None) | Q(left_on__gte=F("joined_on") + LONG_ENOUGH)
        firsts = self.filter(
            ~Exists(of_theirs.filter(joined_on__lt=OuterRef("joined_on"))), moved_from=None
        )
        return firsts.filter(lasts | Exists(goes_on) | Exists(returns)).exclude(
            circle__stage="closed", circle__started_on=None
        )

    def for_circle(self, reference: str = "pk") -> Self:
        """For a subquery: the seats in the outer row's circle."""
        return self.filter(circle=OuterRef(reference))


def _on_leave() -> models.QuerySet[Any]:
    leave = apps.get_model("circles", "Leave")
    return leave._default_manager.filter(ended_on=None).values("membership")


class Membership(models.Model):
    """A person's seat in a circle, from the day they joined until the day they left."""

    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        HOST = "host", "Host"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    stayed_to_end = models.BooleanField(
        default=False, editable=False, help_text="The circle closed while they had this seat."
    )

    moved_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="The seat that this one goes on from, after a transfer, a split or a merger.",
    )

    caught_up_at = models.DateTimeField(
        null=True, editable=False, help_text="When they first opened the catch-up page."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "person"],
                condition=Q(left_on=None),
                name="membership_one_current_seat",
                violation_error_message="This person already has a seat in the circle.",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="membership_leaves_after_joining",
                violation_error_message="The day of leaving cannot come before joining.",
            ),
            models.CheckConstraint(
                condition=Q(stayed_to_end=False) | Q(left_on__isnull=False),
                name="membership_stayed_to_an_end",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["member", "host"]), name="membership_role_is_known"
            ),
            ExclusionConstraint(
                name="membership_seats_do_not_overlap",
                expressions=[
                    ("circle", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            F("joined_on"),
                            F("left_on"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="This person already had a seat in the circle then.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["circle"], condition=Q(left_on=None), name="membership_taken_seats"
            ),
            models.Index(fields=["person", "joined_on"], name="membership_first_joining"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.circle}"
