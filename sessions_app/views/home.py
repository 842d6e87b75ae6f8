from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from circles.models import Circle
from circles.needs import needs_of
from circles.programmes.timeline import near_days_for
from circles.rules import is_any_facilitator
from members.http import PersonRequest
from sessions_app.forms import AnswerForm, CheckInForm
from sessions_app.models import Commitment, Goal, Meeting
from sessions_app.words import greeting

# Of a series every meeting is planned by now; one is asked about the next week.
ASKED_AHEAD = timedelta(days=7)


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    person = request.user
    meetings = Meeting.objects.visible_to(person).select_related("circle")
    coming_up = meetings.upcoming().belonging_to(person)
    next_meeting = coming_up.with_answers(person).first()
    soon = coming_up.filter(starts_at__lte=timezone.now() + ASKED_AHEAD)
    others = [each for each in soon.unanswered_by(person)[:5] if each != next_meeting]
    mine = Commitment.objects.filter(owner=person).select_related("owner", "circle")
    goals = Goal.objects.filter(owner=person).active().with_progress(person)[:3]
    page = {
        "greeting": greeting(timezone.localtime().hour),
        "needs": needs_of(person),
        "near_days": near_days_for(person),
        "seats": list(Circle.objects.joined_by(person).open()[:1]),
        "holds_circles": is_any_facilitator(person),
        "next_meeting": next_meeting,
        "answer_form": AnswerForm.about(next_meeting) if next_meeting else None,
        "unanswered": others[:4],
        "recaps_owed": list(meetings.owing_recap().looked_after_by(person)[:4]),
        "promises": list(mine.open_or_recent()[:6]),
        "goals": [(goal, CheckInForm.about(goal)) for goal in goals],
    }
    return render(request, "sessions_app/home.html", page)
