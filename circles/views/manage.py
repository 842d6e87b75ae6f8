from copy import copy

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import (
    CannotChange,
    change_circle,
    close_circle,
    create_circle,
    move_circle,
    reopen_circle,
)
from circles.actions.parents import clear_children
from circles.forms import CircleForm, NewCircleForm, PurposeForm
from circles.forms.lifecycle import CloseForm
from circles.models import Circle, Programme
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def create(request: PersonRequest, programme_pk: int | None = None) -> HttpResponse:
    require(request.user, "circles.manage_circle")
    programme = (
        get_object_or_404(Programme.objects.current(), pk=programme_pk) if programme_pk else None
    )
    initial = {"time_zone": request.user.time_zone}
    form = NewCircleForm(request.POST or None, programme=programme, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            circle = create_circle(by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            return _saved(request, circle, f"“{circle}” is set up and looks for members.")
    return render(request, "circles/circle_create.html", {"form": form, "programme": programme})


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.change_purpose", circle)
    manages = request.user.has_perm("circles.manage_circle", circle)
    # The form writes into its instance, and the page goes on naming the circle as it is.
    form = (CircleForm if manages else PurposeForm)(request.POST or None, instance=copy(circle))
    if request.method == "POST" and form.is_valid():
        try:
            circle = change_circle(circle, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            return _saved(request, circle, f"“{circle}” is changed.")
    return render(request, "circles/circle_edit.html", {"form": form, "circle": circle})


def _saved(request: PersonRequest, circle: Circle, words: str) -> HttpResponseRedirect:
    messages.success(request, words)
    if advice := circle.format_version.advice_on_seats(circle.capacity):
        messages.warning(request, advice)
    return redirect(circle)


@require_POST
def stage(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.manage_circle", circle)
    try:
        circle = move_circle(circle, request.POST.get("stage", ""), by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” is now {circle.get_stage_display().lower()}.")
    return redirect(circle)


@require_http_methods(["GET", "POST"])
def close(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user).with_seats(), pk=pk)
    require(request.user, "circles.manage_circle", circle)
    below = list(circle.children.open())
    form = CloseForm(request.POST if request.method == "POST" else None) if below else None
    is_asked = request.method == "GET" or (form is not None and not form.is_valid())
    if is_asked and not circle.is_closed:
        page = {"circle": circle, "below": below, "form": form}
        return render(request, "circles/circle_close.html", page)
    if request.method == "POST":
        if form and form.cleaned_data.get("below") == "clear":
            clear_children(circle, by=request.user)
        close_circle(circle, by=request.user)
        messages.success(request, f"“{circle}” is closed. Today you can still undo it here.")
    return redirect(circle)


@require_POST
def reopen(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.manage_circle", circle)
    try:
        circle = reopen_circle(circle, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(circle)
    seats = circle.memberships.current().count()
    people = "1 person has" if seats == 1 else f"{seats} people have"
    messages.success(request, f"“{circle}” is open again; {people} a seat.")
    return redirect(circle)
