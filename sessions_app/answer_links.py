"""The links of a mail that answer to a meeting: signed, for one person, one time and one answer."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.urls import reverse

from members.models import Member
from notifications.mail import absolute
from sessions_app.models import Meeting

_signer = signing.TimestampSigner(salt="sessions_app.answer_links", sep=".")


class NotOurs(Exception):
    """The address was not written by us, or somebody changed it."""


@dataclass(frozen=True)
class AnswerLink:
    """What a link says: who answers what, to which meeting, as it was planned then."""

    meeting_id: int
    person_id: int
    starts_at: datetime
    coming: bool
    token: str

    @property
    def digest(self) -> str:
        """What is kept of a used link: nobody can make the link of it."""
        return hashlib.sha256(self.token.encode()).hexdigest()


def write(meeting: Meeting, person: Member, *, coming: bool) -> str:
    """The token. Each mail's is another one, and each answers once."""
    said = [meeting.pk, person.pk, int(meeting.starts_at.timestamp()), int(coming)]
    return _signer.sign_object(said)


def read(token: str) -> AnswerLink:
    """What the token says. Raises NotOurs. Whether it still holds is for the action to find out."""
    try:
        meeting, person, starts, coming = _signer.unsign_object(token)
    except signing.BadSignature as problem:
        raise NotOurs from problem
    return AnswerLink(meeting, person, datetime.fromtimestamp(starts, UTC), bool(coming), token)


def choices(meeting: Meeting, person: Member) -> list[tuple[str, str]]:
    """The two buttons of a letter."""
    return [
        (label, absolute(reverse("meetings:answer_link", args=[token])))
        for label, token in (
            ("I’m coming", write(meeting, person, coming=True)),
            ("I can’t come", write(meeting, person, coming=False)),
        )
    ]
