"""Importing HR's files: upload, check, confirm, apply or discard."""

import gzip
import io
from datetime import timedelta
from typing import Any, BinaryIO, cast

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from analytics.import_progress import ProgressLine, claim, progress_line, wait_for_turn
from analytics.imports import FileRefused, Outcome, Plan, make_plan
from analytics.imports.preview import preview, refusals_csv
from analytics.models import DataImport
from members.actions import record
from members.models import Member

State = DataImport.State

KEPT_FOR = timedelta(days=30)
CHANGED_MEANWHILE = (
    "While this was being imported, somebody changed the same people or circles. "
    "Nothing was imported. Check the file again."
)
REFUSED_NOW = (
    "Something has changed since the file was checked, and now rows of it are refused. "
    "Nothing was imported."
)
WENT_WRONG = "Something went wrong on our side. Nothing was imported. Try again."
EMPTIED: dict[str, Any] = {"content": b"", "refusals": b"", "preview": {}}


class CannotImport(Exception):
    """Why the import does not go on, in words meant for the organiser who asked."""


class TakenBack(Exception):
    """The import was to be checked again while it was being written: nothing of it may stay."""


def upload_import(kind: str, file: "UploadedFile[Any]", *, by: Member) -> DataImport:
    """Keep the file, compressed, until it is imported or discarded, and have it checked."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb", compresslevel=6) as archive:
        for chunk in file.chunks():
            archive.write(chunk)
    data_import = DataImport.objects.create(
        kind=kind,
        file_name=file.name or "",
        size=file.size or 0,
        content=packed.getvalue(),
        uploaded_by=by,
    )
    _queue("check_import", data_import.pk)
    return data_import


def check_import(import_id: int) -> None:
    """Find out what the file would do, and keep a preview of it.

    Only reads people and circles. Does nothing if another worker is at it, or if it is not waiting
    to be checked; takes over from a worker that died.
    """
    waiting = DataImport.objects.filter(pk=import_id, state=State.WAITING)
    waiting.update(state=State.CHECKING, touched_at=timezone.now())
    with transaction.atomic():
        if not claim(import_id):
            return
        checking = DataImport.objects.filter(pk=import_id, state=State.CHECKING)
        data_import = checking.first()
        if data_import is None:
            return
        try:
            with progress_line(data_import) as progress:
                plan = _plan(data_import, progress)
        except FileRefused as reason:
            checking.update(state=State.REFUSED, problem=str(reason)[:1000])
            return
        # An import that was discarded in the meantime stays discarded.
        checking.update(state=State.REFUSED if plan.is_refused else State.READY, **_outcome(plan))


def confirm_import(data_import: DataImport, *, by: Member) -> None:
    """Have the checked file imported. Confirming twice imports it once. Raises CannotImport."""
    ready = DataImport.objects.filter(pk=data_import.pk, state=State.READY)
    if ready.update(
        state=State.APPLYING, confirmed_by=by, rows_done=0, touched_at=timezone.now(), problem=""
    ):
        _queue("apply_import", data_import.pk)
        return
    data_import.refresh_from_db(fields=["state"])
    if data_import.state not in (State.APPLYING, State.DONE):
        raise CannotImport("This file is not ready to be imported.")


def apply_import(import_id: int) -> None:
    """Check a confirmed file once more, under locks, and write all of it or nothing.

    If rows are refused by now, it says so. Does nothing if another worker is at it, or if it is not
    confirmed; takes over from a worker that died. Leaves a line in the audit trail and forgets the
    file.
    """
    try:
        with transaction.atomic():
            if claim(import_id):
                _apply_claimed(import_id)
    except (IntegrityError, TakenBack):
        _applying(import_id).update(state=State.REFUSED, problem=CHANGED_MEANWHILE)


def _apply_claimed(import_id: int) -> None:
    data_import = _applying(import_id).select_related("confirmed_by").first()
    if data_import is None:
        return
    with progress_line(data_import) as progress:
        wait_for_turn(progress)
        plan = _plan(data_import, progress, locked=True)
        outcome = _outcome(plan)
        if plan.is_refused:
            outcome |= {"state": State.REFUSED, "problem": REFUSED_NOW}
        else:
            total = len(plan.outcomes)
            plan.write(lambda written: progress.say((total + written) // 2, total))
            record_import(plan, data_import.kind, str(data_import), by=data_import.confirmed_by)
            outcome |= {"state": State.DONE, "finished_at": timezone.now(), **EMPTIED}
    if not _applying(import_id).update(**outcome):
        raise TakenBack


def discard_import(data_import: DataImport, *, by: Member) -> None:
    """Forget the file and what it would have done. Discarding twice changes nothing.

    Raises CannotImport for one that is being imported or has been.
    """
    discardable = DataImport.objects.filter(pk=data_import.pk).exclude(
        state__in=(State.APPLYING, *DataImport.OVER)
    )
    with transaction.atomic():
        if discardable.update(state=State.DISCARDED, finished_at=timezone.now(), **EMPTIED):
            record(by, "discarded import", data_import, data_import=data_import.pk)
            return
    data_import.refresh_from_db(fields=["state"])
    if data_import.state != State.DISCARDED:
        raise CannotImport("This file is being imported or has been, so it cannot be discarded.")


def recheck_import(data_import: DataImport) -> None:
    """Have the file checked anew, when the facts have changed or a worker has died.

    Raises CannotImport while somebody is at it, and when it is over.
    """
    if not data_import.may_be_checked_again:
        raise CannotImport("This file is being worked on, or is done with.")
    same = DataImport.objects.filter(pk=data_import.pk, state=data_import.state)
    if same.update(state=State.WAITING, rows_done=0, problem="", touched_at=timezone.now()):
        _queue("check_import", data_import.pk)


def fail_import(import_id: int) -> None:
    """Note that checking or importing broke down, so that it can be tried again."""
    busy = DataImport.objects.filter(pk=import_id, state__in=DataImport.BUSY)
    busy.update(state=State.FAILED, problem=WENT_WRONG)


def forget_idle_imports() -> None:
    """Discard files that nobody has confirmed or discarded for 30 days: they hold personal data."""
    long_ago = timezone.now() - KEPT_FOR
    idle = DataImport.objects.holding_a_file().filter(touched_at__lt=long_ago)
    idle.update(state=State.DISCARDED, finished_at=timezone.now(), **EMPTIED)


@transaction.atomic
def import_file(kind: str, file: BinaryIO, name: str, *, dry_run: bool = False) -> Plan:
    """Check a file and write it, unless rows are refused or this is a dry run.

    Raises FileRefused.
    """
    if not dry_run:
        wait_for_turn()
    plan = make_plan(kind, file, locked=not dry_run)
    if not (dry_run or plan.is_refused):
        plan.write(lambda _written: None)
        record_import(plan, kind, name, by=None)
    return plan


def record_import(plan: Plan, kind: str, name: str, *, by: Member | None) -> None:
    """Leave a line in the audit trail, and have the reports built anew where facts changed."""
    counts = plan.count()
    if counts[Outcome.ADD] or counts[Outcome.CHANGE]:
        _queue("refresh_reports")
    record(
        by,
        f"imported {DataImport.Kind(kind).label.lower()}",
        name,
        added=counts[Outcome.ADD],
        changed=counts[Outcome.CHANGE],
        unchanged=counts[Outcome.SAME],
    )


def _applying(import_id: int) -> QuerySet[DataImport]:
    return DataImport.objects.filter(pk=import_id, state=State.APPLYING)


def _plan(data_import: DataImport, progress: ProgressLine, *, locked: bool = False) -> Plan:
    total = 0

    def begin(rows: int) -> None:
        nonlocal total
        total = rows
        progress.say(0, total)

    def checked(rows: int) -> None:
        # Checking is the whole of the work before the preview, and half of it when importing.
        progress.say(rows // 2 if locked else rows, total)

    with gzip.open(io.BytesIO(data_import.content)) as file:
        return make_plan(
            data_import.kind,
            cast("BinaryIO", file),
            by=data_import.confirmed_by,
            locked=locked,
            begin=begin,
            progress=checked,
        )


def _outcome(plan: Plan) -> dict[str, Any]:
    counts = plan.count()
    return {
        "rows_total": len(plan.outcomes),
        "rows_done": len(plan.outcomes),
        "to_add": counts[Outcome.ADD],
        "to_change": counts[Outcome.CHANGE],
        "unchanged": counts[Outcome.SAME],
        "refused": counts[Outcome.REFUSE],
        "preview": preview(plan),
        "refusals": refusals_csv(plan),
        "problem": "",
    }


def _queue(task: str, *args: int) -> None:
    """By name, because tasks import actions. A broker that is down leaves the import retryable."""
    transaction.on_commit(
        lambda: current_app.send_task(f"analytics.tasks.{task}", args), robust=True
    )
