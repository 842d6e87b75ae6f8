from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.models import Circle
from members.http import PersonRequest, require
from members.outward import NotFetched
from members.submissions import once
from sessions_app.actions import finding, settling
from sessions_app.finding.board import board, mine
from sessions_app.finding.busy import Unreadable
from sessions_app.finding.prefill import first_hours
from sessions_app.forms.finding import AvailabilityForm, ExtendForm, TimeSearchForm, VoteForm
from sessions_app.models import Meeting, TimeSearch
from sessions_app.recurrence.chains import next_of_a_series

State = TimeSearch.State


@require_http_methods(["GET", "POST"])
@once
def time_search_new(request: PersonRequest, pk: int) -> HttpResponse:
    circles = Circle.objects.visible_to(request.user).select_related("format_version")
    circle = get_object_or_404(circles, pk=pk)
    require(request.user, "sessions_app.schedule_meeting", circle)
    if request.method != "POST" and (running := circle.time_searches.open().first()):
        messages.info(request, "Your circle is looking for a time already.")
        return redirect("meetings:time_search", running.pk)
    instead_of = _instead_of(request, circle)
    form = _search_form(request, circle, instead_of)
    if form.is_valid():
        try:
            asked = form.asked()
            search = finding.start_search(circle, by=request.user, instead_of=instead_of, **asked)
        except finding.CannotSearch as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Everyone in the circle is asked. Say when you can, too.")
            return redirect("meetings:time_search", search.pk)
    page = {"form": form, "circle": circle, "instead_of": instead_of}
    return render(request, "sessions_app/finding/new.html", page, status=_status(form))


@require_safe
def time_search(request: PersonRequest, pk: int) -> HttpResponse:
    return _search_page(request, _visible(request, pk))


