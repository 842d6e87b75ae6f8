from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.models.facilitation import Facilitation
from circles.models.membership import Membership
from members.models import Member

# What one chooses to post, and in which words; no more than that is ever said.
POSTS = {
    "posts_near": "a meeting is near",
    "posts_changes": "a meeting was moved or called off",
    "posts_recap": "the recap of a meeting is there",
}


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def connected(self) -> Self:
        """Nobody disconnected it; it may have stopped working."""
        return self.filter(disconnected_at=None)

    def live(self) -> Self:
        """Posts go out: it works, and whoever connected it may still do so."""
        held = Facilitation.objects.current().filter(circle=OuterRef("circle"))
        seats = Membership.objects.current().filter(circle=OuterRef("circle"))
        theirs = {"person": OuterRef("connected_by")}
        people = Member.objects.current().filter(is_active=True)
        return self.connected().filter(
            Exists(held.filter(**theirs))
            | Exists(seats.filter(role=Membership.Role.HOST, **theirs)),
            gone_at=None,
            connected_by__in=people,
        )


class Webhook(models.Model):
    """The way into one Slack or Teams channel of a circle. Whoever has its address may post there.

    Disconnected, it is kept for a day, so that this can be undone.
    """

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="webhooks")
    service = models.CharField(max_length=5, choices=Service)
    address = models.CharField(max_length=2000, help_text="A secret: shown to nobody again.")
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    connected_at = models.DateTimeField(default=timezone.now)
    posts_near = models.BooleanField(default=True)
    posts_changes = models.BooleanField(default=True)
    posts_recap = models.BooleanField(default=True)
    posted_at = models.DateTimeField(null=True, blank=True, help_text="When a post last arrived.")
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last post did not.")
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="When it turned out that the address works no more."
    )
    disconnected_at = models.DateTimeField(null=True, blank=True)
    disconnected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["circle", "service"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "service"],
                name="webhook_one_a_service",
                violation_error_message="This circle has a channel of this service already.",
            ),
            models.CheckConstraint(
                condition=Q(service__in=["slack", "teams"]), name="webhook_service_is_known"
            ),
            models.CheckConstraint(condition=~Q(address=""), name="webhook_has_an_address"),
        ]
        indexes = [
            models.Index(
                fields=["disconnected_at"],
                condition=Q(disconnected_at__isnull=False),
                name="webhook_to_forget",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} of {self.circle}"

    @property
    def hint(self) -> str:
        """What may be shown of the address: its host, and how it ends."""
        return f"{urlsplit(self.address).hostname} … {self.address[-4:]}"

    @property
    def posts(self) -> list[str]:
        """What it posts, in words."""
        return [words for name, words in POSTS.items() if getattr(self, name)]
