from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from circles.models import Circle
from members.http import PersonRequest, require
from members.models import Member
from members.submissions import once
from sessions_app import actions
from sessions_app.forms import CarryForm, DropForm, EvidenceForm, PromiseForm
from sessions_app.http import back, meeting_named
from sessions_app.models import Commitment, Meeting, Topic

A_PAGE = 20


@require_safe
def commitments(request: PersonRequest) -> HttpResponse:
    mine = Commitment.objects.filter(owner=request.user).select_related("owner", "circle")
    shows_settled = request.GET.get("show") == "settled"
    shown = mine.settled() if shows_settled else mine.open_or_recent()
    page = {
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "shows_settled": shows_settled,
        "shows": "asked" if request.GET.get("show") == "asked" else "circle",
        "has_seat": Circle.objects.joined_by(request.user).exists(),
    }
    return render(request, "sessions_app/commitments.html", page)


@require_http_methods(["GET", "POST"])
@once
def promise_new(request: PersonRequest) -> HttpResponse:
    meeting = meeting_named(request, request.GET.get("meeting", ""))
    initial = {"circle": meeting.circle_id if meeting else request.GET.get("circle")}
    data = request.POST if request.method == "POST" else None
    form = PromiseForm(data, owner=request.user, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.promise(given.pop("circle"), owner=request.user, meeting=meeting, **given)
        except actions.CannotPromise as reason:
            form.add_error("circle", str(reason))
        else:
            messages.success(request, "Promised. Your circle sees it.")
            return redirect(meeting or "meetings:commitments")
    status = 422 if form.errors else 200
    page = {"form": form, "meeting": meeting}
    return render(request, "sessions_app/promise_form.html", page, status=status)


@require_POST
@vary_on_headers("HX-Request")
def commitment_keep(request: PersonRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, actions.keep)


@require_POST
@vary_on_headers("HX-Request")
def commitment_partly(request: PersonRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, actions.keep_partly)


@require_POST
@vary_on_headers("HX-Request")
def commitment_on_it(request: PersonRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, actions.say_on_it)


@require_POST
@vary_on_headers("HX-Request")
def commitment_on_it_undo(request: PersonRequest, pk: int) -> HttpResponse:
    return _answer(request, pk, actions.take_back_on_it)


@require_POST
@vary_on_headers("HX-Request")
def commitment_undo(request: PersonRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, actions.undo)


@require_POST
@vary_on_headers("HX-Request")
def commitment_carry_undo(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        return _settle(request, pk, actions.take_back_carry)
    except actions.CannotCarry as reason:
        messages.error(request, str(reason))
        return _settle(request, pk, lambda commitment: commitment)


@require_http_methods(["GET", "POST"])
@once
def commitment_carry(request: PersonRequest, pk: int) -> HttpResponse:
    commitment, meeting = settled_by(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CarryForm(data, initial={"due_on": timezone.localdate() + timedelta(days=7)})
    if form.is_valid():
        try:
            carried = actions.carry(commitment, **form.cleaned_data)
        except actions.CannotCarry as reason:
            form.add_error("due_on", str(reason))
        else:
            messages.success(request, _after_carrying(carried, request.user))
            return back(request, "meetings:commitments")
    page = {"form": form, "commitment": commitment, "meeting": meeting}
    return render(
        request, "sessions_app/commitment_carry.html", page, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def commitment_drop(request: PersonRequest, pk: int) -> HttpResponse:
    commitment = _own_commitment(request, pk)
    form = DropForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.drop(commitment, reason=form.cleaned_data["reason"])
        messages.success(request, "Dropped. Your circle reads the reason.")
        return back(request, "meetings:commitments")
    page = {"form": form, "commitment": commitment}
    return render(
        request, "sessions_app/commitment_drop.html", page, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def commitment_evidence(request: PersonRequest, pk: int) -> HttpResponse:
    commitment = _own_commitment(request, pk)
    data = request.POST if request.method == "POST" else None
    form = EvidenceForm(data, initial={"evidence": commitment.evidence})
    if form.is_valid():
        actions.say_evidence(commitment, **form.cleaned_data)
        messages.success(request, "Saved. Your circle sees how one can tell.")
        return redirect("meetings:commitments")
    page = {"form": form, "commitment": commitment}
    return render(
        request, "sessions_app/commitment_evidence.html", page, status=422 if form.errors else 200
    )


def _own_commitment(request: PersonRequest, pk: int) -> Commitment:
    visible = Commitment.objects.visible_to(request.user).select_related("owner", "circle")
    commitment = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.edit_commitment", commitment)
    return commitment


def settled_by(request: PersonRequest, pk: int) -> tuple[Commitment, Meeting | None]:
    """A commitment that the person may settle: their own; or, while a meeting runs that they drive,
    one of somebody who asks them to. With the running meeting that the form names.
    """
    visible = Commitment.objects.visible_to(request.user).select_related("owner", "circle")
    commitment = get_object_or_404(visible, pk=pk)
    asked = request.POST.get("meeting", "")
    meeting = None
    if asked.isdecimal():
        meetings = Meeting.objects.visible_to(request.user).select_related("circle")
        running = meetings.filter(circle=commitment.circle_id, state=Meeting.State.LIVE)
        meeting = running.filter(pk=int(asked)).first()
    if meeting is None or commitment.owner_id == request.user.pk:
        require(request.user, "sessions_app.edit_commitment", commitment)
    else:
        require(request.user, "sessions_app.drive_meeting", meeting)
    return commitment, meeting


def _settle(
    request: PersonRequest, pk: int, settle: Callable[[Commitment], Commitment]
) -> HttpResponse:
    commitment, meeting = settled_by(request, pk)
    settled = settle(commitment)
    if not request.htmx:
        return back(request, "meetings:commitments")
    if meeting:
        drives = request.user.has_perm("sessions_app.drive_meeting", meeting)
        turn = {"commitment": settled, "meeting": meeting, "drives": drives}
        return render(request, "sessions_app/promise_turn.html", turn)
    return _line(request, settled)


def _answer(
    request: PersonRequest, pk: int, answer: Callable[[Commitment], Commitment]
) -> HttpResponse:
    """Only the owner says how it goes."""
    answered = answer(_own_commitment(request, pk))
    return _line(request, answered) if request.htmx else back(request, "meetings:commitments")


def _line(request: PersonRequest, commitment: Commitment) -> HttpResponse:
    asked = request.POST.get("shows")
    shows = asked if asked in ("owner", "asked") else "circle"
    page = {"commitment": commitment, "shows": shows}
    return render(request, "sessions_app/commitment_line.html", page)


def _after_carrying(commitment: Commitment, person: Member) -> str:
    said = "Carried to the later day."
    waits = Topic.objects.visible_to(person).waiting().filter(commitment=commitment).exists()
    if waits and commitment.owner_id == person.pk:
        said += " This keeps coming back. Bring it to a hot seat? It stands among your topics."
    return said
