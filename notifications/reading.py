"""Marks notices as read, each by its own person."""

from django.utils import timezone

from members.models import Member
from notifications.models import Notice


def mark_read(notice: Notice) -> None:
    """Reading it twice keeps the first moment."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=timezone.now())


def mark_unread(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(read_at=None)


def mark_all_read(person: Member) -> int:
    """Return how many there were."""
    return Notice.objects.of(person).unread().update(read_at=timezone.now())
