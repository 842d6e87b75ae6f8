from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from analytics import presentation
from analytics.actions.reports import PROMOTIONS, SKILLS, current_snapshot, download_report
from analytics.figures import Row
from analytics.models import ReportSnapshot
from analytics.views.files import csv_download
from members.http import PersonRequest, require
from members.models import Rating


@require_GET
def promotions(request: PersonRequest) -> HttpResponse:
    require(request.user, "analytics.read_reports")
    snapshot = current_snapshot(PROMOTIONS)
    figures, k = snapshot.figures, snapshot.settings["k"]
    unit = opened_unit(snapshot, request.GET.get("unit"))
    units = presentation.children(figures["units"], unit["unit"] if unit else None)
    rows = [presentation.worded(row, k) for row in units]
    context = {
        "snapshot": snapshot,
        "k": k,
        "everyone": presentation.worded(figures["everyone"], k),
        "finding": presentation.finding(figures["everyone"]),
        "chart": presentation.chart(figures["curve"]),
        "chart_narrow": presentation.chart(figures["curve"], narrow=True),
        "chart_remarks": presentation.CHART_REMARKS,
        "curve_headers": presentation.CURVE_HEADERS,
        "curve_rows": presentation.curve_table(figures["curve"]),
        "csv_url": reverse("analytics:promotions_csv"),
        "unit": unit,
        "rows": rows,
        "top": max((row["share_high"] for row in rows if not row["suppressed"]), default=1),
        "promoted_together": [
            day | {"on": date.fromisoformat(day["on"])} for day in figures["promoted_together"]
        ],
    }
    return render(request, "analytics/promotions.html", context)


def opened_unit(snapshot: ReportSnapshot, key: str | None) -> Row | None:
    """The unit that the address names; 404 for one that is hidden or not there."""
    if not key:
        return None
    units: dict[str, Row] = {str(row["unit"]): row for row in snapshot.figures["units"]}
    unit = units.get(key)
    if unit is None or unit["suppressed"]:
        raise Http404
    above = str(unit["parent"])
    return unit | {"above": units.get(above), "above_key": above}


@require_GET
def promotions_csv(request: PersonRequest) -> HttpResponse:
    require(request.user, "analytics.read_reports")
    return as_file(download_report(PROMOTIONS, by=request.user))


@require_GET
def skills(request: PersonRequest) -> HttpResponse:
    require(request.user, "analytics.read_reports")
    snapshot = current_snapshot(SKILLS)
    rater_kind = presentation.rater_kind_from(request.GET.get("by"))
    context = {
        "snapshot": snapshot,
        "k": snapshot.settings["k"],
        "rater_kind": rater_kind,
        "rated_by": presentation.RATED_BY[rater_kind],
        "rater_kinds": Rating.RaterKind,
        "csv_url": reverse("analytics:skills_csv"),
        "quarters": [
            presentation.quarter_name(date.fromisoformat(day))
            for day in snapshot.figures["quarters"]
        ],
        "rows": presentation.skill_table(snapshot, rater_kind),
    }
    return render(request, "analytics/skills.html", context)


@require_GET
def skills_csv(request: PersonRequest) -> HttpResponse:
    require(request.user, "analytics.read_reports")
    return as_file(download_report(SKILLS, by=request.user))


def as_file(snapshot: ReportSnapshot) -> HttpResponse:
    return csv_download(f"{snapshot.report}-{snapshot.as_of}.csv", snapshot.download)
