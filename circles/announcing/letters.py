"""An announcement as the letter that its readers get."""

from django.urls import reverse

from circles.models import Announcement
from notifications.kinds import Letter
from notifications.mail import absolute

READ_IT = "Open it in Peerloom"


def letter_of(announcement: Announcement) -> Letter:
    """The same for every reader. It names the writer, and no circle: readers share none but one."""
    path = announcement.button_path or reverse("circles:announcement", args=[announcement.pk])
    return Letter(
        subject=announcement.subject,
        heading=announcement.subject,
        paragraphs=announcement.paragraphs,
        facts=[("From", sender_of(announcement))],
        button_label=announcement.button_label or READ_IT,
        button_url=absolute(path),
        why=_why(announcement),
    )


def sender_of(announcement: Announcement) -> str:
    writer = announcement.written_by.name
    return f"{writer}, {'organiser' if announcement.as_organiser else 'your facilitator'}"


def _why(announcement: Announcement) -> str:
    name = announcement.written_by.name
    if announcement.programme:
        return f"You get this because you take part in {announcement.programme}."
    if announcement.as_organiser:
        return "You get this because organisers wrote to your circle."
    return f"You get this because {name} facilitates your circle."
