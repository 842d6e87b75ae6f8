from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import Member


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: Member) -> Self:
        return self.filter(person=person)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message in a person's inbox. Only they read it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False
    )
    reminder = models.OneToOneField(
        "notifications.Reminder", models.CASCADE, null=True, blank=True, related_name="notice"
    )
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, max_length=2000)
    url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_latest_of_a_person"),
            models.Index(
                fields=["person"], condition=Q(read_at=None), name="notice_unread_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.title
