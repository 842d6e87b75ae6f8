from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from circles.actions import CannotJoin, join_circle, leave_circle
from circles.models import Circle, Membership
from circles.parts import circle_parts
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
        messages.error(request, str(reason))
        if not request.htmx:
            return redirect(circle)
        circle = Circle.objects.for_cards().get(pk=pk)
        context = circle_parts(circle, request.user)
        return render(request, "circles/circle_parts.html#refused", context)
    messages.success(request, f"You have a seat in “{circle}”. Welcome.")
    # A seat changes the whole page: what the circle shares is now on it.
    url = circle.get_absolute_url()
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


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
