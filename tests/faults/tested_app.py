"""Peerloom's Celery application as the faults meet it: every minute is half a second long.

The letters of one kind cost nothing to write, and a lease ends soon, though no sooner than this
machine, as busy as it is, can send a mail. All else is as in production.
"""

import os
import time
from datetime import timedelta

import django

BEGAN = time.monotonic()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.celery import app  # noqa: E402  the settings come first
from notifications import pruning  # noqa: E402
from notifications.catalogue import Kind, declare  # noqa: E402
from notifications.kinds import Letter  # noqa: E402
from notifications.mail import bodies  # noqa: E402
from notifications.models import reminders  # noqa: E402
from tests.faults.crew import KIND  # noqa: E402

__all__ = ["app"]

TICK = 0.5
LETTER = Letter(subject="Soon", heading="Soon", paragraphs=["Come along."], why="A test.")

declare(Kind(KIND, "Test messages", "Tests", compose=lambda reminder: LETTER))
bodies(LETTER)  # reads the templates, once for all that are forked
reminders.LEASE = timedelta(seconds=max(1.2, (time.monotonic() - BEGAN) / 2))
# Between the two changes of the clocks lies half a year, and all is looked at afterwards.
pruning.DELIVERIES_KEPT = pruning.KEPT
app.conf.beat_schedule = {
    "send-reminders": {"task": "notifications.tasks.send_due", "schedule": TICK},
    "tend-reminders": {"task": "notifications.tasks.tend", "schedule": TICK * 3},
}
