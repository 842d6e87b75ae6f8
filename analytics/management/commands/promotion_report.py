import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.figures import FIGURES, Row, exact_row, rounded_row
from analytics.outcomes import Index
from analytics.promotions import HORIZON_DAYS, promotion_report


class Command(BaseCommand):
    """Cumulative incidence of promotion, from hiring or from first joining a circle."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--index", choices=list(Index), required=True)
        parser.add_argument("--as-of", required=True, metavar="DATE")
        parser.add_argument("--horizon-days", type=int, default=HORIZON_DAYS, metavar="N")
        parser.add_argument(
            "--by", choices=["unit"], help="A row for each unit, with everyone in or below it."
        )
        parser.add_argument(
            "--unrounded", action="store_true", help="For operators: not for publication."
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["horizon_days"] < 0:
            raise CommandError("--horizon-days must be 0 or more.")
        index, horizon = Index(options["index"]), options["horizon_days"]
        as_of = day(options["as_of"])
        report = promotion_report(index, as_of, horizon_days=horizon)
        groups = [report.everyone, *(report.units if options["by"] else [])]
        as_row = exact_row if options["unrounded"] else rounded_row
        rows = [as_row(group) for group in groups]
        if options["format"] == "text":
            self.stdout.write(as_text(rows))
            return
        head = {"index": index, "as_of": as_of.isoformat(), "horizon_days": horizon}
        self.stdout.write(json.dumps(head | {"groups": rows}, indent=2, ensure_ascii=False))


def day(word: str) -> date:
    """A date from the command line. Raises CommandError for what is none."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise CommandError(f"--as-of takes a day as YYYY-MM-DD, not {word!r}.") from None


def as_text(rows: list[Row]) -> str:
    """Columns for a terminal; a hidden group is named and its figures are not."""
    lines = ["\t".join(("group", *FIGURES))]
    for row in rows:
        figures = ["hidden"] if row["suppressed"] else [_cell(row[name]) for name in FIGURES]
        lines.append("\t".join((row["group"], *figures)))
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
