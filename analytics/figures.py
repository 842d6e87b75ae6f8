"""Figures as they leave: rounded, plain data for snapshots, pages, files and the command."""

from math import ceil, floor
from typing import Any

from analytics import privacy
from analytics.privacy import Visibility
from analytics.promotions import Group, PromotionReport
from analytics.skill_trends import Cell
from analytics.survival import CurvePoint

Row = dict[str, Any]

FIGURES = (
    "people",
    "promoted",
    "left",
    "share",
    "share_low",
    "share_high",
    "net_share",
    "left_share",
    "median_days",
    "restricted_mean_days",
)


def exact_row(group: Group) -> Row:
    """A group's figures as computed: fractions of 1 and days. None where hidden."""
    summary = group.summary
    figures = {name: getattr(summary, name) if summary else None for name in FIGURES}
    return {"group": group.path, **figures, "suppressed": summary is None}


def rounded_row(group: Group) -> Row:
    """A group's figures as shown: whole percents, counts to 5, whole days, intervals outward."""
    row = exact_row(group)
    if group.summary is None:
        return row
    low, high = privacy.outward_percents(row["share_low"], row["share_high"])
    row |= {name: privacy.nearest_five(row[name]) for name in ("people", "promoted", "left")}
    row |= {
        name: privacy.whole_percent(row[name]) / 100
        for name in ("share", "net_share", "left_share")
    }
    row |= {"share_low": low / 100, "share_high": high / 100}
    row |= {
        name: None if row[name] is None else round(row[name])
        for name in ("median_days", "restricted_mean_days")
    }
    return row


def page_row(group: Group) -> Row:
    """A rounded row with what a page needs besides: its place in the tree, why it is hidden."""
    return rounded_row(group) | {
        "unit": group.key,
        "parent": group.parent,
        "visibility": str(group.visibility),
        "is_followed": bool(group.summary and group.summary.is_followed),
    }


def curve_row(point: CurvePoint) -> Row:
    """A point of the curve, rounded like the rows."""
    low, high = privacy.outward_percents(point.low, point.high)
    return {
        "month": point.month,
        "share": privacy.whole_percent(point.share) / 100,
        "low": low / 100,
        "high": high / 100,
        "at_risk": privacy.nearest_five(point.at_risk),
    }


def promotion_figures(report: PromotionReport) -> dict[str, Any]:
    """The whole report as it is frozen."""
    return {
        "everyone": page_row(report.everyone),
        "units": [page_row(group) for group in report.units],
        "curve": [curve_row(point) for point in report.curve],
    }


def cell_row(cell: Cell) -> Row:
    """A cell of the skill report as shown: levels to one decimal, intervals outward."""
    row: Row = {"visibility": str(cell.visibility)}
    if cell.visibility is not Visibility.SHOWN:
        return row
    return row | {
        "people": privacy.nearest_five(cell.people),
        "mean": round(cell.mean, 1),
        "low": floor(cell.low * 10) / 10,
        "high": ceil(cell.high * 10) / 10,
    }
