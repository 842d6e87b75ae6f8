"""Cumulative incidence with leaving as a competing outcome, and what is read off its curve.

Variances treat a count of w as w independent people. The weights of matched colleagues are not
that: there use the estimate, and take its variance from a jackknife.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import exp, expm1, log1p, sqrt
from statistics import NormalDist

from analytics.survival.spells import Histogram

TAIL = 0.025  # of a 95 % interval, on each side
Z = NormalDist().inv_cdf(1 - TAIL)
STEEPEST = 700.0  # exp() overflows soon after
# A curve is a sum of products of fractions, so a half is seldom exactly 0.5: R's tolerance.
HALF_TOLERANCE = 1.5e-8


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its variance and its 95 % interval."""

    share: float
    variance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """A right-continuous step curve: the values at i hold from `days[i]` until the next step.

    Of the group `share` were promoted, `left` left and `event_free` did neither; they add up to 1.
    `variance` is of `share`. Before the first step nothing has happened.
    """

    histogram: Histogram
    days: tuple[int, ...]
    share: tuple[float, ...]
    left: tuple[float, ...]
    event_free: tuple[float, ...]
    variance: tuple[float, ...]

    def left_by(self, day: int) -> float:
        step = bisect_right(self.days, day) - 1
        return self.left[step] if step >= 0 else 0.0

    def event_free_by(self, day: int) -> float:
        step = bisect_right(self.days, day) - 1
        return self.event_free[step] if step >= 0 else 1.0

    def at(self, day: int) -> Estimate:
        """The share promoted by the end of a day; past the last record its value is carried on.

        The interval is complementary log-log: with no leavers, Kaplan-Meier's log-log interval
        (Kalbfleisch and Prentice 1980) turned over. Where nobody or everybody was promoted that
        interval has no width, which claims too much: there the open end is the exact bound of
        Clopper and Pearson (1934; the "rule of three") for those whose answer is known by then.
        """
        step = bisect_right(self.days, day) - 1
        share, variance = (self.share[step], self.variance[step]) if step >= 0 else (0.0, 0.0)
        if 0 < share < 1:
            others = log1p(-share)  # the logarithm of the share of all others
            steepness = Z * sqrt(variance) / ((share - 1) * others)
            power = exp(min(steepness, STEEPEST))
            low, high = -expm1(others / power), -expm1(others * power)
            return Estimate(share, variance, min(low, share), max(high, share))
        known = self.histogram.known_by(day)
        bound = TAIL ** (1 / known) if known else 0.0
        low, high = (bound, 1.0) if share else (0.0, 1 - bound)
        return Estimate(share, variance, low, high)


def cumulative_incidence(histogram: Histogram) -> Incidence:
    """Promotion, leaving being a competing outcome (Aalen and Johansen 1978); nobody, no steps.

    What happens on a day happens before records end on it. The variance is the delta method's
    (Dinse and Larson 1986; Marubini and Valsecchi 1995) and with no leavers Greenwood's (1926). It
    is carried from day to day as the covariance of (event free, promoted), which unlike the usual
    sum needs no division by those who remain, and so holds when nobody does.
    """
    days: list[int] = []
    shares: list[float] = []
    lefts: list[float] = []
    frees: list[float] = []
    variances: list[float] = []
    share, left, free = 0.0, 0.0, 1.0
    free_variance = covariance = variance = 0.0
    for day, promoted, leavers, at_risk in zip(
        histogram.days, histogram.promoted, histogram.left, histogram.at_risk, strict=True
    ):
        events = promoted + leavers
        if not events:
            continue
        risk = promoted / at_risk
        stay = (at_risk - events) / at_risk
        noise = free * free / at_risk
        variance += risk * (2 * covariance + risk * free_variance) + noise * risk * (1 - risk)
        covariance = stay * (covariance + risk * free_variance - noise * risk)
        free_variance = stay * (stay * free_variance + noise * (1 - stay))
        share = min(1.0, share + free * risk)
        left += free * leavers / at_risk
        free *= stay
        if free == left == 0:
            share, variance = 1.0, 0.0  # everybody, free of rounding
        variance = max(0.0, variance)  # weights far apart may leave a hair less than nothing
        days.append(day)
        shares.append(share)
        lefts.append(left)
        frees.append(free)
        variances.append(variance)
    return Incidence(
        histogram, tuple(days), tuple(shares), tuple(lefts), tuple(frees), tuple(variances)
    )


def net_incidence(histogram: Histogram) -> Incidence:
    """1 - Kaplan-Meier (1958): leaving is taken for the end of the record, as if nobody could."""
    return cumulative_incidence(histogram.leavers_censored())


def median_day(incidence: Incidence) -> float | None:
    """The day by which half were promoted, or None if the curve does not get there.

    A curve that rests on exactly one half gives the middle of the flat; a flat that does not end
    is taken to the last record. Both as in R's quantile.survfit.
    """
    shares = incidence.share
    reached = bisect_left(shares, 0.5 - HALF_TOLERANCE)
    passed = bisect_right(shares, 0.5 + HALF_TOLERANCE)
    if reached == len(shares):
        return None
    if passed == reached:
        return float(incidence.days[reached])
    flat_ends = incidence.days[passed] if passed < len(shares) else incidence.histogram.days[-1]
    return (incidence.days[reached] + flat_ends) / 2


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean days without a promotion up to a horizon, its variance and 95 % interval in days."""

    days: float
    variance: float
    low: float
    high: float


def restricted_mean(incidence: Incidence, horizon: int) -> RestrictedMean:
    """The area over the curve from day 0 to the horizon (Irwin 1949; Royston and Parmar 2013).

    With no leavers it is the restricted mean time to promotion. With leavers, one who left goes
    without a promotion for the rest of the horizon; `net_incidence` answers as if nobody left. The
    variance is the delta method's, the interval normal. Past the last record the curve's last value
    is carried on. Raises ValueError for a negative horizon.
    """
    if horizon < 0:
        raise ValueError(f"A horizon cannot be negative: {horizon} days.")
    histogram = incidence.histogram
    area = variance = 0.0
    until = horizon
    for step in reversed(range(bisect_right(incidence.days, horizon))):
        day, share = incidence.days[step], incidence.share[step]
        area += share * (until - day)
        until = day
        row = bisect_left(histogram.days, day)
        at_risk = histogram.at_risk[row]
        risk = histogram.promoted[row] / at_risk
        gone = risk + histogram.left[row] / at_risk
        # A promotion on this day adds `gain` to the area under the curve; each event on it takes
        # away a person, and with them `loss`, the part of the area that grows later.
        gain = (incidence.event_free[step - 1] if step else 1.0) * (horizon - day)
        loss = area - share * (horizon - day)
        variance += gain * risk * (gain * (1 - risk) - 2 * loss) / at_risk
        if incidence.event_free[step]:
            variance += loss * loss * gone / ((1 - gone) * at_risk)
    variance = max(0.0, variance)
    mean, margin = horizon - area, Z * sqrt(variance)
    return RestrictedMean(mean, variance, mean - margin, mean + margin)
