"""What a poll costs: one query that finds the reader, whether they still read, and what changed."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import F, Subquery
from django.db.models.functions import JSONObject
from django.utils.crypto import constant_time_compare

from members.http import PersonRequest
from members.models import Member
from sessions_app.models import Meeting

# Whatever a screen shows that may change without a bump of the version.
STAMPED: dict[str, Any] = {
    "version": F("live__version"),
    "agenda": F("own_agenda__version"),
    "state": F("state"),
    "sequence": F("sequence"),
    "starts": F("starts_at"),
    "ends": F("ends_at"),
    "title": F("title"),
    "place": F("place"),
    "video": F("video_url"),
}


@dataclass(frozen=True)
class Reading:
    """Who polls, and the tag of what they would be shown; no tag: they do not read it."""

    person: Member
    etag: str | None


def reading_of(request: PersonRequest, meeting_id: int) -> Reading | None:
    """None for somebody who is not signed in, or not any more. One query."""
    key = request.session.get(SESSION_KEY)
    if key is None:
        return None
    emergency = getattr(request, "emergency", None)
    asks = request.user if emergency else Member(pk=int(key))
    visible = Meeting.objects.visible_to(asks).filter(pk=meeting_id)
    stamp = Subquery(visible.order_by().values(stamp=JSONObject(**STAMPED)))
    person = Member.objects.filter(pk=key).annotate(stamp=stamp).first()
    if person is None or not _is_signed_in(person, request.session.get(HASH_SESSION_KEY)):
        return None
    if emergency:
        person.emergency_circles = asks.emergency_circles
    return Reading(person, etag_of(person, person.stamp) if person.stamp else None)


def etag_of(person: Member, stamp: dict[str, Any]) -> str:
    """Weak, as compression on the way may change the bytes; another one for each person."""
    seen = json.dumps([person.pk, stamp], sort_keys=True)
    return f'W/"{hashlib.blake2s(seen.encode(), digest_size=12).hexdigest()}"'


def _is_signed_in(person: Member, session_hash: str | None) -> bool:
    """What Django and PersonBackend ask of each request."""
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    is_current = any(constant_time_compare(session_hash or "", each) for each in hashes)
    return person.may_sign_in and is_current
