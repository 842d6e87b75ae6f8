"""What must be in order before this process can serve: database, migrations, broker."""

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError


def readiness_problems() -> list[str]:
    """Sentences an operator can act on; empty when all is in order."""
    return [problem for problem in (database_problem(), broker_problem()) if problem]


def database_problem() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        return f"The database does not answer: {problem}".strip()
    if waiting:
        first = waiting[0][0]
        return f"{len(waiting)} migrations wait, the first is {first}. Run: manage.py migrate"
    return ""


def broker_problem() -> str:
    try:
        with current_app.connection_for_write(transport_options={}) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError) as problem:
        return f"The broker does not answer: {problem}"
    return ""
