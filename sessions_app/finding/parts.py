"""What searches for a time show on the pages of a circle and of a meeting."""

from typing import Any

from circles.models import Circle
from members.models import Member
from sessions_app.models import TimeSearch
from sessions_app.people import Gathering
from sessions_app.quorum import is_short_and_soon


def search_parts(circle: Circle, person: Member) -> dict[str, Any]:
    """The circle's open search, if this person reads it. One query."""
    searches = TimeSearch.objects.visible_to(person).open().filter(circle=circle)
    return {"time_search": searches.first()}


def another_time_parts(meeting: Any, person: Member, gathering: Gathering) -> dict[str, Any]:
    """Whether so many can't come that the meeting falls short, for whoever may look for another.

    The meeting is one from `with_answers`.
    """
    members = [guest for guest in gathering.guests if not guest.is_facilitator]
    away = [guest for guest in gathering.not_coming if not guest.is_facilitator]
    # Close to the meeting another time is offered beside the answers already.
    if not away or not meeting.takes_answers or meeting.has_started or is_short_and_soon(meeting):
        return {}
    if not person.has_perm("sessions_app.schedule_meeting", meeting.circle):
        return {}
    return {"falls_short": len(members) - len(away) < meeting.needed, "needed": meeting.needed}
