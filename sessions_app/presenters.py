"""Who presents in a meeting: for whom a note is, and whose turn it is now."""

from members.models import Member
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.models import LiveMeeting, Meeting
from sessions_app.seats import seats_on

# Roles that formats give to whoever presents.
PRESENTERS = ("presenter", "spotlight", "hot seat", "case giver")


def presenters_of(meeting: Meeting) -> list[int]:
    """Ids of who presents, in the order of their places. One query."""
    turns = meeting.roles.filter(role__in=PRESENTERS).order_by("place")
    return list(dict.fromkeys(turns.values_list("person", flat=True)))


def running(meeting: Meeting) -> tuple[LiveMeeting, Segment] | None:
    """Where a live meeting stands: its row and the segment; None for one that is not live."""
    live: LiveMeeting | None = getattr(meeting, "live", None)
    if live is None or live.ended_at is not None:
        return None
    found = [segment for segment in segments_of(meeting) if segment.key == live.segment]
    return (live, found[0]) if found else None


def is_presenting(meeting: Meeting) -> bool:
    now = running(meeting)
    return now is not None and now[1].mode == "presenter"


def presents_now(meeting: Meeting) -> int | None:
    """Whose turn a presenters' segment is at."""
    now = running(meeting)
    if now is None or now[1].mode != "presenter":
        return None
    order = now[0].orders.get(now[1].key, [])
    return order[now[0].turn] if now[0].turn < len(order) else None


def case_note_people(meeting: Meeting) -> list[Member]:
    """For whom a note may be: who had a seat that day, presenters first. Two queries."""
    seats = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    people = [seat.person for seat in seats]
    first = presenters_of(meeting)
    return sorted(people, key=lambda person: person.pk not in first)


def first_presenter(meeting: Meeting) -> int | None:
    """Whom the form proposes: whose turn it is, else who presents first, else nobody."""
    now = presents_now(meeting)
    if now is not None:
        return now
    presenters = presenters_of(meeting)
    return presenters[0] if presenters else None
