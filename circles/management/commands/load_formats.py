from typing import Any

from django.core.management.base import BaseCommand

from circles.actions import publish_formats


class Command(BaseCommand):
    help = "Publish the formats that ship with Peerloom. Running it twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        published = publish_formats()
        for version in published:
            self.stdout.write(f"Published {version}.")
        if not published:
            self.stdout.write("Every format is published already.")
