from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from analytics.actions.imports import import_file
from analytics.forms import too_large
from analytics.imports import FileRefused, Outcome, Plan
from analytics.imports.preview import refusals

MOST_LISTED = 50


class ImportCommand(BaseCommand):
    """Imports one kind of file; each kind is a subclass."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and change nothing"
        )

    def handle(self, *_args: Any, file: Path, dry_run: bool, **_options: Any) -> None:
        if not file.exists():
            raise CommandError(f"There is no file {file}. Give its path.")
        if not file.is_file():
            raise CommandError(f"{file} is not a file. Give the path of a CSV file.")
        if (size := file.stat().st_size) > settings.IMPORT_MAX_BYTES:
            raise CommandError(too_large(size))
        try:
            with file.open("rb") as content:
                plan = import_file(self.kind, content, file.name, dry_run=dry_run)
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from problem
        except FileRefused as reason:
            raise CommandError(f"{file.name}: {reason}") from reason
        self._report(plan)
        if plan.is_refused:
            raise CommandError("Rows are refused, so nothing was imported. Correct them first.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")

    def _report(self, plan: Plan) -> None:
        for note in plan.notes:
            self.stdout.write(note)
        for number, (row, reason) in enumerate(refusals(plan)):
            if number == MOST_LISTED:
                self.stdout.write(f"and {len(plan.reasons) - MOST_LISTED:,} more")
                break
            self.stdout.write(f"Row {row}: {reason}")
        counts = plan.count()
        self.stdout.write(
            f"{counts[Outcome.ADD]} added, {counts[Outcome.CHANGE]} changed, "
            f"{counts[Outcome.SAME]} unchanged, {counts[Outcome.REFUSE]} refused"
        )
