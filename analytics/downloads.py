"""Frozen figures as CSV files that no spreadsheet will take for formulas."""

import io
from collections.abc import Iterable
from typing import Any

from defusedcsv import csv

from analytics.figures import FIGURES

SKILL_FIGURES = ("people", "mean", "low", "high", "visibility")


def promotions_csv(figures: dict[str, Any]) -> str:
    """Everyone and each unit, as the page shows them."""
    columns = ["group", *FIGURES, "suppressed"]
    groups = [figures["everyone"], *figures["units"]]
    return _csv([columns, *([row[name] for name in columns] for row in groups)])


def skills_csv(figures: dict[str, Any]) -> str:
    """Each cell: who rated, the quarter's first day, the skill, and what the page shows."""
    cells = sorted(figures["cells"].items())
    rows = (
        [*key.split("|", 2), *(cell.get(name) for name in SKILL_FIGURES)] for key, cell in cells
    )
    return _csv([["rated_by", "quarter", "skill", *SKILL_FIGURES], *rows])


def _csv(rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
