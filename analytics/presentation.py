"""Frozen figures in words and shapes for the report pages. Nothing here computes a statistic."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from analytics.figures import Row
from analytics.models import ReportSnapshot
from analytics.privacy import Visibility
from members.charts import Chart, Curve, Point, incidence_chart
from members.models import Rating
from members.words import share_in_words

HORIZON_MONTHS = 14
CHART_MONTHS = 24
NO_DATA: Row = {"mean": None}
CHART_REMARKS = [
    "the band is a 95 % confidence interval, at each month",
    "leaving is counted as not promoted",
]
CURVE_HEADERS = ["Months since joining", "Promoted", "95 % confidence", "Still followed"]
RATED_BY = {
    Rating.RaterKind.SELF: "people themselves",
    Rating.RaterKind.PEER: "peers",
    Rating.RaterKind.MANAGER: "managers",
    Rating.RaterKind.FACILITATOR: "facilitators",
}


def finding(everyone: Row) -> str:
    """The headline: one sentence that claims what the figures carry and no more."""
    if everyone["suppressed"]:
        return "There are too few circle members to report on without pointing at people."
    if not everyone["is_followed"]:
        return "It is too early to tell: no circle member has been followed for 14 months yet."
    share = share_in_words(everyone["share"])
    return f"{share} of circle members were promoted within 14 months of joining."


def worded(row: Row, k: int) -> Row:
    """A row with its interval in words or, where it is hidden, the reason."""
    if row["suppressed"]:
        return row | {"reason": reason(row, k)}
    return row | {
        "confidence": f"{share_in_words(row['share_low'])} to {share_in_words(row['share_high'])}"
    }


def reason(row: Row, k: int) -> str:
    """Why a figure is hidden, to follow the word “hidden”."""
    return Visibility(row["visibility"]).sentence(k).removeprefix("Hidden: ").removesuffix(".")


def chart(curve: list[Row], *, narrow: bool = False) -> Chart:
    points = [Point(row["month"], row["share"], row["low"], row["high"]) for row in curve]
    months = max(CHART_MONTHS, *(row["month"] for row in curve)) if curve else CHART_MONTHS
    return incidence_chart(
        [Curve("Circle members", points)], months=months, mark=HORIZON_MONTHS, narrow=narrow
    )


def curve_table(curve: list[Row]) -> list[list[str]]:
    return [
        [
            str(row["month"]),
            share_in_words(row["share"]),
            f"{share_in_words(row['low'])} to {share_in_words(row['high'])}",
            str(row["at_risk"]),
        ]
        for row in curve
    ]


def children(units: Iterable[Row], parent: int | None) -> list[Row]:
    """The units right under one (or the top ones), each with whether it can be opened."""
    rows = list(units)
    parents = {row["parent"] for row in rows}
    return [
        row
        | {
            "name": row["group"].rsplit(" / ", 1)[-1],
            "opens": row["unit"] in parents and not row["suppressed"],
        }
        for row in rows
        if row["parent"] == parent
    ]


def quarter_name(first_day: date) -> str:
    return f"Q{(first_day.month + 2) // 3} {first_day.year}"


def skill_table(snapshot: ReportSnapshot, rater_kind: str) -> list[dict[str, Any]]:
    """Rows of the skill report for one rater kind: a skill and its cell in each quarter."""
    rows: dict[str, dict[str, Row]] = {}
    for key, cell in snapshot.figures["cells"].items():
        kind, quarter, skill = key.split("|", 2)
        if kind == rater_kind:
            is_hidden = cell["visibility"] != Visibility.SHOWN
            words = {"reason": reason(cell, snapshot.settings["k"])} if is_hidden else {}
            rows.setdefault(skill, {})[quarter] = cell | words
    quarters = snapshot.figures["quarters"]
    return [
        {"skill": skill, "cells": [cells.get(quarter, NO_DATA) for quarter in quarters]}
        for skill, cells in sorted(rows.items())
    ]


def rater_kind_from(word: str | None) -> Rating.RaterKind:
    """The rater kind that a page's address names; self where it names none of ours."""
    return Rating.RaterKind(word) if word in Rating.RaterKind.values else Rating.RaterKind.SELF
