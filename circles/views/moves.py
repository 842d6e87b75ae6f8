"""Moving people on the board, with the effect shown first."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from circles.actions.formation_board import CannotMove, move_person, undo_last_move
from circles.formation.effects import Effect, effect_of, effects_of
from circles.formation.wording import worded
from circles.forms.formation import TargetForm
from circles.models import Formation, StagedCircle, StagedSeat
from circles.views.formations import FORMS_CIRCLES, formation_or_404
from members.http import PersonRequest, require
from members.submissions import once

NOWHERE = "none"
CIRCLES_SHOWN = 10


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@once
def formation_move(request: PersonRequest, pk: int, seat_pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    seats = formation.seats.select_related("person", "staged_circle")
    seat = get_object_or_404(seats, pk=seat_pk)
    if not formation.can_be_changed:
        messages.error(request, "The board cannot be changed now.")
        return redirect(formation)
    if request.method == "POST":
        return _move(request, formation, seat)
    form = TargetForm(request.GET if "to" in request.GET else None)
    next_url = request.GET.get("next", "")
    context: dict[str, Any] = {"formation": formation, "seat": seat, "form": form, "next": next_url}
    if form.is_valid():
        context |= _shown(formation, seat, form, request.GET.get("swap", ""))
    part = "#effect" if request.htmx else ""
    return render(request, f"circles/formation_move.html{part}", context)


def _shown(formation: Formation, seat: StagedSeat, form: TargetForm, swap: str) -> dict[str, Any]:
    to = form.cleaned_data["to"].strip()
    found = [] if to == NOWHERE else _circles(formation, to)
    if to != NOWHERE and len(found) != 1:
        if not found:
            form.add_error("to", "No staged circle is called that. Try its number.")
        return {"found": found}
    target = found[0] if found else None
    swap_with = _swap(formation, swap, target)
    shown: dict[str, Any] = {
        "to": target.number if target else NOWHERE,
        "target": target,
        "swap_with": swap_with,
        "effect": effect_of(formation, seat, target, swap_with=swap_with),
    }
    if target and seat.staged_circle != target:
        people = list(target.seats.select_related("person", "staged_circle"))
        swaps = effects_of(formation, seat, target, people)
        shown["swaps"] = sorted(zip(people, swaps, strict=True), key=_best_first)
    return shown


def _best_first(swap: tuple[StagedSeat, Effect]) -> tuple[bool, int]:
    _, effect = swap
    return not effect.is_allowed, -effect.difference


def _circles(formation: Formation, words: str) -> list[StagedCircle]:
    """The circle of that number or name; else those whose name holds the words."""
    if words.isdecimal() and len(words) < 9:
        return list(formation.circles.filter(number=int(words)))
    exact = list(formation.circles.filter(name__iexact=words))
    return exact or list(formation.circles.filter(Q(name__icontains=words))[:CIRCLES_SHOWN])


def _swap(formation: Formation, value: str, target: StagedCircle | None) -> StagedSeat | None:
    if target is None or not value.isdecimal() or len(value) > 18:
        return None
    there = formation.seats.filter(staged_circle=target).select_related("person", "staged_circle")
    return there.filter(pk=int(value)).first()


def _move(request: PersonRequest, formation: Formation, seat: StagedSeat) -> HttpResponse:
    to, version = request.POST.get("to", ""), request.POST.get("version", "")
    found = [] if to == NOWHERE else _circles(formation, to)
    is_stale = not version.isdecimal() or (to != NOWHERE and len(found) != 1)
    if is_stale:
        messages.error(request, "That circle is no longer there. Look again, then move.")
        return redirect(formation)
    target = found[0] if found else None
    swap = request.POST.get("swap", "")
    swap_with = _swap(formation, swap, target)
    if swap and swap_with is None:
        messages.error(request, "The person to swap with is no longer there. Look again.")
        return redirect(formation)
    try:
        move_person(
            formation, seat, target, version=int(version), by=request.user, swap_with=swap_with
        )
    except CannotMove as reason:
        messages.error(request, str(reason))
        return _back(request, formation)
    place = f"in “{target}”" if target else "without a place"
    swapped = f", and {swap_with.person} in the other circle" if swap_with else ""
    messages.success(request, f"{seat.person} is now {place}{swapped}.")
    return _back(request, formation)


def _back(request: PersonRequest, formation: Formation) -> HttpResponse:
    """To the page of the board that the move began on."""
    asked = request.POST.get("next", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return redirect(asked if is_ours else formation)


@require_POST
@once
def formation_undo(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    version = request.POST.get("version", "")
    try:
        words = undo_last_move(
            formation, version=int(version) if version.isdecimal() else -1, by=request.user
        )
    except CannotMove as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"Taken back: {worded([words])[0]}.")
    return _back(request, formation)
