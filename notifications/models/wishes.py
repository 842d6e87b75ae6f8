import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

EVERY_DAY = 0b1111111


class Cadence(models.TextChoices):
    IMMEDIATE = "immediate", "At once"
    DAILY = "daily", "In a daily digest"
    WEEKLY = "weekly", "In a weekly digest"
    OFF = "off", "Not at all"


class MessageWishes(models.Model):
    """When and how often one person wants to be written to, in their own time zone."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="message_wishes"
    )
    digest_at = models.TimeField(default=dt.time(8))
    digest_weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(
        default=EVERY_DAY, help_text="One bit a weekday on which mail may come; Monday is 1."
    )
    budget = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Mails a day; what is less urgent joins the digest."
    )
    paused_until = models.DateField(null=True, blank=True)
    no_mail = models.BooleanField(
        default=False, help_text="No mail but what may not be switched off."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days__range=(1, EVERY_DAY)),
                name="message_wishes_leave_a_day",
                violation_error_message="Leave at least one day on which mail may come.",
            ),
            models.CheckConstraint(
                condition=Q(digest_weekday__range=(0, 6)), name="message_wishes_digest_on_a_weekday"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="message_wishes_quiet_from_until",
                violation_error_message="Say from when until when it is quiet, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=1),
                name="message_wishes_budget_of_one_or_more",
            ),
        ]
        verbose_name_plural = "message wishes"

    def __str__(self) -> str:
        return f"Message wishes of {self.person_id}"


class KindWish(models.Model):
    """How one person wants one kind of message on one channel."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kind_wishes", db_index=False
    )
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=12)
    cadence = models.CharField(max_length=10, choices=Cadence)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="kind_wish_once"),
            models.CheckConstraint(
                condition=Q(cadence__in=Cadence.values), name="kind_wish_cadence_is_known"
            ),
        ]
        verbose_name_plural = "kind wishes"

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}: {self.cadence}"
