from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

LONGEST_ENDPOINT = 1000


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def live(self, server_key: str) -> Self:
        """Those that can still take messages: made for our key, and not signed out since."""
        return self.filter(
            server_key=server_key, sign_outs=F("person__times_signed_out_everywhere")
        )


class PushSubscription(models.Model):
    """A browser on one of a person's devices, which shows their messages as they come.

    A browser has one endpoint, so it takes messages for one person at a time.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    endpoint = models.CharField(
        max_length=LONGEST_ENDPOINT, help_text="Whoever knows it may post there: a secret."
    )
    p256dh = models.CharField(max_length=90)
    auth = models.CharField(max_length=30)
    server_key = models.CharField(max_length=90, help_text="Our public key that it was made for.")
    device = models.CharField(max_length=60, help_text="In words: Firefox on Android.")
    sign_outs = models.PositiveIntegerField(
        default=0, help_text="How often its person had signed out everywhere by then."
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # At most 1000 plain letters, which an index of PostgreSQL takes.
            models.UniqueConstraint(fields=["endpoint"], name="push_subscription_once_an_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.device} of {self.person_id}"
