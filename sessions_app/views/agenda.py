from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from members.http import PersonRequest, require
from sessions_app.actions.agenda import (
    AgendaChanged,
    CannotShape,
    change_agenda,
    past_segments,
    reset_agenda,
    starting_point,
    version_of,
)
from sessions_app.agenda.segments import segments_of
from sessions_app.agenda.words import sum_in_words
from sessions_app.forms.agenda import agenda_rows, arranged, minutes_typed, segments_from
from sessions_app.models import Meeting

OPEN = (Meeting.State.PLANNED, Meeting.State.LIVE)
CLOSED = "This meeting is over or was cancelled; its agenda stays as it was."


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def agenda(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = _visible(request, pk)
    require(request.user, "sessions_app.shape_meeting", meeting)
    if meeting.state not in OPEN:
        messages.error(request, CLOSED)
        return redirect(meeting)
    if request.method == "GET":
        return _editor(request, meeting, agenda_rows(meeting, _to_come(meeting)))
    data, moved = arranged(request.POST)
    rows = agenda_rows(meeting, segments_of(meeting), data)
    shown: dict[str, Any] = {}
    if _saves(request) and rows.is_valid() and not (shown := _save(request, meeting, rows)):
        messages.success(request, "Saved. Everyone in the circle sees this agenda now.")
        url = f"{meeting.get_absolute_url()}#agenda"
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    return _editor(request, meeting, rows, moved=moved, **shown)


@require_http_methods(["GET", "POST"])
def agenda_reset(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = _visible(request, pk)
    require(request.user, "sessions_app.shape_meeting", meeting)
    if request.method != "POST":
        return render(request, "sessions_app/agenda_reset.html", {"meeting": meeting})
    try:
        reset_agenda(meeting)
        messages.success(request, "The agenda is the format’s again.")
    except CannotShape as reason:
        messages.error(request, str(reason))
    return redirect(f"{meeting.get_absolute_url()}#agenda")


def _visible(request: PersonRequest, pk: int) -> Meeting:
    needed = ("own_agenda__changed_by", "live", "circle__format_version")
    visible = Meeting.objects.visible_to(request.user).select_related(*needed)
    return get_object_or_404(visible, pk=pk)


def _to_come(meeting: Meeting) -> Any:
    return starting_point(meeting)[len(past_segments(meeting)) :]


def _save(request: PersonRequest, meeting: Meeting, rows: Any) -> dict[str, Any]:
    """Save valid rows, or say what is in the way; nothing when nothing is."""
    segments = [*past_segments(meeting), *segments_from(rows, meeting)]
    try:
        change_agenda(meeting, segments, by=request.user, based_on=_seen(request.POST))
    except CannotShape as reason:
        return {"problem": str(reason)}
    except AgendaChanged as changed:
        # Theirs is shown now: whoever saves again has seen it.
        theirs = changed.meeting
        seen = {"theirs": theirs, "their_segments": segments_of(theirs)}
        return {"problem": str(changed), "based_on": version_of(theirs), **seen}
    return {}


def _seen(typed: QueryDict) -> int:
    """The version the writer began with; one that is no number never fits."""
    said = typed.get("based_on", "")
    return int(said) if said.isascii() and said.isdigit() else -1


def _editor(request: PersonRequest, meeting: Meeting, rows: Any, **shown: Any) -> HttpResponse:
    """The page, or for htmx its form. What is typed and not saved stays in it."""
    done, is_typed = past_segments(meeting), request.method == "POST"
    used = sum(segment.minutes for segment in done) + minutes_typed(rows)
    based_on = _seen(request.POST) if is_typed else version_of(meeting)
    page = {
        "meeting": meeting,
        "rows": rows,
        "done": done,
        "based_on": based_on,
        "sum": sum_in_words(used, meeting.minutes),
        "adds_up": used == meeting.minutes,
        "is_typed": is_typed,
    }
    template = "sessions_app/agenda_shape.html" + ("#editor" if request.htmx else "")
    status = 422 if is_typed and _saves(request) else 200
    return render(request, template, page | shown, status=status)


def _saves(request: PersonRequest) -> bool:
    return request.POST.get("op", "save") == "save"
