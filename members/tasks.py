from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from members.models import Submission


@shared_task
def forget_old_submissions() -> None:
    """Delete form keys older than two days: nobody clicks twice that late."""
    Submission.objects.filter(created_at__lt=timezone.now() - timedelta(days=2)).delete()


@shared_task
def forget_ended_sessions() -> None:
    """Delete the sessions that have run out, with the drafts that waited in them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
