from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.pauses import pause_circle, resume_circle
from circles.actions.refusals import CannotChange
from circles.forms.lifecycle import PauseForm
from circles.models import Circle
from members.http import PersonRequest, require


@require_http_methods(["GET", "POST"])
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.pause_circle", circle)
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pause_circle(circle, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{circle}” pauses, and its members are told.")
            return redirect(circle)
    return render(request, "circles/circle_pause.html", {"form": form, "circle": circle})


@require_POST
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.pause_circle", circle)
    try:
        resume_circle(circle, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” goes on, and its members are told.")
    return redirect(circle)