@require_http_methods(["GET", "POST"])
def time_search_answer(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.answer_time_search", search.circle)
    if search.state != State.ASKING:
        return redirect("meetings:time_search", pk)
    is_sent = request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else ()
    form = AvailabilityForm(*sent, initial=first_hours(search, request.user))
    if form.is_valid() and _say_when(request, search, form):
        return redirect("meetings:time_search", pk)
    answer = search.availabilities.visible_to(request.user).first()
    page = {"form": form, "search": search, "answer": answer}
    return render(request, "sessions_app/finding/answer.html", page, status=_status(form))


@require_POST
def time_search_calendar(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.answer_time_search", search.circle)
    finding.forget_calendar(search, person=request.user)
    messages.success(request, "Your calendar is forgotten. The hours you painted stay.")
    return redirect("meetings:time_search_answer", pk)


@require_POST
def time_search_draw(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.schedule_meeting", search.circle)
    try:
        finding.draw(search)
    except finding.CannotDraw as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "These times came out. Everyone is asked to vote.")
    return redirect("meetings:time_search", pk)


@require_POST
def time_search_vote(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.answer_time_search", search.circle)
    page = _page_of(request, search, request.POST)
    form = page["form"]
    if form is not None and form.is_valid():
        try:
            settling.vote(search, person=request.user, choices=form.choices())
        except settling.CannotVote as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "Your vote counts. You can change it until the vote ends.")
    elif form is not None:
        return render(request, "sessions_app/finding/search.html", page, status=422)
    return redirect("meetings:time_search", pk)


@require_http_methods(["GET", "POST"])
def time_search_settle(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.schedule_meeting", search.circle)
    asked = (request.POST if request.method == "POST" else request.GET).get("candidate", "")
    cards = board(search, request.user)["cards"]
    card = next((card for card in cards if str(card.candidate.pk) == asked), None)
    if card is None:
        messages.error(request, "Choose one of the times first.")
        return redirect("meetings:time_search", pk)
    if request.method != "POST":
        page = {"search": search, "card": card}
        return render(request, "sessions_app/finding/settle.html", page)
    try:
        settling.settle(search, candidate=card.candidate, by=request.user)
    except settling.CannotSettle as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"Settled: {card.when}. Everyone is invited.")
    return redirect("meetings:time_search", pk)


@require_http_methods(["GET", "POST"])
def time_search_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.schedule_meeting", search.circle)
    if request.method != "POST":
        return render(request, "sessions_app/finding/withdraw.html", {"search": search})
    try:
        finding.withdraw(search)
    except finding.CannotSearch as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Withdrawn. Nobody is asked any more.")
    return redirect(search.circle)


@require_POST
def time_search_extend(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.schedule_meeting", search.circle)
    form = ExtendForm(request.POST, circle=search.circle)
    if not form.is_valid():
        return _search_page(request, search, extend_form=form)
    try:
        finding.extend(search, until=form.moment())
    except finding.CannotSearch as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Everyone has until then.")
    return redirect("meetings:time_search", pk)


@require_POST
def time_search_remind(request: PersonRequest, pk: int) -> HttpResponse:
    search = _visible(request, pk)
    require(request.user, "sessions_app.schedule_meeting", search.circle)
    told = finding.remind_silent(search)
    if told:
        messages.success(request, "Whoever said nothing yet gets one more mail.")
    else:
        messages.info(request, "Everyone who is silent was reminded already; once is enough.")
    return redirect("meetings:time_search", pk)


def _visible(request: PersonRequest, pk: int) -> TimeSearch:
    """The search with its circle, or 404 for somebody who does not read it."""
    visible = TimeSearch.objects.visible_to(request.user).select_related("circle", "instead_of")
    return get_object_or_404(visible, pk=pk)


def _search_form(
    request: PersonRequest, circle: Circle, instead_of: Meeting | None
) -> TimeSearchForm:
    """What the circle looks for: its usual rhythm, or once, instead of a meeting."""
    minutes = instead_of.minutes if instead_of else circle.format_version.meeting_minutes
    days = 2 if instead_of else 4
    first = TimeSearchForm.first_values(circle, minutes=minutes, days=days)
    data = request.POST if request.method == "POST" else None
    coming, is_once = next_of_a_series(circle.pk), instead_of is not None
    present = coming.series if coming else None
    return TimeSearchForm(data, circle=circle, is_once=is_once, present=present, initial=first)


def _instead_of(request: PersonRequest, circle: Circle) -> Meeting | None:
    """The meeting that another time is looked for, if the address names one of the circle's."""
    asked = request.GET.get("instead_of", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    visible = Meeting.objects.visible_to(request.user).filter(circle=circle)
    return visible.filter(pk=asked).first()


def _say_when(request: PersonRequest, search: TimeSearch, form: AvailabilityForm) -> bool:
    """Keep the answer; what is wrong with the calendar is said at its field."""
    try:
        calendar = None
        if form.given_by:
            calendar = finding.read_calendar(search, person=request.user, **form.calendar())
        hours = {name: form.cleaned_data[name] for name in ("hours", "if_need_be")}
        finding.say_when(search, person=request.user, calendar=calendar, **hours)
    except (NotFetched, Unreadable) as reason:
        form.add_error(form.given_by, str(reason))
        return False
    except finding.CannotAnswerSearch as reason:
        messages.error(request, str(reason))
        return True
    told = "Thank you: your circle knows when you can."
    if calendar and calendar.busy.left_out:
        told += f" {calendar.busy.left_out} entries of your calendar could not be understood."
    messages.success(request, told)
    return True


def _search_page(request: PersonRequest, search: TimeSearch, **forms: Any) -> HttpResponse:
    page = _page_of(request, search) | forms
    status = 422 if forms else 200
    return render(request, "sessions_app/finding/search.html", page, status=status)


def _page_of(request: PersonRequest, search: TimeSearch, data: Any = None) -> dict[str, Any]:
    """The page of a search. While the circle votes it has a form, a field to each time."""
    page = board(search, request.user)
    page |= {"search": search, "form": None, "extend_form": ExtendForm(circle=search.circle)}
    if search.state == State.VOTING and not page["vote_is_over"]:
        cards = page["cards"]
        page["form"] = VoteForm(
            data,
            candidates=[card.candidate for card in cards],
            titles=[card.when for card in cards],
            initial=mine([card.tally for card in cards], request.user),
        )
        page["rows"] = [(card, page["form"][f"c{card.candidate.pk}"]) for card in cards]
    return page


def _status(form: Any) -> int:
    return 422 if form.errors else 200
