from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.http import PersonRequest, finds_its_reader, require
from members.models import Member
from sessions_app.actions import live as actions
from sessions_app.actions import live_people as people
from sessions_app.forms.live import HereForm, MoveForm, SpeakerForm, TurnForm
from sessions_app.live.facts import WITH_SCREEN, facts_of
from sessions_app.live.filled import filled_forms
from sessions_app.live.reading import Reading, reading_of
from sessions_app.live.screen import panel_of, phase_of, screen_of
from sessions_app.models import Meeting
from sessions_app.views.meeting import visible_meeting

SHOWN = ("running", "waiting", "early")


@require_safe
@never_cache
def live(request: PersonRequest, pk: int) -> HttpResponse:
    # The tag first: what changes in between is then fetched once more, and never missed.
    reading = reading_of(request, pk)
    meeting = meeting_for_screen(request.user, pk)
    phase = phase_of(meeting)
    if phase not in SHOWN or reading is None or reading.stamp is None:
        return redirect(meeting)
    page = _screen(request, pk, reading.stamp) | {"etag": reading.etag}
    if phase != "early" and request.user.has_perm("sessions_app.answer_meeting", meeting):
        page["captures"] = filled_forms(meeting, request.user, closing=False)
        page["closing_forms"] = filled_forms(meeting, request.user, closing=True)
    return render(request, "sessions_app/live/live.html", page)


@login_not_required  # because it finds out who asks in the same query as everything else
@finds_its_reader
@require_safe
def live_state(request: PersonRequest, pk: int) -> HttpResponse:
    reading = reading_of(request, pk)
    if reading is None:
        return _signed_out(request)
    if reading.stamp is None:
        raise Http404
    if request.headers.get("If-None-Match") == reading.etag:
        return tagged(HttpResponseNotModified(), reading.etag)
    with timezone.override(request.user.zone):
        return region(request, pk, reading)


@require_POST
def live_begin(request: PersonRequest, pk: int) -> HttpResponse:
    return _driven(request, pk, lambda meeting: actions.begin(meeting, by=request.user))


@require_POST
def live_move(request: PersonRequest, pk: int) -> HttpResponse:
    form = MoveForm(request.POST)

    def act(meeting: Meeting) -> None:
        if form.is_valid():
            way = actions.Way(form.cleaned_data["way"])
            actions.move(meeting, way, seen=form.cleaned_data["seen"])

    return _driven(request, pk, act)


@require_POST
def live_turns(request: PersonRequest, pk: int) -> HttpResponse:
    form = TurnForm(request.POST)

    def act(meeting: Meeting) -> None:
        if form.is_valid():
            given = form.cleaned_data
            put = people.let_go_now if given["when"] == "now" else people.let_go_last
            put(meeting, person_id=given["person"], seen=given["seen"])

    return _driven(request, pk, act)


@require_POST
def live_here(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    form = HereForm(request.POST)
    asked = form.cleaned_data["person"] if form.is_valid() else None
    person_id = asked or request.user.pk
    is_other = person_id != request.user.pk
    require(request.user, f"sessions_app.{'drive' if is_other else 'answer'}_meeting", meeting)

    def act(meeting: Meeting) -> None:
        if form.is_valid():
            here = form.cleaned_data["here"]
            people.mark_here(meeting, person_id=person_id, here=here, by=request.user)

    return _answered(request, meeting, act)


@require_POST
def live_airtime(request: PersonRequest, pk: int) -> HttpResponse:
    form = SpeakerForm(request.POST)

    def act(meeting: Meeting) -> None:
        if form.is_valid():
            people.mark_speaker(meeting, person_id=form.cleaned_data["person"])

    return _driven(request, pk, act)


@require_POST
def live_lead(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.answer_meeting", meeting)
    return _answered(request, meeting, lambda each: people.take_over(each, by=request.user))


@require_POST
def live_end(request: PersonRequest, pk: int) -> HttpResponse:
    return _driven(request, pk, lambda meeting: actions.end(meeting, by=request.user))


@require_POST
def live_reopen(request: PersonRequest, pk: int) -> HttpResponse:
    return _driven(request, pk, actions.reopen)


def meeting_for_screen(person: Member, pk: int) -> Meeting:
    """The meeting with what its screens need, or 404 for somebody who does not read it."""
    visible = Meeting.objects.visible_to(person)
    return get_object_or_404(visible.select_related(*WITH_SCREEN), pk=pk)


def region(request: PersonRequest, pk: int, reading: Reading | None) -> HttpResponse:
    """The part of the page that follows the meeting, with the tag of what it shows."""
    if reading is None or reading.stamp is None:
        raise Http404
    page = _screen(request, pk, reading.stamp)
    page |= _of_request(request) | {"messages": messages.get_messages(request)}
    drawn = render_to_string("sessions_app/live/now.html", page)
    return tagged(HttpResponse(drawn), reading.etag)


def tagged(response: HttpResponse, etag: str | None) -> HttpResponse:
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "no-store"
    return response


def _screen(request: PersonRequest, pk: int, stamp: str) -> dict[str, Any]:
    """What this person is shown. That there is a stamp says that they read the meeting."""
    screen = screen_of(facts_of(pk, stamp), request.user)
    panel = panel_of(screen, request.user)
    if panel is not None:
        screen["panel"] = render_to_string(panel.template, panel.context | _of_request(request))
    return screen


def _of_request(request: PersonRequest) -> dict[str, Any]:
    """Without what whole pages need besides, such as the navigation, which costs queries."""
    return {"request": request, "csrf_token": get_token(request)}


def _driven(request: PersonRequest, pk: int, act: Callable[[Meeting], Any]) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.drive_meeting", meeting)
    return _answered(request, meeting, act)


def _answered(
    request: PersonRequest, meeting: Meeting, act: Callable[[Meeting], Any]
) -> HttpResponse:
    """Act, and show the present state; a press that changes nothing shows it as well."""
    try:
        act(meeting)
    except actions.CannotLead as reason:
        messages.error(request, str(reason))
    if request.htmx:
        return region(request, meeting.pk, reading_of(request, meeting.pk))
    return redirect("meetings:live", meeting.pk)


def _signed_out(request: PersonRequest) -> HttpResponse:
    """A script says so and leaves what is typed on the page; a browser is led to the sign-in."""
    if request.htmx:
        return tagged(HttpResponse(status=401), None)
    return redirect_to_login(request.get_full_path())
