"""For operators: the key that messages on devices need."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.vapid import new_private_key

WORDS = """\
VAPID_PRIVATE_KEY={key}

Set this where Peerloom reads its settings (.env), for the web and the worker alike, or put the part
after the = into a file and set VAPID_PRIVATE_KEY_FILE to its path. Then start both anew. Keep the
key: with another one, every device has to be turned on again.
"""


class Command(BaseCommand):
    """Makes a key and prints what to set; it changes nothing."""

    help = "Makes a key for messages on people's devices, and says where to set it."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(WORDS.format(key=new_private_key()), ending="")
