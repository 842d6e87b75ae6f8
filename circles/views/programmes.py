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
from circles.demand import demands_of
from circles.filters import ProgrammeCircleFilter
from circles.forms import ProgrammeForm
from circles.models import Programme
from members.http import PersonRequest, require
from members.submissions import once

ROWS_A_PAGE = 50


def programmes(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    found = Programme.objects.with_open_circles().prefetch_related("formats")
    page = Paginator(found.current(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "archived": found.exclude(archived_at=None)}
    return render(request, "circles/programme_list.html", context)


def programme(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme.objects.prefetch_related("formats"), pk=pk)
    circles = ProgrammeCircleFilter(request.GET, programme.circles.for_cards())
    page = Paginator(circles.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"programme": programme, "filter": circles, "page": page}
    context["demands"] = demands_of(programme)
    return render(request, "circles/programme_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def programme_create(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    form = ProgrammeForm(request.POST or None)
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
            return redirect(programme)
    return render(request, "circles/programme_form.html", {"form": form, "programme": programme})


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
