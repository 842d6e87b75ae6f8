"""The guard between every figure and its page: what may be shown, and in what grain.

Pure Python: no database, no Django. Counts are of distinct people. A group of `K` is the smallest
that may be shown; a programme may raise that threshold, and nothing may lower it.
"""

from analytics.privacy.audit import find_leak
from analytics.privacy.groups import judge_partition, judge_tree
from analytics.privacy.rounding import nearest_five, outward_percents, whole_percent
from analytics.privacy.tables import TableVisibility, judge_table
from analytics.privacy.visibility import (
    K,
    Visibility,
    curve_floor,
    judge,
    judge_answers,
    keeps_old_figure,
)

__all__ = [
    "K",
    "TableVisibility",
    "Visibility",
    "curve_floor",
    "find_leak",
    "judge",
    "judge_answers",
    "judge_partition",
    "judge_table",
    "judge_tree",
    "keeps_old_figure",
    "nearest_five",
    "outward_percents",
    "whole_percent",
]
