from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from circles.charters.card import charter_card
from circles.discovery.parts import discovery_parts
from circles.lifecycle.parts import lifecycle_parts
from circles.models import Circle
from circles.parts import circle_parts
from circles.programmes.timeline import near_days_of
from members.http import PersonRequest
from members.models import Member
from sessions_app.catch_up import wants_catch_up
from sessions_app.finding.parts import search_parts
from sessions_app.forms import AnswerForm
from sessions_app.models import Commitment, Goal, Meeting
from sessions_app.views.promise_parts import circle_promises

PAST_A_PAGE = 5


@require_safe
def circle(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Circle.objects.visible_to(request.user).for_cards()
    circle = get_object_or_404(visible, pk=pk)
    page = circle_parts(circle, request.user) | charter_card(circle, request.user)
    page |= lifecycle_parts(circle, request.user, seat=page["seat"], knows=page["shows_names"])
    _add_next_meetings(page["children"], request.user)
    reads = request.user.has_perm("circles.read_content", circle)
    page |= discovery_parts(circle, request.user, is_outsider=not reads)
    if reads:
        # Alumni look back: what is still to come is not theirs.
        facilitates = request.user.has_perm("circles.facilitate_circle", circle)
        page |= _content(request, circle, takes_part=facilitates or page["seat"] is not None)
        page |= circle_promises(circle, request.user, page["seat"])
        page |= search_parts(circle, request.user)
        page["near_days"] = near_days_of([circle.programme]) if page["takes_part"] else []
        page["wants_catch_up"] = wants_catch_up(circle, page["seat"])
    return render(request, "sessions_app/circle.html", page)


def _add_next_meetings(circles: list[Circle], person: Member) -> None:
    """Give each circle its `next_meeting`, where this person reads it."""
    if not circles:
        return
    meetings = Meeting.objects.visible_to(person).filter(circle__in=circles).upcoming()
    soonest = {meeting.circle_id: meeting for meeting in meetings.reverse()}
    for circle in circles:
        circle.next_meeting = soonest.get(circle.pk)  # type: ignore[attr-defined]


def _content(request: PersonRequest, circle: Circle, *, takes_part: bool) -> dict[str, Any]:
    """What the circle shares with this person, all of it selected through visible_to."""
    person = request.user
    meetings = Meeting.objects.visible_to(person).filter(circle=circle)
    coming = list(meetings.upcoming().with_answers(person)[:6]) if takes_part else []
    for meeting in coming:
        meeting.circle = circle
    past = meetings.past().prefetch_related("decisions")
    promises = Commitment.objects.visible_to(person).filter(circle=circle).open()
    goals = Goal.objects.visible_to(person).filter(circle=circle).active()
    return {
        "reads_content": True,
        "emergencies": circle.emergencies.granted().count(),
        "takes_part": takes_part and not circle.is_closed,
        "centre": date_format(localtime(coming[0].starts_at), "D j M") if coming else "",
        "centre_note": "next meeting" if coming else "",
        "next_meeting": coming[0] if coming else None,
        "later_meetings": coming[1:],
        "answer_form": AnswerForm.about(coming[0]) if coming else None,
        "past": Paginator(past, PAST_A_PAGE).get_page(request.GET.get("page")),
        "promises": list(promises.select_related("owner", "circle")),
        "goals": list(goals.with_progress(person).select_related("owner").order_by("owner__name")),
    }
