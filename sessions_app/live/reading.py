"""What a poll costs: one query that finds the reader, whether they still read, and what changed.

Every open screen asks every other second. Django takes several times longer to write this query
than PostgreSQL to answer it, so it is written once a process, with places for whom and what.
"""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, QuerySet, Subquery
from django.db.models.fields import TextField
from django.db.models.functions import Cast, JSONObject
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
# Keys that no row has: what stands in their places is filled in at each poll.
PERSON, MEETING = -1, -2


@dataclass(frozen=True)
class Reading:
    """The tag of what this person would be shown, and the stamp that it is made of.

    Without a stamp they do not read the meeting.
    """

    etag: str
    stamp: str | None


def reading_of(request: PersonRequest, meeting_id: int) -> Reading | None:
    """None for somebody who is not signed in, or not any more. One query."""
    key = request.session.get(SESSION_KEY)
    if key is None:
        return None
    row = _row(request, int(key), meeting_id)
    if row is None or not _is_signed_in(row, request.session.get(HASH_SESSION_KEY)):
        return None
    return Reading(etag_of(int(key), row[-1] or ""), row[-1])


def etag_of(person_id: int, stamp: str) -> str:
    """Weak, as compression on the way may change the bytes; another one for each person."""
    seen = f"{person_id} {stamp}".encode()
    return f'W/"{hashlib.blake2s(seen, digest_size=12).hexdigest()}"'


def _row(request: PersonRequest, person_id: int, meeting_id: int) -> Sequence[Any] | None:
    if getattr(request, "emergency", None):
        return _rows(request.user, meeting_id).filter(pk=person_id).first()
    sql, places = statement()
    given = {PERSON: person_id, MEETING: meeting_id}
    # Django would ask for nothing first, to see whether the connection is still there.
    connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs
    try:
        return _first(sql, [given.get(each, each) for each in places])
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _first(sql, [given.get(each, each) for each in places])


def _first(sql: str, values: list[Any]) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: Sequence[Any] | None = cursor.fetchone()
    return row


@functools.cache
def statement() -> tuple[str, tuple[Any, ...]]:
    """The query as Django writes it, and its parameters with the two places in them.

    Only because no rule of visible_to looks at today's date may it be kept; a test sees to that.
    """
    rows = _rows(Member(pk=PERSON), MEETING).filter(pk=PERSON).order_by()
    sql, places = rows.query.sql_with_params()
    return sql, tuple(places)


def _rows(person: Member, meeting_id: int) -> QuerySet[Member, Any]:
    visible = Meeting.objects.visible_to(person).filter(pk=meeting_id).order_by()
    stamp = visible.values(stamp=Cast(JSONObject(**STAMPED), TextField()))
    people: QuerySet[Member, Any] = Member.objects.annotate(stamp=Subquery(stamp)).values_list(
        "password", "times_signed_out_everywhere", "is_active", "left_on", "stamp"
    )
    return people


def _is_signed_in(row: Sequence[Any], session_hash: str | None) -> bool:
    """What Django and PersonBackend ask of each request."""
    password, times, is_active, left_on, _ = row
    person = Member(
        password=password,
        times_signed_out_everywhere=times,
        is_active=is_active,
        left_on=left_on,
    )
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    is_current = any(constant_time_compare(session_hash or "", each) for each in hashes)
    return person.may_sign_in and is_current
