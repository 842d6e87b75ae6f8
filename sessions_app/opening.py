"""What a meeting opens with: the promises of those who are there, and who can't come."""

from dataclasses import dataclass, field

from django.db.models import Q

from members.models import Member
from sessions_app.models import Attendance, Commitment, Meeting
from sessions_app.seats import seats_on


@dataclass(frozen=True)
class Turn:
    """One person's promises."""

    owner: Member
    promises: list[Commitment] = field(default_factory=list)


def opening_of(meeting: Meeting, person: Member) -> list[Turn]:
    """By owner what is open of earlier promises, or was settled since the meeting began.

    Of those with a seat who are there, or may still come. Three queries.
    """
    seats = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    missing = Attendance.objects.missed().filter(meeting=meeting).values_list("person", flat=True)
    away = set(missing)
    turns = {seat.person_id: Turn(seat.person) for seat in seats if seat.person_id not in away}
    shown = Q(settled_at=None) | Q(settled_at__gte=meeting.starts_at)
    earlier = Commitment.objects.visible_to(person).exclude(meeting=meeting)
    promises = earlier.filter(shown, circle=meeting.circle_id, owner__in=turns)
    for promise in promises.select_related("owner", "circle").order_by("due_on", "pk"):
        turns[promise.owner_id].promises.append(promise)
    return [turn for turn in turns.values() if turn.promises]
