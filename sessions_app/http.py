from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from members.http import PersonRequest
from sessions_app.models import Meeting


def meeting_named(request: PersonRequest, number: str) -> Meeting | None:
    """The meeting that an address or a form names; None without one, 404 where they read none."""
    if not number.isdecimal():
        return None
    visible = Meeting.objects.visible_to(request.user).select_related("circle")
    return get_object_or_404(visible, pk=int(number))


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form was on, if it names one of ours; else to `otherwise`."""
    asked = request.POST.get("next", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return redirect(asked if is_ours else otherwise)
