from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Role(models.TextChoices):
    HR_ANALYST = "hr_analyst", "HR analyst"
    ORGANISER = "organiser", "Organiser"

    @property
    def with_article(self) -> str:
        return {Role.HR_ANALYST: "an HR analyst", Role.ORGANISER: "an organiser"}[self]

    @property
    def allows(self) -> str:
        return {
            Role.HR_ANALYST: "reads the reports on promotions and skills",
            Role.ORGANISER: "imports people, sets up programmes and circles, gives roles",
        }[self]


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self) -> Self:
        return self.filter(revoked_at=None)


class RoleGrant(models.Model):
    """A role that an organiser gave a person, and when it was taken back.

    Everyone is a member; facilitators are appointed circle by circle (circles.Facilitation).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(revoked_at=None), name="role_held_once"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]
        indexes = [
            models.Index(fields=["role"], condition=Q(revoked_at=None), name="role_current_holders")
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()}"

    @property
    def role_allows(self) -> str:
        return Role(self.role).allows
