from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from members.http import PersonRequest, require
from sessions_app.actions.roles import (
    OPEN,
    CannotGive,
    CannotPrepare,
    CannotSwap,
    answer_swap,
    ask_swap,
    give_roles,
    prepare,
    withdraw_swap,
)
from sessions_app.agenda.ledger import ledger_of, proposed_roles
from sessions_app.forms.agenda import PrepareForm, RolesForm, SwapForm
from sessions_app.models import Meeting, RoleSwap, RoleTurn
from sessions_app.seats import seats_on

ABOUT = ("meeting__circle__format_version", "person")


@require_http_methods(["GET", "POST"])
def role_give(request: PersonRequest, pk: int) -> HttpResponse:
    needed = ("own_agenda", "circle__format_version")
    visible = Meeting.objects.visible_to(request.user).select_related(*needed)
    meeting = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.shape_meeting", meeting)
    if meeting.state not in OPEN:
        messages.error(request, "This meeting is over or was cancelled; its roles stay.")
        return redirect(_roles_of(meeting))
    ledger = ledger_of(meeting)
    turns = proposed_roles(meeting, ledger)
    data = request.POST if request.method == "POST" else None
    form = RolesForm(data, turns=turns, peers=ledger.peers)
    if form.is_valid():
        try:
            give_roles(meeting, form.chosen())
        except CannotGive as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "Saved who does what.")
        return redirect(_roles_of(meeting))
    page = {"form": form, "meeting": meeting}
    return render(request, "sessions_app/agenda_roles.html", page, status=_status(form))


@require_http_methods(["GET", "POST"])
def role_prepare(request: PersonRequest, pk: int) -> HttpResponse:
    turn = _turn(request, pk)
    data = request.POST if request.method == "POST" else None
    form = PrepareForm(data, initial={"words": turn.prepares})
    if form.is_valid():
        try:
            prepare(turn, form.cleaned_data["words"], by=request.user)
        except (CannotPrepare, CannotSwap) as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, "Your circle sees it.")
        return redirect(_roles_of(turn.meeting))
    page = {"form": form, "turn": turn, "meeting": turn.meeting}
    return render(request, "sessions_app/agenda_prepare.html", page, status=_status(form))


@require_http_methods(["GET", "POST"])
def role_swap_ask(request: PersonRequest, pk: int) -> HttpResponse:
    turn = _turn(request, pk)
    seats = seats_on(turn.meeting.held_on, circle_id=turn.meeting.circle_id).filter(left_on=None)
    people = [seat.person for seat in seats if seat.person_id != request.user.pk]
    others = turn.meeting.roles.exclude(person=request.user).values_list("person", "role")
    data = request.POST if request.method == "POST" else None
    form = SwapForm(data, people=people, held=dict(others))
    if form.is_valid():
        try:
            swap = ask_swap(turn, asked=form.person(), by=request.user)
        except CannotSwap as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"{swap.asked.short_name} gets a mail and can answer there.")
        return redirect(_roles_of(turn.meeting))
    page = {"form": form, "turn": turn, "meeting": turn.meeting, "people": people}
    return render(request, "sessions_app/agenda_swap.html", page, status=_status(form))


@require_POST
def role_swap_answer(request: PersonRequest, pk: int) -> HttpResponse:
    swap = _swap(request, pk)
    require(request.user, "sessions_app.answer_swap", swap)
    accepted = request.POST.get("accepted") == "yes"
    try:
        answer_swap(swap, accepted=accepted, by=request.user)
    except CannotSwap as reason:
        messages.error(request, str(reason))
    else:
        name, role = swap.asked_by.short_name, swap.turn.role
        messages.success(request, f"You are {role} now." if accepted else f"{name} knows.")
    return redirect(_roles_of(swap.turn.meeting))


@require_POST
def role_swap_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    swap = _swap(request, pk)
    require(request.user, "sessions_app.withdraw_swap", swap)
    try:
        withdraw_swap(swap)
    except CannotSwap as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Taken back. The role is still yours.")
    return redirect(_roles_of(swap.turn.meeting))


def _turn(request: PersonRequest, pk: int) -> RoleTurn:
    """A role of one's own in a meeting that one reads; 404 or 403 otherwise."""
    visible = RoleTurn.objects.visible_to(request.user).select_related(*ABOUT)
    turn = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.hold_role", turn)
    return turn


def _swap(request: PersonRequest, pk: int) -> RoleSwap:
    needed = ("turn__meeting__circle", "turn__person", "asked_by", "asked")
    visible = RoleSwap.objects.visible_to(request.user).select_related(*needed)
    return get_object_or_404(visible, pk=pk)


def _roles_of(meeting: Meeting) -> str:
    return f"{meeting.get_absolute_url()}#roles"


def _status(form: PrepareForm | RolesForm | SwapForm) -> int:
    return 422 if form.errors else 200
