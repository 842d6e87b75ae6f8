from copy import copy

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import (
    CannotChange,
    archive_programme,
    change_programme,
    create_programme,
    restore_programme,
)
from circles.actions.programmes import duplicate_programme
from circles.discovery.filters import ProgrammeCircleFilter
from circles.forms import ProgrammeForm
from circles.forms.programmes import DuplicateForm
from circles.joining.demand import demands_of
from circles.models import Programme
from circles.programmes.rules import rules_in_words
from circles.programmes.timeline import timeline_of
from members.http import PersonRequest, require
from members.paging import CappedPaginator
from members.submissions import once

ROWS_A_PAGE = 50


def programmes(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    found = Programme.objects.with_open_circles().with_enrolled().prefetch_related("formats")
    page = Paginator(found.current(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "archived": found.exclude(archived_at=None)}
    return render(request, "circles/programme_list.html", context)


def programme(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    counted = Programme.objects.with_open_circles().with_enrolled()
    programme = get_object_or_404(counted.prefetch_related("formats"), pk=pk)
    circles = ProgrammeCircleFilter(request.GET, programme.circles.for_cards())
    page = CappedPaginator(circles.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "rules": rules_in_words(programme),
        "filter": circles,
        "page": page,
        "demands": demands_of(programme),
    } | timeline_of(programme)
    return render(request, "circles/programme_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def programme_create(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    initial = {"time_zone": request.user.time_zone}
    form = ProgrammeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            programme = create_programme(by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{programme}” is set up. Now add its circles.")
            return redirect(programme)
    return render(request, "circles/programme_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def programme_edit(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    form = ProgrammeForm(request.POST or None, instance=copy(programme))
    if request.method == "POST" and form.is_valid():
        try:
            programme = change_programme(programme, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{programme}” is changed.")
            if hopefuls := programme.enrolments.current().hoping_for_what_is_not_offered().count():
                messages.warning(request, _hopefuls_in_words(hopefuls))
            return redirect(programme)
    return render(request, "circles/programme_form.html", {"form": form, "programme": programme})


def _hopefuls_in_words(number: int) -> str:
    people = "1 person who enrolled" if number == 1 else f"{number} people who enrolled"
    return f"{people} would like a format that is not offered now. Any format counts for them."


@require_http_methods(["GET", "POST"])
@once
def programme_duplicate(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    form = DuplicateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            copy = duplicate_programme(
                programme, by=request.user, name=said["name"], starts_on=said["starts_on"]
            )
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(
                request, f"“{copy}” has the rules of “{programme}”. Now look at its days."
            )
            return redirect("circles:programme_edit", copy.pk)
    context = {"form": form, "programme": programme}
    return render(request, "circles/programme_duplicate.html", context)


@require_http_methods(["GET", "POST"])
def programme_archive(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme.objects.with_open_circles(), pk=pk)
    if request.method == "GET" and programme.archived_at is None:
        return render(request, "circles/programme_archive.html", {"programme": programme})
    if request.method == "POST":
        archive_programme(programme, by=request.user)
        messages.success(request, f"“{programme}” is archived. You can restore it here.")
    return redirect(programme)


@require_POST
def programme_restore(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    restore_programme(programme, by=request.user)
    messages.success(request, f"“{programme}” is back among the programmes.")
    return redirect(programme)
