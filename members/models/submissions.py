from django.conf import settings
from django.db import models
from django.utils import timezone


class Submission(models.Model):
    """A form that was sent, so that a second click answers like the first and creates nothing."""

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="submission_oldest_first")]

    def __str__(self) -> str:
        return str(self.key)
