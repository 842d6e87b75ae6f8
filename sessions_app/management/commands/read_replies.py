import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error

from sessions_app.calendars.replies import LARGEST_MAIL, take

TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the mail and pipes it again later


class Command(BaseCommand):
    help = "Reads one mail from standard input and takes what a calendar answers in it."

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST_MAIL + 1)
        # A server that pipes takes a broken pipe for a failure.
        while sys.stdin.buffer.read(LARGEST_MAIL):
            pass
        try:
            taken = take(raw)
        except Error:
            self.stderr.write("The database is out of reach.")
            sys.exit(TRY_AGAIN)
        self.stdout.write(f"{taken} taken")
