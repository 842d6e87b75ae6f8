"""Announcements that people open: one that was sent, a draft, and one to a whole organisation."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from bench.organisation import Organisation, Visit
from circles.models import Announcement, AnnouncementCircle, Circle, Facilitation

WORDS = {"subject": "A day for all of us", "text": "Keep the last Friday free.\n\nMore will come."}


def sent(organisation: Organisation, count: int) -> list[Visit]:
    """Facilitators look at what became of theirs."""
    now = timezone.now()
    return [
        Visit(held.person, _written(held, state="sent", sent_at=now).get_absolute_url())
        for held in organisation.appointments(count)
    ]


def drafts(organisation: Organisation, count: int) -> list[Visit]:
    return [
        Visit(held.person, reverse("circles:announcement_edit", args=[_written(held).pk]))
        for held in organisation.appointments(count)
    ]


def to_everyone(organisation: Organisation, count: int) -> list[Visit]:
    """An organiser looks at a letter to up to 10,000 people before it goes out."""
    writer = organisation.logins["organiser"]
    draft = Announcement.objects.create(written_by=writer, as_organiser=True, **WORDS)
    circles = Circle.objects.open().order_by("pk").values_list("pk", flat=True)[:1500]
    AnnouncementCircle.objects.bulk_create(
        AnnouncementCircle(announcement=draft, circle_id=pk) for pk in circles
    )
    return [Visit(writer, reverse("circles:announcement_preview", args=[draft.pk]))] * count


def _written(held: Facilitation, **fields: Any) -> Announcement:
    """What this facilitator wrote to the circle they hold."""
    made = Announcement.objects.create(
        written_by=held.person, as_organiser=False, **WORDS, **fields
    )
    AnnouncementCircle.objects.create(announcement=made, circle_id=held.circle_id)
    return made
