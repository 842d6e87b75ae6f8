from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions import CannotAppoint, appoint_facilitator, end_facilitation
from circles.forms import AppointForm
from circles.models import Circle, Facilitation
from circles.views.person_search import person_search
from members.http import PersonRequest, require


@require_http_methods(["GET", "POST"])
def appoint(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user).for_cards(), pk=pk)
    require(request.user, "circles.manage_circle", circle)
    if request.method == "POST":
        return _appoint(request, circle)
    context = {"circle": circle, **person_search(request).context}
    return render(request, "circles/facilitators.html", context)


def _appoint(request: PersonRequest, circle: Circle) -> HttpResponse:
    form = AppointForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That person is no longer there. Search again.")
        return redirect("circles:appoint", circle.pk)
    person = form.cleaned_data["person"]
    try:
        appoint_facilitator(circle, person, by=request.user)
    except CannotAppoint as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{person} facilitates “{circle}”.")
    return redirect("circles:appoint", circle.pk)


@require_http_methods(["GET", "POST"])
def end(request: PersonRequest, pk: int, facilitation_pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.manage_circle", circle)
    held = get_object_or_404(
        Facilitation.objects.filter(circle=circle).select_related("person"), pk=facilitation_pk
    )
    if request.method == "GET" and held.ended_on is None:
        context = {"circle": circle, "held": held}
        return render(request, "circles/facilitation_end.html", context)
    if request.method == "POST":
        end_facilitation(held, by=request.user)
        messages.success(request, f"{held.person} no longer facilitates “{circle}”.")
    return redirect("circles:appoint", circle.pk)
