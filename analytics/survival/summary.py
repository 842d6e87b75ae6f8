"""One group at a horizon, and its curve by months."""

from bisect import bisect_right
from dataclasses import dataclass

from analytics.survival.incidence import (
    Incidence,
    cumulative_incidence,
    median_day,
    net_incidence,
    restricted_mean,
)
from analytics.survival.spells import Histogram


def month_day(months: int) -> int:
    """The day that ends so many months: 426 for 14. Halves go to the even day, as in R."""
    return round(months * 365.25 / 12)


@dataclass(frozen=True, slots=True)
class Summary:
    """One group at a horizon, before the privacy guard. None means that there is nobody.

    `people` is everyone; `promoted` and `left` count what was observed by the horizon. There, too,
    `share` and `left_share` are the cumulative incidences of promotion and leaving, with the 95 %
    interval of the first. `median_days`, from the whole record, and `restricted_mean_days`, up to
    the horizon, are read off the curve of `share`. The three `net_` figures are the same read off
    1 - Kaplan-Meier, as if nobody could leave. `at_risk` counts those still followed on the
    horizon's day. When `is_followed` is false there was nobody, and the shares are those of the
    last record.
    """

    people: float
    promoted: float
    left: float
    share: float | None
    share_low: float | None
    share_high: float | None
    net_share: float | None
    left_share: float | None
    median_days: float | None
    restricted_mean_days: float | None
    net_median_days: float | None
    net_restricted_mean_days: float | None
    at_risk: float
    is_followed: bool


NOBODY = Summary(
    people=0,
    promoted=0,
    left=0,
    share=None,
    share_low=None,
    share_high=None,
    net_share=None,
    left_share=None,
    median_days=None,
    restricted_mean_days=None,
    net_median_days=None,
    net_restricted_mean_days=None,
    at_risk=0,
    is_followed=False,
)


def summarise(histogram: Histogram, horizon: int) -> Summary:
    """What a report needs of one group. Raises ValueError for a negative horizon."""
    if horizon < 0:
        raise ValueError(f"A horizon cannot be negative: {horizon} days.")
    if not histogram.people:
        return NOBODY
    incidence, net = cumulative_incidence(histogram), net_incidence(histogram)
    headline = incidence.at(horizon)
    within = bisect_right(histogram.days, horizon)
    at_risk = histogram.at_risk_on(horizon)
    return Summary(
        people=histogram.people,
        promoted=sum(histogram.promoted[:within]),
        left=sum(histogram.left[:within]),
        share=headline.share,
        share_low=headline.low,
        share_high=headline.high,
        net_share=net.at(horizon).share,
        left_share=incidence.left_by(horizon),
        median_days=median_day(incidence),
        restricted_mean_days=restricted_mean(incidence, horizon).days,
        net_median_days=median_day(net),
        net_restricted_mean_days=restricted_mean(net, horizon).days,
        at_risk=at_risk,
        # Once something has happened to everybody, the curve is known for ever.
        is_followed=at_risk > 0 or incidence.event_free_by(horizon) == 0,
    )


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A curve on the day that ends a month, and how many were still followed then."""

    month: int
    day: int
    share: float
    low: float
    high: float
    at_risk: float


def monthly_curve(incidence: Incidence, months: int, floor: float) -> tuple[CurvePoint, ...]:
    """Months 0, 1, … `months`, cut before the first with fewer than `floor` people at risk."""
    points: list[CurvePoint] = []
    for month in range(months + 1):
        day = month_day(month)
        at_risk = incidence.histogram.at_risk_on(day)
        if not at_risk or at_risk < floor:
            break
        estimate = incidence.at(day)
        points.append(CurvePoint(month, day, estimate.share, estimate.low, estimate.high, at_risk))
    return tuple(points)
