"""The promotion report: cumulative incidence by unit, judged by the privacy guard."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from analytics import privacy
from analytics.outcomes import Count, Index, spell_counts
from analytics.privacy import Visibility
from analytics.survival import (
    CurvePoint,
    Histogram,
    Summary,
    cumulative_incidence,
    monthly_curve,
    summarise,
)
from analytics.unit_tree import Key, UnitTree

HORIZON_DAYS = 426  # 14 months: round(14 × 365.25 / 12)
CURVE_MONTHS = 24
EVERYONE = "all"

Bins = Counter[tuple[int, int]]


@dataclass(frozen=True)
class Group:
    """Everyone (no key), or a unit with all in and below it. Only a shown one has figures."""

    key: Key | None
    parent: Key | None
    path: str
    visibility: Visibility
    summary: Summary | None


@dataclass(frozen=True)
class PromotionReport:
    """What may be shown, not yet rounded: everyone, the units by their paths, the curve."""

    index: Index
    as_of: date
    horizon_days: int
    k: int
    everyone: Group
    units: list[Group]
    curve: tuple[CurvePoint, ...]


def promotion_report(
    index: Index, as_of: date, *, horizon_days: int = HORIZON_DAYS, k: int = privacy.K
) -> PromotionReport:
    """Every group is judged once, in one tree, so that no two tables of it can be subtracted.

    Raises ValueError for a negative horizon or a threshold under 5.
    """
    tree = UnitTree.load()
    counts = spell_counts(index, as_of)
    bins = _bins(counts, tree)
    directly = tree.directly((count.unit, count.people) for count in counts)
    verdicts: dict[Key, Visibility] = privacy.judge_tree(directly, tree.parents, k)

    def group(key: Key | None, parent: Key | None, path: str, verdict: Visibility) -> Group:
        is_shown = verdict is Visibility.SHOWN
        summary = summarise(Histogram.from_counts(bins[key]), horizon_days) if is_shown else None
        return Group(key, parent, path, verdict, summary)

    everyone = group(None, None, EVERYONE, privacy.judge(bins[None].total(), k))
    units = [
        group(key, tree.parents[key], path, verdicts[key])
        for key, path in tree.paths.items()
        if verdicts[key] is not Visibility.EMPTY
    ]
    curve = _curve(bins[None], k) if everyone.summary else ()
    return PromotionReport(index, as_of, horizon_days, k, everyone, units, curve)


def _bins(counts: list[Count], tree: UnitTree) -> defaultdict[Key | None, Bins]:
    """People by duration and outcome, for everyone (None) and each unit with those below it."""
    bins: defaultdict[Key | None, Bins] = defaultdict(Counter)
    for count in counts:
        for key in tree.upwards(count.unit):
            bins[key][count.days, count.outcome] += count.people
    return bins


def _curve(bins: Bins, k: int) -> tuple[CurvePoint, ...]:
    incidence = cumulative_incidence(Histogram.from_counts(bins))
    return monthly_curve(incidence, CURVE_MONTHS, privacy.curve_floor(k))
