import zoneinfo
from typing import Any, ClassVar, Self

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.models.roles import RoleGrant
from members.models.units import Unit
from members.time_zones import zone_named

# Nobody is known by more words than this, and each costs a look into an index.
MOST_WORDS = 6


def _holds(word: str) -> Q:
    """Name or e-mail holds the word; under three letters, which no trigram has, begins with it."""
    if len(word) >= 3:
        return Q(name__icontains=word) | Q(email__icontains=word)
    begins = Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    return begins | Q(email__istartswith=word)


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> Self:
        """People who have not left the organisation."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=timezone.localdate()))

    def who_may_not_sign_in(self) -> Self:
        """People who have left the organisation, or whose account is switched off."""
        return self.filter(Q(is_active=False) | Q(left_on__lte=timezone.localdate()))

    def who_left(self) -> Self:
        return self.filter(left_on__lte=timezone.localdate())

    def within(self, unit: Unit) -> Self:
        """People of the unit and of everything below it."""
        return self.filter(unit__in=Unit.objects.within(unit))

    def matching(self, words: str) -> Self:
        """People whose name, e-mail or employee number holds every one of the words."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(_holds(word) | Q(employee_number__iexact=word))
        return found

    def with_role(self, role: str) -> Self:
        grants = RoleGrant.objects.current().filter(person=OuterRef("pk"), role=role)
        return self.filter(Exists(grants))


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):  # type: ignore[misc]
    """Creates people; the e-mail is their login and is kept in lower case."""

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "Member":
        person: Member = self.model(email=email.strip().lower() if email else None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        fields |= {"is_staff": True, "is_superuser": True}
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email: str | None) -> "Member":
        person: Member = self.get(email=(email or "").strip().lower())
        return person


class Member(AbstractBaseUser, PermissionsMixin):
    """A person of the organisation. Every employee may be a row; only some ever sign in."""

    email = models.EmailField(unique=True, null=True, blank=True, help_text="The login.")
    employee_number = models.CharField(max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(max_length=160)
    unit = models.ForeignKey(
        "members.Unit", models.PROTECT, null=True, blank=True, related_name="people"
    )
    job_level = models.SmallIntegerField(null=True, blank=True)
    job_title = models.CharField(max_length=160, blank=True)
    location = models.CharField(max_length=120, blank=True)
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=16, default="en")
    hired_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    observed_until = models.DateField(
        null=True, blank=True, help_text="The record ends here, without the person leaving."
    )
    attributes = models.JSONField(
        default=dict, blank=True, help_text="Other columns of the people import."
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the admin site.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    times_signed_out_everywhere = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Part of every session's signature: raising it ends all.",
    )

    # How many notices wait in their inbox; read along with the person who signed in.
    unread_notices: int = 0
    # The circles whose content this request reads under emergency access; circles.middleware says.
    emergency_circles: frozenset[int] = frozenset()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = MemberManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="member_email_is_lower_case",
                violation_error_message="Write the e-mail address in lower case.",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(employee_number=""),
                name="member_blank_keys_are_null",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(hired_on=None) | Q(left_on__gte=models.F("hired_on")),
                name="member_leaves_after_being_hired",
                violation_error_message="The last day cannot come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(manager=None) | ~Q(manager=models.F("pk")),
                name="member_not_their_own_manager",
                violation_error_message="A person cannot be their own manager.",
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="member_by_name"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="member_name_words"),
            GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="member_email_words"),
            models.Index(Upper("employee_number"), name="member_by_employee_number"),
            models.Index(fields=["left_on"], condition=~Q(left_on=None), name="member_by_last_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:person", args=[self.pk])

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What a rule decides, it decides for superusers too: they read no circle's content."""
        if obj is not None or rules.perm_exists(perm):
            return self.is_active and rules.has_perm(perm, self, obj)
        return super().has_perm(perm)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.short_name

    @property
    def has_left(self) -> bool:
        return self.left_on is not None and self.left_on <= timezone.localdate()

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and not self.has_left

    @property
    def short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        first_and_last = words[:1] + words[1:][-1:]
        return "".join(word[0] for word in first_and_last).upper() or "?"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The person's time zone; UTC when the database of zones no longer knows it."""
        return zone_named(self.time_zone)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        signed = f"{self.password}{self.times_signed_out_everywhere}"
        return salted_hmac("members.session", signed, secret=secret, algorithm="sha256").hexdigest()
