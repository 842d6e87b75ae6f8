from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from circles.actions import CannotJoin, join_circle, leave_circle
from circles.actions.waitlist import CannotWait, join_waitlist, leave_waitlist
from circles.models import Circle, Membership, WaitlistEntry
from circles.views.join_answers import refused, to_circle
from members.http import PersonRequest, require
from members.submissions import once


@require_POST
@vary_on_headers("HX-Request")
def join(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.join_circle", circle)
    try:
        join_circle(circle, person=request.user)
    except CannotJoin as reason:
        return refused(request, circle, reason)
    messages.success(request, f"You have a seat in “{circle}”. Welcome.")
    # A seat changes the whole page: what the circle shares is now on it.
    return to_circle(request, circle)


@require_http_methods(["GET", "POST"])
@once
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.leave_circle", circle)
    seat = Membership.objects.current().of(request.user).filter(circle=circle).first()
    if request.method == "GET" and seat:
        return render(request, "circles/circle_leave.html", {"circle": circle, "seat": seat})
    if request.method == "POST" and leave_circle(circle, person=request.user):
        messages.success(request, f"You have left “{circle}”. Today you can still undo it here.")
    return redirect(circle)


@require_POST
@vary_on_headers("HX-Request")
def waitlist_join(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.ask_for_seat", circle)
    try:
        join_waitlist(circle, person=request.user)
    except CannotWait as reason:
        return refused(request, circle, reason)
    messages.success(request, "You are in line. When it is your turn, you get a mail.")
    return to_circle(request, circle)


@require_POST
@vary_on_headers("HX-Request")
def waitlist_leave(request: PersonRequest, pk: int) -> HttpResponse:
    # Also a circle that was hidden after they began to wait.
    waits = WaitlistEntry.objects.waiting().of(request.user).values("circle")
    known = Circle.objects.visible_to(request.user) | Circle.objects.filter(pk__in=waits)
    circle = get_object_or_404(known, pk=pk)
    if leave_waitlist(circle, person=request.user):
        messages.success(request, f"You no longer wait for a seat in “{circle}”.")
    return to_circle(request, circle)
