from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.milestones import (
    add_milestone,
    change_milestone,
    remove_milestone,
    restore_milestone,
)
from circles.actions.refusals import CannotChange
from circles.forms.milestones import MilestoneForm
from circles.models import Milestone, Programme
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def milestone_new(request: PersonRequest, programme_pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=programme_pk)
    new = Milestone(programme=programme)
    form = MilestoneForm(request.POST if request.method == "POST" else None, new)
    if request.method == "POST" and form.is_valid():
        try:
            milestone = add_milestone(programme, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{milestone}” is among the programme’s days.")
            return redirect(f"{programme.get_absolute_url()}#days")
    context = {"form": form, "programme": programme}
    return render(request, "circles/milestone_form.html", context)


@require_http_methods(["GET", "POST"])
def milestone_edit(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    current = Milestone.objects.current().select_related("programme")
    milestone = get_object_or_404(current, pk=pk)
    programme = milestone.programme
    form = MilestoneForm(request.POST if request.method == "POST" else None, milestone)
    if request.method == "POST" and form.is_valid():
        try:
            milestone = change_milestone(milestone, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{milestone}” is changed, and so is what people are told.")
            return redirect(f"{programme.get_absolute_url()}#days")
    context = {"form": form, "programme": programme, "milestone": milestone}
    return render(request, "circles/milestone_form.html", context)


@require_POST
def milestone_remove(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    milestone = get_object_or_404(Milestone.objects.select_related("programme"), pk=pk)
    remove_milestone(milestone, by=request.user)
    messages.success(
        request, f"“{milestone}” is removed. Bring it back among the days, if need be."
    )
    return redirect(f"{milestone.programme.get_absolute_url()}#days")


@require_POST
def milestone_restore(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    milestone = get_object_or_404(Milestone.objects.select_related("programme"), pk=pk)
    try:
        restore_milestone(milestone, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{milestone}” is back among the programme’s days.")
    return redirect(f"{milestone.programme.get_absolute_url()}#days")
