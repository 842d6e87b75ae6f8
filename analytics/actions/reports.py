"""Freezing reports: figures are built once a month, and stay when too few people changed."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from analytics import privacy
from analytics.downloads import promotions_csv, skills_csv
from analytics.figures import Row, cell_row, promotion_figures
from analytics.models import ReportSnapshot
from analytics.outcomes import Index, promoted_together, spell_people
from analytics.promotions import promotion_report
from analytics.skill_trends import CellKey, quarters_until, skill_cells
from analytics.unit_tree import UnitTree
from circles.models import Programme
from members.actions import record
from members.models import Member

logger = logging.getLogger(__name__)

REPORTS = PROMOTIONS, SKILLS = "promotions", "skills"
EVERYONE = "all"

People = dict[str, list[int]]


def current_day() -> date:
    """Reports are as of the first day of this month."""
    return timezone.localdate().replace(day=1)


def threshold() -> int:
    """The smallest group shown: 5, or what the strictest programme asks for.

    Also one that is archived: its circles are still in the reports.
    """
    strictest = Programme.objects.aggregate(most=Max("smallest_group"))["most"]
    return max(privacy.K, strictest or 0)


def current_snapshot(report: str) -> ReportSnapshot:
    """The newest snapshot as of this month, for a page; built now if there is none yet."""
    newest = ReportSnapshot.objects.filter(report=report, as_of=current_day())
    return newest.defer("people", "download").first() or freeze(report)


def download_report(report: str, *, by: Member) -> ReportSnapshot:
    """The same snapshot, for its download, which is noted in the audit trail."""
    newest = ReportSnapshot.objects.filter(report=report, as_of=current_day())
    snapshot = newest.defer("people", "figures").first() or freeze(report)
    record(by, "exported report", report, as_of=snapshot.as_of.isoformat())
    return snapshot


@transaction.atomic
def freeze(report: str) -> ReportSnapshot:
    """Build a report as of this month and keep it.

    A group that gained or lost 1 to k - 1 people since its figure was published keeps that
    figure, so that two snapshots cannot be subtracted. One build of a report runs at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"freeze {report}"])
    as_of, k = current_day(), threshold()
    build, as_csv = {
        PROMOTIONS: (_promotions, promotions_csv),
        SKILLS: (_skills, skills_csv),
    }[report]
    before = ReportSnapshot.objects.filter(report=report, as_of__lte=as_of).first()
    figures, people = build(as_of, k, before)
    snapshot = ReportSnapshot.objects.create(
        report=report,
        as_of=as_of,
        settings={"k": k},
        figures=figures,
        download=as_csv(figures),
        people=people,
    )
    logger.info("froze report %s as of %s", report, as_of)
    return snapshot


def _promotions(
    as_of: date, k: int, before: ReportSnapshot | None
) -> tuple[dict[str, Any], People]:
    figures = promotion_figures(promotion_report(Index.JOINED, as_of, k=k))
    people = _people_by_group(spell_people(Index.JOINED, as_of))
    rows = {EVERYONE: figures["everyone"]} | {str(row["unit"]): row for row in figures["units"]}
    old_rows: dict[str, Row] = {}
    if before:
        old_rows = {str(row["unit"]): row for row in before.figures["units"]}
        old_rows[EVERYONE] = before.figures["everyone"]
    kept = _keep_published(rows, people, old_rows, before, k)
    if before and EVERYONE in kept:
        figures["curve"] = before.figures["curve"]
    return {
        "everyone": rows[EVERYONE],
        "units": [rows[str(row["unit"])] for row in figures["units"]],
        "curve": figures["curve"],
        "promoted_together": [
            {"unit": unit, "on": on.isoformat(), "people": privacy.nearest_five(count)}
            for unit, on, count, _ in promoted_together(as_of)
        ],
    }, people


def _people_by_group(rows: Iterable[tuple[int | None, int]]) -> People:
    tree, people = UnitTree.load(), defaultdict[str, list[int]](list)
    for unit, person in rows:
        for key in tree.upwards(unit):
            people[EVERYONE if key is None else str(key)].append(person)
    return dict(people)


def _skills(as_of: date, k: int, before: ReportSnapshot | None) -> tuple[dict[str, Any], People]:
    cells = skill_cells(as_of, k=k)
    rows = {_cell_id(key): cell_row(cell) for key, cell in cells.items()}
    people = {_cell_id(key): sorted(cell.person_ids) for key, cell in cells.items()}
    _keep_published(rows, people, before.figures["cells"] if before else {}, before, k)
    return {
        "quarters": [quarter.isoformat() for quarter in quarters_until(as_of)],
        "cells": rows,
    }, people


def _cell_id(key: CellKey) -> str:
    return f"{key.rater_kind}|{key.quarter.isoformat()}|{key.skill}"


def _keep_published(
    rows: dict[str, Row],
    people: People,
    old_rows: dict[str, Row],
    before: ReportSnapshot | None,
    k: int,
) -> set[str]:
    """Put published figures back where too few people changed; return the groups that do so."""
    kept = set()
    for key in rows.keys() & old_rows.keys():
        if before is None or old_rows[key]["visibility"] != privacy.Visibility.SHOWN:
            continue
        old_people = before.people[key]
        if privacy.keeps_old_figure(set(old_people), set(people[key]), k):
            rows[key] = {"as_of": before.as_of.isoformat()} | old_rows[key]
            people[key] = old_people
            kept.add(key)
    return kept
