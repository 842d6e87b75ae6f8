"""What the settings say of messages to people's devices (RFC 8292)."""

import re
from email.utils import parseaddr

from django.core.exceptions import ImproperlyConfigured

from config import env

KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def keys(*, sender: str) -> tuple[str, str]:
    """Our private key, or nothing; and whom a push service tells when we do something wrong.

    Raises ImproperlyConfigured for what is no key.
    """
    private = env.text("VAPID_PRIVATE_KEY")
    if private and not KEY.fullmatch(private):
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY is not a key that `manage.py vapid_key` makes."
        )
    contact = env.url("VAPID_CONTACT", schemes=("mailto", "https"))
    return private, contact or f"mailto:{parseaddr(sender)[1]}"
