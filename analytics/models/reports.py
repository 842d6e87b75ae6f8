from django.db import models
from django.utils import timezone


class ReportSnapshot(models.Model):
    """The figures of one report as of one day, already guarded: what every page and export shows.

    Figures are frozen when built. `people` keeps, per group, who was counted, so that the next
    snapshot can tell how many people a group gained or lost; it never leaves the server.
    """

    report = models.CharField(max_length=40)
    as_of = models.DateField()
    settings = models.JSONField(default=dict, help_text="Horizon, threshold and the like.")
    figures = models.JSONField()
    download = models.TextField(blank=True, help_text="The same figures as a CSV file.")
    people = models.JSONField(default=dict)
    built_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-as_of", "-built_at"]
        indexes = [
            models.Index(fields=["report", "-as_of", "-built_at"], name="snapshot_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.report} as of {self.as_of}"
