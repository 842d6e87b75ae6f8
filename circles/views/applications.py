from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.applications import (
    CannotApply,
    CannotDecide,
    apply_for_seat,
    decide_application,
    obstacle_to_applying,
    vote_on_application,
    withdraw_application,
)
from circles.forms.joining import DecisionForm
from circles.joining.application_page import application_page, ask_form
from circles.models import Application, Circle, Membership
from circles.programmes.questions import answers_of
from circles.views.join_answers import to_circle
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def apply(request: PersonRequest, pk: int) -> HttpResponse:
    known = Circle.objects.visible_to(request.user).for_cards()
    circle = get_object_or_404(known, pk=pk)
    require(request.user, "circles.ask_for_seat", circle)
    moves_from = _seat_to_give_up(request, circle)
    form = ask_form(circle, request.POST if request.method == "POST" else None)
    obstacle = obstacle_to_applying(circle, request.user)
    if request.method == "POST" and form.is_valid():
        try:
            apply_for_seat(
                circle, person=request.user, answers=answers_of(form), moves_from=moves_from
            )
        except CannotApply as reason:
            obstacle = str(reason)
        else:
            messages.success(request, f"You asked for a seat in “{circle}”.")
            return redirect(circle)
    context = {"circle": circle, "form": form, "obstacle": obstacle, "moves_from": moves_from}
    return render(request, "circles/apply.html", context, status=422 if form.errors else 200)


def _seat_to_give_up(request: PersonRequest, circle: Circle) -> Membership | None:
    """The seat that the address names, if it is the person's own, in the same programme."""
    named = request.GET.get("from", "")
    seats = Membership.objects.current().of(request.user).select_related("circle")
    same = seats.filter(circle__programme=circle.programme_id).exclude(circle=circle)
    return same.filter(pk=named).first() if named.isdecimal() and len(named) < 19 else None


@require_safe
def application(request: PersonRequest, pk: int) -> HttpResponse:
    application = _visible(request, pk)
    return render(request, "circles/application.html", application_page(application, request.user))


@require_POST
def application_vote(request: PersonRequest, pk: int) -> HttpResponse:
    application = _visible(request, pk)
    in_favour = request.POST.get("in_favour")
    if in_favour not in ("yes", "no"):
        messages.error(request, "Choose one of the two buttons.")
        return redirect("circles:application", pk)
    try:
        vote_on_application(application, person=request.user, in_favour=in_favour == "yes")
    except CannotDecide as reason:
        messages.error(request, str(reason))
        return redirect(application.circle)
    messages.success(request, "Your vote counts. You can change it while the vote is open.")
    return redirect(application.circle)


@require_POST
def application_decide(request: PersonRequest, pk: int) -> HttpResponse:
    application = _visible(request, pk)
    form, decision = DecisionForm(request.POST), request.POST.get("decision")
    if not form.is_valid() or decision not in ("accept", "decline"):
        page = application_page(application, request.user) | {"form": form}
        return render(request, "circles/application.html", page, status=422)
    try:
        decide_application(
            application,
            accepted=decision == "accept",
            by=request.user,
            words=form.cleaned_data["words"],
        )
    except CannotDecide as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{application.person} is told.")
    if request.user.has_perm("circles.invite_people", application.circle):
        return redirect("circles:people", application.circle_id)
    return redirect(application.circle)


@require_POST
def application_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    mine = Application.objects.of(request.user).select_related("circle")
    application = get_object_or_404(mine, pk=pk)
    withdraw_application(application)
    messages.success(request, "You no longer ask for this seat.")
    return to_circle(request, application.circle)


def _visible(request: PersonRequest, pk: int) -> Application:
    visible = Application.objects.visible_to(request.user)
    found = visible.select_related("person", "circle__programme").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
