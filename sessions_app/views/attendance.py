from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from members.http import PersonRequest, require
from sessions_app import actions
from sessions_app.views.meeting import visible_meeting


@require_POST
def attendance_own(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.correct_own_attendance", meeting)
    came = request.POST.get("came") == "yes"
    try:
        actions.correct_own_attendance(meeting, person=request.user, came=came)
        said = "You were there." if came else "You were not there."
        messages.success(request, f"Corrected: {said} Your circle sees who corrected it.")
    except actions.CannotMark as reason:
        messages.error(request, str(reason))
    return redirect(meeting)
