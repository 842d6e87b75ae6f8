"""Who sits at the table of a live meeting, in which order, and who presents."""

from circles.models import Charter, Membership
from sessions_app.agenda.fairness import presents
from sessions_app.agenda.segments import Segment
from sessions_app.live.orders import fair_order, seniors_of
from sessions_app.models import Attendance, LiveMeeting, Meeting, RoleTurn
from sessions_app.seats import seats_on


def expected(meeting: Meeting) -> dict[int, int | None]:
    """Levels, by person, of members who are here or said they come; by name."""
    said = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting)}
    on_leave = set(Membership.objects.current().on_leave().values_list("pk", flat=True))
    levels = {}
    for seat in seats_on(meeting.held_on, circle_id=meeting.circle_id):
        answer = said.get(seat.person_id)
        if answer is not None and _comes(answer, is_away=seat.pk in on_leave):
            levels[seat.person_id] = seat.person.job_level
    return levels


def speaks_last(meeting: Meeting, levels: dict[int, int | None]) -> set[int]:
    """Whom the charter in force lets speak after everybody else; nobody is told who they are."""
    asked = Charter.objects.in_force().filter(circle=meeting.circle_id, senior_speaks_last=True)
    return seniors_of(levels) if asked.exists() else set()


def order_for(live: LiveMeeting, segment: Segment, segments: list[Segment]) -> list[int]:
    """The people of a segment that begins now; nobody where the circle talks as a whole."""
    if segment.mode == "presenter":
        return _presenters(live.meeting, segment, segments)
    if segment.mode != "member":
        return []
    levels = expected(live.meeting)
    earlier = LiveMeeting.objects.filter(
        meeting__circle=live.meeting.circle_id, began_at__lt=live.began_at
    )
    rounds = {each.key for each in segments if each.mode == "member"}
    orders = [order for key, order in live.orders.items() if key in rounds and order]
    return fair_order(
        sorted(levels),
        shift=earlier.count() + len(orders),
        opened={order[0] for order in orders},
        last=speaks_last(live.meeting, levels),
    )


def _comes(answer: Attendance, *, is_away: bool) -> bool:
    if answer.attended is not None:
        return answer.attended
    return answer.rsvp == Attendance.Rsvp.GOING and not is_away


def _presenters(meeting: Meeting, segment: Segment, segments: list[Segment]) -> list[int]:
    """Those whose place falls into this segment; the first ones again where places run out."""
    turns = RoleTurn.objects.filter(meeting=meeting).order_by("place", "role")
    people = list(dict.fromkeys(turn.person_id for turn in turns if presents(turn.role)))
    times = max(1, segment.times)
    before = segments[: segments.index(segment)]
    taken = sum(max(1, each.times) for each in before if each.mode == "presenter")
    return people[taken : taken + times] or people[:times]
