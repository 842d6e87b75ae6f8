"""The addresses in a mail through which one says how to be written to, also signed out."""

from dataclasses import dataclass
from functools import cache

from django.core import signing
from django.urls import reverse

from members.models import Member
from notifications.mail import absolute

SALT = "notifications.unsubscribe"
# Stands for every kind that may be switched off.
EVERYTHING = "*"
PLACE = "-"


@dataclass(frozen=True)
class Leave:
    """What a signed address lets its holder switch off: one kind of mail to one person."""

    person_id: int
    kind: str


def unsubscribe_url(person: Member, kind: str) -> str:
    """Works without signing in, for ever, and for nothing else."""
    token = signing.Signer(salt=SALT).sign(f"{person.pk}:{kind}")
    return _unsubscribe_page().replace(f"/{PLACE}/", f"/{token}/")


def read_token(token: str) -> Leave | None:
    try:
        person_id, _, kind = signing.Signer(salt=SALT).unsign(token).partition(":")
    except signing.BadSignature:
        return None
    return Leave(int(person_id), kind)


@cache
def _unsubscribe_page() -> str:
    return absolute(reverse("notifications:unsubscribe", args=[PLACE]))


def unsubscribe_headers(person: Member, kind: str) -> dict[str, str]:
    """The two headers of one-click unsubscribing (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(person, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


@cache
def wishes_link() -> dict[str, str]:
    """What every mail says below: where one chooses."""
    return {
        "why_url": absolute(reverse("notifications:wishes")),
        "why_label": "Choose what you get, and when",
    }
