"""How many of a group were promoted by a day, and how surely.

Pure Python on weighted histograms: no database, no Django. Durations are whole days since the index
date, counts are people (whole numbers) or weights (any finite number from 0 up), shares are
fractions of 1.
"""

from analytics.survival.incidence import (
    Estimate,
    Incidence,
    RestrictedMean,
    cumulative_incidence,
    median_day,
    net_incidence,
    restricted_mean,
)
from analytics.survival.spells import Histogram, Outcome, spell
from analytics.survival.summary import (
    CurvePoint,
    Summary,
    month_day,
    monthly_curve,
    summarise,
)

__all__ = [
    "CurvePoint",
    "Estimate",
    "Histogram",
    "Incidence",
    "Outcome",
    "RestrictedMean",
    "Summary",
    "cumulative_incidence",
    "median_day",
    "month_day",
    "monthly_curve",
    "net_incidence",
    "restricted_mean",
    "spell",
    "summarise",
]
