from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from circles.models import Circle
from members.http import PersonRequest, require
from members.models import Member
from members.submissions import once
from sessions_app.actions.defaults import set_defaults
from sessions_app.actions.filling import left_out
from sessions_app.actions.meetings import CannotSchedule
from sessions_app.actions.series import end_series, plan_series, resumable, resume_series
from sessions_app.actions.series_changes import change_series, what_would_change
from sessions_app.forms.series import DefaultsForm, SeriesForm
from sessions_app.models import Meeting, MeetingDefaults, Series
from sessions_app.planning import outcome_lines, preview, series_proposal
from sessions_app.recurrence.chains import chain_of, has_ended, next_of_a_series
from sessions_app.recurrence.occurrences import is_exhausted, skipped, why_off
from sessions_app.recurrence.words import day_and_month, describe

A_PAGE = 12


@require_http_methods(["GET", "POST"])
@once
def series_new(request: PersonRequest, pk: int) -> HttpResponse:
    circle = _circle(request, pk)
    data = request.POST if request.method == "POST" else None
    form = SeriesForm(data, zone=circle.zone, initial={} if data else series_proposal(circle))
    if form.is_valid():
        try:
            series = plan_series(circle, by=request.user, **form.asked())
        except CannotSchedule as reason:
            form.add_error("rhythm", str(reason))
        else:
            messages.success(request, f"Planned: {describe(chain_of(series))}.")
            return redirect("meetings:series", series.pk)
    return _form_page(request, circle, form, **_present(circle))


@require_POST
@vary_on_headers("HX-Request")
def series_dates(request: PersonRequest, pk: int) -> HttpResponse:
    """The next dates of what is being typed."""
    circle = _circle(request, pk)
    series = None
    if request.POST.get("series", "").isdecimal():
        mine = Series.objects.visible_to(request.user).filter(circle=circle)
        series = get_object_or_404(mine, pk=int(request.POST["series"][:18]))
    form = _form_of(request, circle, series)
    seen = (
        preview(circle, form.asked(), person=request.user, instead_of=series)
        if form.is_valid()
        else None
    )
    if request.htmx:
        page = {"preview": seen, "circle": circle}
        return render(request, "sessions_app/series_dates.html", page)
    return _form_page(request, circle, form, series=series, preview=seen)


@require_safe
def series(request: PersonRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    chain = chain_of(series)
    meetings = Meeting.objects.visible_to(request.user).filter(series__in=chain)
    coming = meetings.upcoming().with_answers(request.user)
    page = {
        "series": series,
        "circle": series.circle,
        "meetings": Paginator(coming, A_PAGE).get_page(request.GET.get("page")),
        **_what_it_is(series.circle, chain),
    }
    return render(request, "sessions_app/series.html", page)


@require_http_methods(["GET", "POST"])
def series_edit(request: PersonRequest, pk: int) -> HttpResponse:
    series = _series(request, pk, "sessions_app.schedule_meeting")
    circle = series.circle
    chain = chain_of(series)
    upcoming = Meeting.objects.filter(series__in=chain, set_by_hand=False).upcoming().first()
    if has_ended(chain) or upcoming is None:
        messages.error(request, "This series has no meeting to come, so it can’t be changed.")
        return redirect("meetings:series", series.pk)
    if request.method == "POST":
        form = _form_of(request, circle, series)
        answer = asked_or_changed(request, form, series, scope="all", field="rhythm")
        if answer:
            return answer
    else:
        link = next(link for link in chain if link.pk == upcoming.series_id)
        initial = SeriesForm.initial_of(link, upcoming.held_on)
        form = SeriesForm(zone=link.zone, now_is=_now_is(chain), initial=initial)
    return _form_page(request, circle, form, series=series)


@require_http_methods(["GET", "POST"])
def series_end(request: PersonRequest, pk: int) -> HttpResponse:
    series = _series(request, pk, "sessions_app.schedule_meeting")
    if request.method != "POST":
        coming = Meeting.objects.filter(series__in=chain_of(series)).upcoming().count()
        page = {"series": series, "circle": series.circle, "coming": coming}
        return render(request, "sessions_app/series_end.html", page)
    end_series(series)
    messages.success(request, "The series has ended. Its meetings to come are cancelled.")
    return redirect("meetings:series", series.pk)


@require_POST
def series_undo(request: PersonRequest, pk: int) -> HttpResponse:
    series = _series(request, pk, "sessions_app.schedule_meeting")
    try:
        back = resume_series(series)
    except CannotSchedule as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The series goes on, and its meetings take place again.")
        if back.stay_cancelled:
            said = f"{back.stay_cancelled} of them stay cancelled: the circle meets then already."
            messages.warning(request, said)
    return redirect("meetings:series", series.pk)


@require_http_methods(["GET", "POST"])
def meeting_defaults(request: PersonRequest, pk: int) -> HttpResponse:
    circle = _circle(request, pk)
    defaults = MeetingDefaults.objects.of(circle.pk)
    data = request.POST if request.method == "POST" else None
    form = DefaultsForm(data, instance=defaults)
    if form.is_valid():
        set_defaults(circle, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved. The next meeting you plan begins with it.")
        return redirect(circle)
    page = {"form": form, "circle": circle}
    status = 422 if form.errors else 200
    return render(request, "sessions_app/meeting_defaults.html", page, status=status)


def asked_or_changed(
    request: PersonRequest, form: Any, of: Series | Meeting, *, scope: str, field: str
) -> HttpResponse | None:
    """Ask what the change would do, or do it once that is confirmed.

    None when the form is to be shown: with an error, and for who goes back to it.
    """
    if not form.is_valid() or "again" in request.POST:
        return None
    asked = form.asked() | {"scope": scope, "by": request.user}
    try:
        if "confirmed" in request.POST:
            changed = change_series(of, **asked)
            messages.success(request, " ".join(["Saved.", *outcome_lines(changed.outcome)]))
            return redirect("meetings:series", changed.series.pk)
        would = what_would_change(of, **asked)
    except CannotSchedule as reason:
        form.add_error(field, str(reason))
        return None
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "form_key")
        for value in values
    ]
    page = {
        "circle": of.circle,
        "words": describe(would.links),
        "lines": outcome_lines(would.outcome),
        "typed": typed,
    }
    return render(request, "sessions_app/series_confirm.html", page)


