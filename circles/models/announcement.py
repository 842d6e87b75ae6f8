from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Substr
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from members.rules import is_organiser
from notifications.models import Reminder

ABOUT = "announcement"
# Who writes says which kind it is, so that people choose about each.
BY_FACILITATOR, BY_ORGANISER = "announcement_facilitator", "announcement_organiser"
KINDS = (BY_FACILITATOR, BY_ORGANISER)
STOPPED = "announcement_stopped"
# Whole in the inbox, and short enough to be read.
LONGEST_TEXT = 1800


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def drafts(self) -> Self:
        return self.filter(state=Announcement.State.DRAFT)

    def waiting(self) -> Self:
        """Confirmed, and not sent yet: these can still be taken back."""
        return self.filter(state=Announcement.State.WAITING)

    def due(self) -> Self:
        return self.waiting().filter(send_at__lte=timezone.now())

    def managed_by(self, person: Member) -> Self:
        """One's own, and for organisers what other organisers send; nobody else's drafts."""
        own = Q(written_by=person)
        if not is_organiser(person):
            return self.filter(own)
        return self.filter(own | Q(as_organiser=True) & ~Q(state=Announcement.State.DRAFT))

    def visible_to(self, person: Member) -> Self:
        """What one may read: what one manages, and what one was sent."""
        sent = Reminder.objects.filter(recipient=person, kind__in=KINDS)
        sent = sent.exclude(state__in=[Reminder.State.PLANNED, Reminder.State.CANCELLED])
        key = Cast(Substr("subject", len(ABOUT) + 2), models.BigIntegerField())
        own = Q(pk__in=self.model._default_manager.managed_by(person).order_by().values("pk"))
        return self.filter(own | Q(pk__in=sent.order_by().annotate(about=key).values("about")))

    def to_the_same(self, announcement: "Announcement") -> Self:
        """Others that reach people of the same circles, or of the same programme."""
        others = self.exclude(pk=announcement.pk)
        if announcement.programme_id:
            aimed = Q(circles__programme=announcement.programme_id)
            return others.filter(Q(programme=announcement.programme_id) | aimed).distinct()
        circles = announcement.circles.order_by().values("pk")
        programmes = announcement.circles.order_by().values("programme")
        return others.filter(Q(circles__in=circles) | Q(programme__in=programmes)).distinct()


class Announcement(models.Model):
    """What a facilitator or an organiser writes to the people of circles or of a programme."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Goes out soon"
        SENT = "sent", "Sent"
        STOPPED = "stopped", "Not sent"

    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    as_organiser = models.BooleanField(help_text="Or as the facilitator of its circles.")
    subject = models.CharField(max_length=120, blank=True)
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    button_label = models.CharField(max_length=40, blank=True)
    button_path = models.CharField(max_length=300, blank=True, help_text="A page of Peerloom.")
    programme = models.ForeignKey(
        "circles.Programme", models.PROTECT, null=True, blank=True, related_name="announcements"
    )
    circles = models.ManyToManyField(
        "circles.Circle", through="circles.AnnouncementCircle", related_name="announcements"
    )
    with_facilitators = models.BooleanField(default=False)
    with_enrolled = models.BooleanField(
        default=False, help_text="Also who is enrolled in the programme and has no seat in it yet."
    )
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When it went out, or was stopped."
    )
    reached = models.PositiveIntegerField(default=0, help_text="To how many people it went out.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waiting", "sent", "stopped"]),
                name="announcement_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(subject="") & ~Q(text=""),
                name="announcement_says_something",
                violation_error_message="Write a subject and a text before you send it.",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(send_at__isnull=False),
                name="announcement_waits_for_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "stopped"]) | Q(sent_at__isnull=False),
                name="announcement_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(programme=None) | Q(as_organiser=True),
                name="announcement_to_a_programme_by_an_organiser",
                violation_error_message="Only organisers write to a whole programme.",
            ),
            models.CheckConstraint(
                condition=Q(with_enrolled=False) | Q(programme__isnull=False),
                name="announcement_to_the_enrolled_of_a_programme",
                violation_error_message="People enrol in programmes, not in circles.",
            ),
            models.CheckConstraint(
                condition=Q(button_label="", button_path="")
                | ~Q(button_label="") & ~Q(button_path=""),
                name="announcement_button_is_whole",
                violation_error_message="Give the button both its words and its page.",
            ),
        ]
        indexes = [
            models.Index(fields=["written_by", "-created_at"], name="announcement_of_a_writer"),
            models.Index(
                fields=["-created_at"],
                condition=Q(as_organiser=True) & ~Q(state="draft"),
                name="announcement_of_organisers",
            ),
            models.Index(
                fields=["send_at"], condition=Q(state="waiting"), name="announcement_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or "Without a subject"

    def get_absolute_url(self) -> str:
        return reverse("circles:announcement", args=[self.pk])

    @property
    def kind(self) -> str:
        return BY_ORGANISER if self.as_organiser else BY_FACILITATOR

    @property
    def reference(self) -> str:
        """What its reminders are about."""
        return f"{ABOUT}:{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_whole(self) -> bool:
        """Whether it says what an announcement must say."""
        return bool(self.subject and self.text)

    @property
    def paragraphs(self) -> list[str]:
        """The text as people separated it by blank lines."""
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]


class AnnouncementCircle(models.Model):
    """A circle that an announcement is written to; dropped if its writer may not write to it."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="parts", db_index=False
    )
    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="+")
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "circle"], name="announcement_circle_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} to {self.circle_id}"
