from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from members import actions
from members.forms import PeopleFilterForm
from members.http import PersonRequest, require
from members.models import Member, MemberQuerySet, Role, RoleGrant
from members.paging import CappedPaginator
from members.submissions import once

PEOPLE_A_PAGE = 50


@require_safe
def people(request: PersonRequest) -> HttpResponse:
    require(request.user, "members.manage_people")
    form = PeopleFilterForm(request.GET)
    form.is_valid()
    found = _found(form.cleaned_data)
    page = CappedPaginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    is_filtered = any(form.cleaned_data.values())
    context = {"form": form, "page": page, "is_filtered": is_filtered}
    return render(request, "members/people.html", context)


def _found(filters: dict[str, Any]) -> MemberQuerySet:
    held = Prefetch("grants", RoleGrant.objects.current(), to_attr="current_grants")
    found: MemberQuerySet = Member.objects.select_related("unit").prefetch_related(held)
    found = {"": found.current, "left": found.who_left, "all": found.all}[filters.get("show", "")]()
    if unit := filters.get("unit"):
        found = found.within(unit)
    if role := filters.get("role"):
        found = found.with_role(role)
    return found.matching(filters.get("q", ""))


@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "members.manage_people")
    person = get_object_or_404(Member.objects.select_related("unit", "manager"), pk=pk)
    history = person.grants.select_related("granted_by", "revoked_by").order_by("-granted_at")
    held = {grant.role: grant for grant in history if grant.revoked_at is None}
    context = {
        "person": person,
        "roles": [(role, held.get(role)) for role in Role],
        "history": history,
        "career": person.career_events.order_by("-on", "-pk"),
    }
    return render(request, "members/person.html", context)


@require_http_methods(["GET", "POST"])
@once
def grant_role(request: PersonRequest, pk: int, role: str) -> HttpResponse:
    require(request.user, "members.grant_roles")
    person = get_object_or_404(Member, pk=pk)
    role = _role(role)
    if request.method == "GET":
        return render(request, "members/role.html", {"person": person, "role": role})
    try:
        actions.grant_role(person, role, by=request.user)
    except actions.CannotGrant as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{person.name} is now {role.with_article}.")
    return redirect(person)


@require_http_methods(["GET", "POST"])
@once
def revoke_role(request: PersonRequest, pk: int, role: str) -> HttpResponse:
    require(request.user, "members.grant_roles")
    person = get_object_or_404(Member, pk=pk)
    role = _role(role)
    if request.method == "GET":
        context = {"person": person, "role": role, "is_held": True}
        return render(request, "members/role.html", context)
    try:
        actions.revoke_role(person, role, by=request.user)
    except actions.CannotRevoke as reason:
        messages.error(request, str(reason))
        return redirect(person)
    messages.success(request, f"{person.name} is no longer {role.with_article}.")
    gave_up_own = person == request.user and role == Role.ORGANISER
    return redirect("members:profile") if gave_up_own else redirect(person)


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError as unknown:
        raise Http404 from unknown
