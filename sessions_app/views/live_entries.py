from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from members.http import PersonRequest, require
from members.submissions import once
from sessions_app.actions.screens import redraw
from sessions_app.live.entries import CAPTURES, CLOSING, CannotCapture, Entry
from sessions_app.live.filled import Filled, route_of
from sessions_app.models import Meeting
from sessions_app.views.live import meeting_for_screen


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@once
def live_capture(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    return _write(request, pk, CAPTURES.get(key), closing=False)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@once
def live_close(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    return _write(request, pk, CLOSING.get(key), closing=True)


def _write(request: PersonRequest, pk: int, entry: Entry | None, *, closing: bool) -> HttpResponse:
    meeting = meeting_for_screen(request.user, pk)
    if entry is None:
        raise Http404
    if meeting.state != Meeting.State.LIVE:
        return _too_late(request, meeting, entry, closing=closing)
    require(request.user, "sessions_app.capture", meeting)
    if not entry.is_offered(meeting, request.user):
        return _not_offered(request, meeting, entry, closing=closing)
    data = request.POST if request.method == "POST" else None
    form, route = entry.form(meeting, request.user, data), route_of(closing=closing)
    if form.is_valid():
        try:
            entry.save(form, meeting, request.user)
        except CannotCapture as reason:
            form.add_error(None, str(reason))
        else:
            redraw(meeting.pk)
            return _written(request, meeting, entry, route)
    return _form(request, meeting, Filled(entry, form, route))


def _written(request: PersonRequest, meeting: Meeting, entry: Entry, route: str) -> HttpResponse:
    messages.success(request, entry.thanks)
    if not request.htmx:
        return redirect(f"{reverse('meetings:live', args=[meeting.pk])}#captured")
    form, is_done = entry.form(meeting, request.user, None), entry.done_by or entry.is_done
    fresh = Filled(entry, form, route, is_done is not None)
    return _form(request, meeting, fresh)


def _form(request: PersonRequest, meeting: Meeting, filled: Filled) -> HttpResponse:
    page = {"meeting": meeting, "filled": filled}
    name = "entry_form" if request.htmx else "entry"
    status = 422 if filled.form.errors else 200
    return render(request, f"sessions_app/live/{name}.html", page, status=status)


def _not_offered(
    request: PersonRequest, meeting: Meeting, entry: Entry, *, closing: bool
) -> HttpResponse:
    """What the charter or a seat allowed a moment ago: nothing typed is lost."""
    if request.method != "POST":
        raise Http404
    form = entry.form(meeting, request.user, request.POST)
    form.add_error(None, "You can’t write this down here, or not any more. Copy it first.")
    return _form(request, meeting, Filled(entry, form, route_of(closing=closing)))


def _too_late(
    request: PersonRequest, meeting: Meeting, entry: Entry, *, closing: bool
) -> HttpResponse:
    """Nothing typed is lost: the form stays, and says that the meeting is not running."""
    require(request.user, "sessions_app.answer_meeting", meeting)
    if request.method != "POST":
        return redirect(meeting)
    form = entry.form(meeting, request.user, request.POST)
    form.add_error(None, "The meeting is not running any more. Write it on the meeting’s page.")
    return _form(request, meeting, Filled(entry, form, route_of(closing=closing)))
