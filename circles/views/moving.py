from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.leaves import CannotTakeLeave, come_back, go_on_leave
from circles.actions.transfer import CannotMove, ask_to_move
from circles.actions.waitlist import CannotWait
from circles.forms.joining import OnLeaveForm
from circles.models import Circle, Entry, Leave, Membership
from circles.views.join_answers import to_circle
from members.http import PersonRequest, require

CHOICES = 50


@require_http_methods(["GET", "POST"])
def leave_take(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.change_own_seat", circle)
    seat = Membership.objects.current().of(request.user).get(circle=circle)
    leave = Leave.objects.current().filter(membership=seat).first()
    initial = {"back_by": leave.back_by} if leave else {}
    form = OnLeaveForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            leave = go_on_leave(seat, back_by=form.cleaned_data["back_by"])
        except CannotTakeLeave as reason:
            form.add_error("back_by", str(reason))
        else:
            messages.success(request, f"Your seat is kept until {leave.back_by:%-d %B}.")
            return redirect(circle)
    context = {"circle": circle, "form": form, "leave": leave}
    return render(request, "circles/leave_take.html", context, status=422 if form.errors else 200)


@require_POST
def leave_end(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.change_own_seat", circle)
    if come_back(Membership.objects.current().of(request.user).get(circle=circle)):
        messages.success(request, "Welcome back. Your circle counts on you again.")
    return to_circle(request, circle)


@require_safe
def move(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user).for_cards(), pk=pk)
    require(request.user, "circles.change_own_seat", circle)
    others = Circle.objects.listed().filter(
        programme=circle.programme_id, stage__in=Circle.TAKING_MEMBERS
    )
    mine = Circle.objects.joined_by(request.user) | Circle.objects.facilitated_by(request.user)
    shown = others.exclude(pk__in=mine.values("pk")).for_cards()[:CHOICES]
    choices = [other for other in shown if other.way_in != Entry.INVITE]
    return render(request, "circles/move.html", {"circle": circle, "choices": choices})


@require_POST
def move_to(request: PersonRequest, pk: int, to_pk: int) -> HttpResponse:
    known = Circle.objects.visible_to(request.user).select_related("programme")
    circle, to = get_object_or_404(known, pk=pk), get_object_or_404(known, pk=to_pk)
    require(request.user, "circles.change_own_seat", circle)
    require(request.user, "circles.ask_for_seat", to)
    seats = Membership.objects.current().of(request.user).select_related("circle", "person")
    seat = seats.get(circle=circle)
    if to.way_in == Entry.APPLY and to.programme_id == circle.programme_id:
        return redirect(f"{reverse('circles:apply', args=[to.pk])}?from={seat.pk}")
    try:
        got = ask_to_move(seat, to)
    except (CannotMove, CannotWait) as reason:
        messages.error(request, str(reason))
        return redirect("circles:move", circle.pk)
    if isinstance(got, Membership):
        messages.success(request, f"You moved from “{circle}” to “{to}”. Welcome.")
    else:
        words = f"You are in line for “{to}”. Until then you keep your seat in “{circle}”."
        messages.success(request, words)
    return redirect(to)
