"""How meetings, series and people are named in calendars."""

import base64
import re
import uuid
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from members.models import Member
from sessions_app.models import Meeting, Series

SALT = "sessions_app.calendars.reply_to"
NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
TOKEN = re.compile(r"\+([0-9]{1,19})-([a-z2-7]{16})@", re.IGNORECASE)


def uid_of(thing: Meeting | Series) -> str:
    """The name it keeps for ever, wherever Peerloom is moved to: calendars recognise it by that."""
    return f"{thing.uid}@peerloom"


def named(uid: str) -> uuid.UUID | None:
    """The name in a UID, whatever host it was written on; None in one that is not ours."""
    found = NAME.match(uid.strip())
    return uuid.UUID(found[1]) if found else None


def reply_address(person: Member) -> str:
    """Where this person's calendar answers: an address that only they were told."""
    local, _, domain = parseaddr(settings.REPLY_ADDRESS)[1].rpartition("@")
    return f"{local}+{person.pk}-{_signature(person.pk, settings.SECRET_KEY)}@{domain}"


def person_of(address: str) -> int | None:
    """Whose address a reply came to; None for one that we did not write."""
    found = TOKEN.search(address)
    if not found:
        return None
    key, given = int(found[1]), found[2].lower()
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(constant_time_compare(_signature(key, secret), given) for secret in secrets):
        return key
    return None


def _signature(key: int, secret: str | bytes) -> str:
    """Short, in letters without case: some mail servers change it, and a local part has 64."""
    digest = salted_hmac(SALT, str(key), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()
