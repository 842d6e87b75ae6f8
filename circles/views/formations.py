from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from circles.actions.formation_run import start_formation, stop_formation
from circles.actions.formation_setup import (
    change_formation,
    discard_formation,
    set_up_formation,
)
from circles.actions.refusals import CannotChange
from circles.formation.board import answers_of, board
from circles.formation.checks import check
from circles.forms.formation import BoardFilterForm, FormationForm
from circles.models import Formation, FormatVersion, Programme
from members.http import PersonRequest, require
from members.submissions import once

ROWS_A_PAGE = 25
FORMS_CIRCLES = "circles.form_circles"


def formation_or_404(pk: int) -> Formation:
    rows = Formation.objects.select_related("programme", "format_version__format", "created_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def formations(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    programme = get_object_or_404(Programme, pk=pk)
    rows = programme.formations.select_related("format_version__format", "created_by")
    page = Paginator(
        rows.annotate(staged=Count("circles")).order_by("-created_at", "-pk"), ROWS_A_PAGE
    ).get_page(request.GET.get("page"))
    waiting = programme.enrolments.filter(withdrawn_at=None).count()
    context = {"programme": programme, "page": page, "waiting": waiting}
    return render(request, "circles/formation_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def formation_new(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    programme = get_object_or_404(Programme.objects.current(), pk=pk)
    version = _version_to_start_from(programme, request.GET.get("format"))
    initial = FormationForm.initial_for(version) if version else {}
    form = FormationForm(request.POST or None, programme=programme, initial=initial)
    if request.method == "POST" and form.is_valid():
        decided = form.cleaned_data
        try:
            formation = set_up_formation(
                programme,
                of_format=decided["of_format"],
                chosen=form.chosen,
                seed=decided["seed"],
                by=request.user,
            )
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            return redirect(formation)
    others = programme.formats.exclude(pk=version.format_id) if version else []
    context = {"programme": programme, "form": form, "version": version, "others": others}
    return render(request, "circles/formation_form.html", context)


def _version_to_start_from(programme: Programme, key: str | None) -> FormatVersion | None:
    """The newest version of the format asked for, else of the programme's first."""
    versions = FormatVersion.objects.newest().filter(format__programmes=programme)
    named = versions.filter(format__key=key) if key else versions
    return named.select_related("format").order_by("format__name").first()


@require_http_methods(["GET", "POST"])
def formation_set_up(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    initial = FormationForm.initial_of(formation)
    form = FormationForm(request.POST or None, programme=formation.programme, initial=initial)
    if request.method == "POST" and form.is_valid():
        decided = form.cleaned_data
        try:
            change_formation(
                formation,
                of_format=decided["of_format"],
                chosen=form.chosen,
                seed=decided["seed"],
                by=request.user,
            )
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, "The rules are changed. They hold when circles are formed.")
            return redirect(formation)
    context = {"programme": formation.programme, "form": form, "formation": formation}
    return render(request, "circles/formation_form.html", context)


@require_safe
@vary_on_headers("HX-Request")
def formation(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    if formation.state == Formation.State.PUBLISHED:
        context = answers_of(formation, request.GET.get("page"))
        return render(
            request, "circles/formation_published.html", context | {"formation": formation}
        )
    if formation.can_be_changed:
        return _board(request, formation)
    if formation.state == Formation.State.DRAFT:
        context = {"formation": formation, "check": check(formation)}
        return render(request, "circles/formation_check.html", context)
    part = "#progress" if request.htmx else ""
    return render(request, f"circles/formation_progress.html{part}", {"formation": formation})


def _board(request: PersonRequest, formation: Formation) -> HttpResponse:
    if request.htmx:
        # The page watched a worker that has ended: show what it brought.
        return HttpResponseClientRefresh()
    form = BoardFilterForm(request.GET)
    form.is_valid()
    context = board(formation, form.cleaned_data, request.GET.get("page"))
    context |= {
        "formation": formation,
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
    }
    return render(request, "circles/formation_board.html", context)


@require_POST
@once
def formation_start(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    try:
        start_formation(formation, by=request.user, is_fresh="fresh" in request.POST)
    except CannotChange as reason:
        messages.error(request, str(reason))
    return redirect(formation)


@require_POST
def formation_stop(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    stop_formation(formation, by=request.user)
    return redirect(formation)


@require_http_methods(["GET", "POST"])
def formation_discard(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    if request.method == "GET" and formation.can_be_discarded:
        return render(request, "circles/formation_discard.html", {"formation": formation})
    if request.method == "POST":
        try:
            discard_formation(formation, by=request.user)
        except CannotChange as reason:
            messages.error(request, str(reason))
            return redirect(formation)
        messages.success(request, "The formation is discarded. Nobody was invited.")
    return redirect("circles:formations", formation.programme_id)
