from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.emergency import (
    CannotRead,
    approve_emergency_access,
    end_emergency_access,
    request_emergency_access,
)
from circles.forms.emergency import EmergencyForm
from circles.middleware import SESSION_KEY
from circles.models import Circle, EmergencyAccess
from members.http import PersonRequest, require
from members.models import Member, Role
from members.submissions import once

ROWS_A_PAGE = 25
PEOPLE = ("circle", "requested_by", "approved_by", "ended_by")


@require_safe
def emergencies(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.request_emergency_access")
    rows = EmergencyAccess.objects.select_related(*PEOPLE)
    past = rows.over()
    context = {
        "pending": rows.pending(),
        "current": rows.current(),
        "page": Paginator(past, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "circles/emergencies.html", context)


@require_http_methods(["GET", "POST"])
@once
def emergency_request(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.request_emergency_access", circle)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_emergency_access(circle, by=request.user, **form.cleaned_data)
        except CannotRead as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "The other organisers are asked. One of them has to approve.")
            return redirect("circles:emergencies")
    organisers = Member.objects.current().with_role(Role.ORGANISER).exclude(pk=request.user.pk)
    context = {"circle": circle, "form": form, "is_alone": not organisers.exists()}
    return render(request, "circles/emergency_request.html", context)


@require_POST
def emergency_approve(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.request_emergency_access")
    access = get_object_or_404(EmergencyAccess, pk=pk)
    try:
        access = approve_emergency_access(access, by=request.user)
    except CannotRead as reason:
        messages.error(request, str(reason))
    else:
        words = f"{access.requested_by} may read “{access.circle}” now. The circle is told."
        messages.success(request, words)
    return redirect("circles:emergencies")


@require_POST
def emergency_end(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.request_emergency_access")
    access = get_object_or_404(EmergencyAccess.objects.select_related("circle"), pk=pk)
    if end_emergency_access(access, by=request.user):
        messages.success(request, f"Nobody reads “{access.circle}” under emergency access now.")
    return redirect("circles:emergencies")


@require_POST
def emergency_read(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.request_emergency_access")
    running = EmergencyAccess.objects.current().of(request.user).select_related("circle")
    access = get_object_or_404(running, pk=pk)
    request.session[SESSION_KEY] = access.pk
    return redirect(access.circle)


@require_POST
def emergency_stop(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.request_emergency_access")
    request.session.pop(SESSION_KEY, None)
    messages.success(request, "You no longer read the circle.")
    return redirect("circles:emergencies")


@require_safe
def emergency_log(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.read_emergency_log", circle)
    accesses = circle.emergencies.granted().select_related(*PEOPLE).prefetch_related("readings")
    page = Paginator(accesses, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "circles/emergency_log.html", {"circle": circle, "page": page})
