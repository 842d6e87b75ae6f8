from celery import shared_task

from analytics.actions import imports, reports


@shared_task
def check_import(import_id: int) -> None:
    """Preview one uploaded file. Run twice, it is checked once (see actions.imports)."""
    try:
        imports.check_import(import_id)
    except Exception:
        imports.fail_import(import_id)
        raise


@shared_task
def apply_import(import_id: int) -> None:
    """Import one confirmed file, whole or not at all, and once (see actions.imports)."""
    try:
        imports.apply_import(import_id)
    except Exception:
        imports.fail_import(import_id)
        raise


@shared_task
def forget_idle_imports() -> None:
    """Delete files that nobody has confirmed or discarded for a month."""
    imports.forget_idle_imports()


@shared_task
def freeze_reports() -> None:
    """Build this month's reports, where they are not built yet."""
    for report in reports.REPORTS:
        reports.current_snapshot(report)


@shared_task
def refresh_reports() -> None:
    """Build this month's reports again, because an import brought new facts."""
    for report in reports.REPORTS:
        reports.freeze(report)
