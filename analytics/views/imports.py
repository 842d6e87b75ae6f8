import gzip

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from analytics.actions import imports as actions
from analytics.actions.imports import CannotImport
from analytics.forms import ImportForm
from analytics.imports import PLANS
from analytics.imports.columns import sample
from analytics.models import DataImport
from analytics.views.files import csv_download
from members.http import PersonRequest, require
from members.submissions import once

PAGE = 25
STEPS = ("Choose a file", "Check it", "Import it")
Kind = DataImport.Kind


@require_safe
def imports(request: PersonRequest) -> HttpResponse:
    require(request.user, "analytics.import_data")
    past = DataImport.objects.without_files().defer("preview").select_related("uploaded_by")
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    kinds = [(kind, PLANS[kind].about) for kind in Kind]
    return render(request, "analytics/imports.html", {"kinds": kinds, "page": page})


@require_http_methods(["GET", "POST"])
@once
def import_new(request: PersonRequest, kind: str) -> HttpResponse:
    require(request.user, "analytics.import_data")
    if kind not in Kind.values:
        raise Http404
    is_sent = request.method == "POST"
    form = ImportForm(kind, request.POST, request.FILES) if is_sent else ImportForm(kind)
    if form.is_valid():
        uploaded = actions.upload_import(kind, form.cleaned_data["file"], by=request.user)
        return redirect(uploaded)
    plan = PLANS[kind]
    context = {
        "kind": Kind(kind),
        "form": form,
        "steps": STEPS,
        "about": plan.about,
        "columns": plan.columns,
        "keeps_other_columns": plan.keeps_other_columns,
    }
    return render(request, "analytics/import_new.html", context)


@require_safe
@vary_on_headers("HX-Request")
def import_detail(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "analytics.import_data")
    past = DataImport.objects.without_files().select_related("uploaded_by")
    data_import = get_object_or_404(past, pk=pk)
    context = {"data_import": data_import, "steps": STEPS}
    if not request.htmx:
        return render(request, "analytics/import_detail.html", context)
    if not data_import.is_busy:
        # The page asks only while a worker is at it, so this is the first it hears of the end.
        messages.add_message(request, _level(data_import), f"{data_import.outcome}.")
    return render(request, "analytics/import_detail.html#state", context)


def _level(data_import: DataImport) -> int:
    bad = data_import.state in (DataImport.State.REFUSED, DataImport.State.FAILED)
    return messages.ERROR if bad else messages.SUCCESS


@require_POST
@once
def import_apply(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "analytics.import_data")
    data_import = get_object_or_404(DataImport.objects.without_files(), pk=pk)
    try:
        actions.confirm_import(data_import, by=request.user)
    except CannotImport as reason:
        messages.error(request, str(reason))
    return redirect(data_import)


@require_POST
@once
def import_discard(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "analytics.import_data")
    data_import = get_object_or_404(DataImport.objects.without_files(), pk=pk)
    try:
        actions.discard_import(data_import, by=request.user)
    except CannotImport as reason:
        messages.error(request, str(reason))
        return redirect(data_import)
    messages.success(request, f"“{data_import.file_name}” is discarded. Nothing was imported.")
    return redirect("analytics:imports")


@require_POST
@once
def import_recheck(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "analytics.import_data")
    data_import = get_object_or_404(DataImport.objects.without_files(), pk=pk)
    try:
        actions.recheck_import(data_import)
    except CannotImport as reason:
        messages.error(request, str(reason))
    return redirect(data_import)


@require_GET
def import_refusals(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "analytics.import_data")
    data_import = get_object_or_404(DataImport.objects.only("refusals"), pk=pk)
    if not data_import.refusals:
        raise Http404
    return csv_download(f"refused-rows-{pk}.csv", gzip.decompress(data_import.refusals))


@require_GET
def import_sample(request: PersonRequest, kind: str) -> HttpResponse:
    require(request.user, "analytics.import_data")
    if kind not in PLANS:
        raise Http404
    return csv_download(f"{kind}.csv", sample(PLANS[kind].columns))
