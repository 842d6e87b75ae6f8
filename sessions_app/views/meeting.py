from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from circles.models import Circle
from members.http import PersonRequest, require
from members.submissions import once
from sessions_app import actions
from sessions_app.agenda.page import agenda_parts
from sessions_app.finding.parts import another_time_parts
from sessions_app.forms import AnswerForm, AttendanceForm, DecisionForm, MeetingForm
from sessions_app.forms.series import SeriesMeetingForm
from sessions_app.http import back
from sessions_app.live.parts import live_parts
from sessions_app.local_time import comes_twice
from sessions_app.models import Commitment, Meeting
from sessions_app.people import gathering_of
from sessions_app.planning import proposal
from sessions_app.seats import seats_on
from sessions_app.views.promise_parts import corrections_of, promise_parts
from sessions_app.views.series import asked_or_changed, series_parts


@require_safe
def meeting(request: PersonRequest, pk: int) -> HttpResponse:
    return meeting_page(request, pk)


@require_http_methods(["GET", "POST"])
@once
def meeting_new(request: PersonRequest, pk: int) -> HttpResponse:
    circles = Circle.objects.visible_to(request.user).select_related("format_version")
    circle = get_object_or_404(circles, pk=pk)
    require(request.user, "sessions_app.schedule_meeting", circle)
    data = request.POST if request.method == "POST" else None
    form = MeetingForm(data, zone=circle.zone, initial={} if data else proposal(circle))
    if form.is_valid():
        try:
            meeting = actions.schedule_meeting(circle, by=request.user, **form.asked())
        except actions.CannotSchedule as reason:
            form.add_error("time", str(reason))
        else:
            messages.success(request, f"Scheduled: {_when(meeting)}")
            return redirect(meeting)
    page = {"form": form, "circle": circle}
    return render(request, "sessions_app/meeting_form.html", page, status=_status(form))


@require_http_methods(["GET", "POST"])
def meeting_edit(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.change_meeting", meeting)
    if not meeting.takes_answers:
        messages.error(request, "This meeting is over or was cancelled; it can’t be changed.")
        return redirect(meeting)
    data = request.POST if request.method == "POST" else None
    kind = SeriesMeetingForm if meeting.series_id else MeetingForm
    form = kind(data, zone=meeting.zone, initial=kind.initial_of(meeting))
    scope = form.cleaned_data.pop("scope", "this") if form.is_valid() else ""
    if scope not in ("", "this"):
        if answer := asked_or_changed(request, form, meeting, scope=scope, field="time"):
            return answer
    elif form.is_valid():
        try:
            changed = actions.change_meeting(meeting, **form.asked())
        except actions.CannotSchedule as reason:
            form.add_error("time", str(reason))
        else:
            messages.success(request, f"Saved: {_when(changed)}")
            return redirect(meeting)
    page = {"form": form, "circle": meeting.circle, "meeting": meeting}
    return render(request, "sessions_app/meeting_form.html", page, status=_status(form))


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.change_meeting", meeting)
    if request.method != "POST":
        return render(request, "sessions_app/meeting_cancel.html", {"meeting": meeting})
    try:
        actions.cancel_meeting(meeting)
        messages.success(request, "The meeting is cancelled; nobody is reminded of it any more.")
    except actions.CannotCancel as reason:
        messages.error(request, str(reason))
    return redirect(meeting)


@require_POST
def meeting_restore(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.change_meeting", meeting)
    try:
        actions.restore_meeting(meeting)
        messages.success(request, "The meeting takes place again, as it was planned.")
    except actions.CannotSchedule as reason:
        messages.error(request, str(reason))
    return redirect(meeting)


@require_POST
@vary_on_headers("HX-Request")
def rsvp(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.answer_meeting", meeting)
    form = AnswerForm(request.POST)
    if form.is_valid():
        coming = form.cleaned_data["coming"]
        try:
            actions.answer(meeting, person=request.user, coming=coming, update=form.spoken())
            messages.success(request, "Good to have you there." if coming else "Your circle knows.")
        except actions.CannotAnswer as reason:
            messages.error(request, str(reason))
    elif not request.htmx:
        return meeting_page(request, pk, answer_form=form)
    if not request.htmx:
        return back(request, f"{meeting.get_absolute_url()}#answer")
    answered = Meeting.objects.visible_to(request.user).with_answers(request.user).get(pk=pk)
    page = {"meeting": answered, "form": form if form.errors else AnswerForm.about(answered)}
    return render(request, "sessions_app/answer.html", page, status=_status(form))


@require_http_methods(["GET", "POST"])
def attendance(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.mark_attendance", meeting)
    people = [seat.person for seat in seats_on(meeting.held_on, circle_id=meeting.circle_id)]
    data = request.POST if request.method == "POST" else None
    form = AttendanceForm(data, people=people, said=meeting.attendances.all())
    if form.is_valid():
        try:
            actions.mark_attendance(meeting, marks=form.marks(), by=request.user)
        except actions.CannotMark as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Saved who was there.")
            return redirect(meeting)
    page = {"form": form, "meeting": meeting, "corrections": corrections_of(meeting, request.user)}
    return render(request, "sessions_app/attendance.html", page, status=_status(form))


def visible_meeting(request: PersonRequest, pk: int) -> Meeting:
    """The meeting with its circle, or 404 for somebody who does not read it."""
    visible = Meeting.objects.visible_to(request.user).select_related("circle")
    return get_object_or_404(visible, pk=pk)


def meeting_page(request: PersonRequest, pk: int, **forms: Any) -> HttpResponse:
    """The meeting as this person reads it. A form with errors keeps what was typed in it."""
    person = request.user
    visible = Meeting.objects.visible_to(person).with_answers(person)
    whole = visible.select_related("circle__format_version", "series", "own_agenda")
    meeting = get_object_or_404(whole, pk=pk)
    promises = Commitment.objects.visible_to(person).filter(meeting=meeting)
    gathering = gathering_of(meeting)
    page: dict[str, Any] = {
        "meeting": meeting,
        "gathering": gathering,
        "decisions": list(meeting.decisions.all()),
        "promises": list(promises.select_related("owner", "circle")),
        "answer_form": AnswerForm.about(meeting),
        "decision_form": DecisionForm(),
    }
    page |= series_parts(meeting, person)
    page |= agenda_parts(meeting, person)
    page |= promise_parts(meeting, person, gathering)
    page |= live_parts(meeting, person)
    page |= another_time_parts(meeting, person, gathering)
    return render(request, "sessions_app/meeting.html", page | forms, status=422 if forms else 200)


def _when(meeting: Meeting) -> str:
    starts = meeting.starts_at.astimezone(meeting.zone)
    said = f"{starts:%A} {starts.day} {starts:%B}, {starts:%H:%M} in {meeting.time_zone}."
    if comes_twice(meeting.starts_at, meeting.zone):
        said += f" Clocks go back then and show {starts:%H:%M} twice; the first one is meant."
    return said


def _status(form: Any) -> int:
    return 422 if form.errors else 200
