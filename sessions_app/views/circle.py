from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from circles.discovery_parts import discovery_parts
from circles.models import Circle
from circles.parts import circle_parts
from members.http import PersonRequest
from sessions_app.forms import AnswerForm
from sessions_app.models import Commitment, Goal, Meeting

PAST_A_PAGE = 5


@require_safe
def circle(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Circle.objects.visible_to(request.user).for_cards()
    circle = get_object_or_404(visible, pk=pk)
    page = circle_parts(circle, request.user)
    reads = request.user.has_perm("circles.read_content", circle)
    page |= discovery_parts(circle, request.user, is_outsider=not reads)
    if reads:
        page |= _content(request, circle)
    return render(request, "sessions_app/circle.html", page)


def _content(request: PersonRequest, circle: Circle) -> dict[str, Any]:
    """What the circle shares with this person, all of it selected through visible_to."""
    person = request.user
    meetings = Meeting.objects.visible_to(person).filter(circle=circle)
    coming = list(meetings.upcoming().with_answers(person)[:6])
    for meeting in coming:
        meeting.circle = circle
    past = meetings.past().prefetch_related("decisions")
    promises = Commitment.objects.visible_to(person).filter(circle=circle).open()
    goals = Goal.objects.visible_to(person).filter(circle=circle).active()
    return {
        "reads_content": True,
        "centre": date_format(localtime(coming[0].starts_at), "D j M") if coming else "",
        "centre_note": "next meeting" if coming else "",
        "next_meeting": coming[0] if coming else None,
        "later_meetings": coming[1:],
        "answer_form": AnswerForm.about(coming[0]) if coming else None,
        "past": Paginator(past, PAST_A_PAGE).get_page(request.GET.get("page")),
        "promises": list(promises.select_related("owner", "circle")),
        "goals": list(goals.with_progress(person).select_related("owner").order_by("owner__name")),
    }
