"""The Celery application. Tasks live in each app's tasks.py; the beat schedule in settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("peerloom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_demo_logins(**_: Any) -> None:
    from config.guard import refuse_demo_logins as refuse

    refuse()