def series_parts(meeting: Meeting, _person: Member) -> dict[str, Any]:
    """What the page of a meeting says of its series; nothing for a meeting of its own."""
    if meeting.series is None:
        return {}
    return {"series_words": describe(meeting.series)}


def _circle(request: PersonRequest, pk: int) -> Circle:
    """The circle in which the person plans meetings; 404 or 403 for others."""
    circles = Circle.objects.visible_to(request.user).select_related("format_version")
    circle = get_object_or_404(circles, pk=pk)
    require(request.user, "sessions_app.schedule_meeting", circle)
    return circle


def _series(request: PersonRequest, pk: int, permission: str = "") -> Series:
    visible = Series.objects.visible_to(request.user).select_related("circle")
    series = get_object_or_404(visible, pk=pk)
    if permission:
        require(request.user, permission, series.circle)
    return series


def _form_of(request: PersonRequest, circle: Circle, series: Series | None) -> SeriesForm:
    """The form as it was sent: of a new series, or of one that changes."""
    if series is None:
        return SeriesForm(request.POST, zone=circle.zone)
    return SeriesForm(request.POST, zone=series.zone, now_is=_now_is(chain_of(series)))


def _form_page(
    request: PersonRequest, circle: Circle, form: SeriesForm, **more: Any
) -> HttpResponse:
    page = {"form": form, "circle": circle, "series": None, "preview": None} | more
    status = 422 if form.errors else 200
    return render(request, "sessions_app/series_form.html", page, status=status)


def _present(circle: Circle) -> dict[str, Any]:
    """The series that goes on already, so that nobody plans a second one by mistake."""
    coming = next_of_a_series(circle.pk)
    if coming is None or coming.series is None:
        return {}
    words = f"The circle has a series: {_now_is(chain_of(coming.series))}. This one comes on top."
    return {"present": coming.series, "present_words": words}


def _now_is(chain: list[Series]) -> str:
    words = describe([link for link in chain if not _is_past(link)] or chain[-1:])
    return words[:1].lower() + words[1:]


def _is_past(link: Series) -> bool:
    return link.ended_at is not None or is_exhausted(link, after=link.circle.today)


def _what_it_is(circle: Circle, chain: list[Series]) -> dict[str, Any]:
    """A chain in words, with what it leaves out and whether its end can be taken back."""
    is_over = has_ended(chain)
    now = chain if is_over else [link for link in chain if not _is_past(link)] or chain[-1:]
    until = max(link.planned_until for link in now)
    until = min(until, circle.today.replace(year=circle.today.year + 1, day=1))
    clashes = [] if is_over else left_out(now, until=until)
    gone = [
        (day_and_month(day), why_off(link, day))
        for link in now
        for day in ([] if is_over else skipped(link, since=circle.today, until=until))
    ]
    return {
        "words": describe(now),
        "is_over": is_over,
        "can_go_on": is_over and resumable(chain).exists(),
        "clashes": [day_and_month(one.held_on) for one in clashes],
        "skipped": gone,
        "lost_zone": "" if now[0].zone.key == now[0].time_zone else now[0].time_zone,
    }
