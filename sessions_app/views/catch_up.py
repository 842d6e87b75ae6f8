from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from circles.actions.leaves import opened_catch_up
from circles.models import Circle
from members.http import PersonRequest, require
from sessions_app.catch_up import sections_of


@require_safe
def catch_up(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Circle.objects.visible_to(request.user).select_related("format_version")
    circle = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.catch_up", circle)
    opened_catch_up(circle, person=request.user)
    context = {"circle": circle, "sections": sections_of(circle, request.user)}
    return render(request, "sessions_app/catch_up.html", context)
