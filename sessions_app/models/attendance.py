from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from circles.readers import reads_since
from members.models import Member


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, person: Member) -> Self:
        """Answers and attendance of the meetings that this person reads."""
        return self.filter(reads_since(person, circle="meeting__circle", day="meeting__held_on"))

    def going(self) -> Self:
        return self.filter(rsvp=Attendance.Rsvp.GOING)

    def missed(self) -> Self:
        """Of people who were not there: noted so, or they sent word and nobody noted them."""
        sent_word = Q(attended=None, rsvp=Attendance.Rsvp.NOT_GOING)
        return self.filter(Q(attended=False) | sent_word)


class Attendance(models.Model):
    """What one person answered to a meeting, and whether they came."""

    class Rsvp(models.TextChoices):
        GOING = "going", "Coming"
        NOT_GOING = "not_going", "Can’t come"

    class Through(models.TextChoices):
        PAGE = "page", "on the page"
        MAIL = "mail", "from the mail"
        CALENDAR = "calendar", "from the calendar"

    meeting = models.ForeignKey("sessions_app.Meeting", models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendances")
    rsvp = models.CharField(max_length=12, choices=Rsvp, blank=True)
    rsvp_at = models.DateTimeField(null=True, blank=True)
    rsvp_through = models.CharField(
        max_length=8, choices=Through, blank=True, db_default="", default=""
    )
    update = models.CharField(
        max_length=500, blank=True, help_text="What the circle hears from someone who can't come."
    )
    attended = models.BooleanField(null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField(null=True, blank=True)
    caught_up_at = models.DateTimeField(
        null=True, editable=False, help_text="When someone who was not there first read the recap."
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once_a_person"),
            models.CheckConstraint(
                condition=Q(rsvp__in=["", "going", "not_going"]), name="attendance_rsvp_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rsvp_through__in=["", "page", "mail", "calendar"]),
                name="attendance_rsvp_came_some_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting}"

    @property
    def is_missed(self) -> bool:
        """Of a meeting that is over: noted as not there, or sent word and was not noted."""
        if self.attended is None:
            return self.rsvp == self.Rsvp.NOT_GOING
        return not self.attended


class AttendanceChangeQuerySet(models.QuerySet["AttendanceChange"]):
    def visible_to(self, person: Member) -> Self:
        """Corrections in the meetings that this person reads."""
        return self.filter(
            reads_since(
                person, circle="attendance__meeting__circle", day="attendance__meeting__held_on"
            )
        )


class AttendanceChange(models.Model):
    """A correction of who was there: what was noted before, what since, by whom."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="changes")
    was = models.BooleanField()
    became = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AttendanceChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(was=models.F("became")), name="attendance_change_changes_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attendance}, corrected"


class UsedAnswerLink(models.Model):
    """An answer given from a mail. Its link answers once; a second use changes nothing."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="links_used")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's token.")
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.attendance}, from a mail"
