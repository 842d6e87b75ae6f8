"""One worker on the test's database: ticks until nothing is left, however often it is killed."""

import os
import sys
import time
from datetime import timedelta


def main(kind: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import InterfaceError, OperationalError, connection

    from notifications import claiming, recording, tasks
    from notifications.catalogue import Kind, declare
    from notifications.kinds import Letter
    from notifications.models import Reminder, reminders

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["SINK_PORT"])
    settings.EMAIL_USE_TLS = False
    connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
    reminders.LEASE = timedelta(seconds=2)
    letter = Letter(subject="Soon", heading="Soon", paragraphs=["Come along."], why="A test.")
    declare(Kind(kind, "Test messages", compose=lambda reminder: letter))
    open_states = ("planned", "claimed", "dispatched")
    while True:
        try:
            claiming.recover()
            while tasks.work(1):
                pass
            recording.settle_stragglers()
            if not Reminder.objects.filter(kind=kind, state__in=open_states).exists():
                return
        except (OperationalError, InterfaceError):
            # The database was restarted: the next tick finds it again.
            connection.close()
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
