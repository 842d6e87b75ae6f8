from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from circles.models import Circle
from circles.rules import is_any_facilitator
from members.http import PersonRequest
from sessions_app.forms import AnswerForm, CheckInForm
from sessions_app.models import Commitment, Goal, Meeting
from sessions_app.words import greeting


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    person = request.user
    meetings = Meeting.objects.visible_to(person).select_related("circle")
    coming_up: list[Any] = list(meetings.upcoming().with_answers(person)[:8])
    mine = Commitment.objects.filter(owner=person).select_related("owner", "circle")
    goals = Goal.objects.filter(owner=person).active().with_progress(person)[:3]
    page = {
        "greeting": greeting(timezone.localtime().hour),
        "seats": list(Circle.objects.joined_by(person).open()[:1]),
        "holds_circles": is_any_facilitator(person),
        "next_meeting": coming_up[0] if coming_up else None,
        "answer_form": AnswerForm.about(coming_up[0]) if coming_up else None,
        "unanswered": [meeting for meeting in coming_up[1:] if not meeting.my_answer][:4],
        "recaps_owed": list(meetings.owing_recap().looked_after_by(person)[:4]),
        "promises": list(mine.open_or_recent()[:6]),
        "goals": [(goal, CheckInForm.about(goal)) for goal in goals],
    }
    return render(request, "sessions_app/home.html", page)
