"""Real PostgreSQL and Valkey for every test run, and a browser for those that want one.

The first process that gets here (with xdist, the controller) starts the services in a throwaway
folder, or takes DATABASE_URL and REDIS_URL if both are set; workers inherit the addresses.
"""

import atexit
import gc
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest
from celery import current_app

from config import embedded
from config.processes import stop
from tests import template

# Nearly everything that is imported and collected stays to the end: looking through it for cycles
# again and again would take a tenth of the time.
gc.set_threshold(50_000, 10, 10)
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
THROWAWAY = "PEERLOOM_THROWAWAY_SERVICES"
# Nothing but what the models themselves say; it would be written anew each time.
OF_THE_CODE = {"auth_permission", "django_content_type"}
EMPTY = """
DO $$
DECLARE name text; is_filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_filled;
        IF is_filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
END $$
"""
NO_BROWSER = "No Chromium: put chromium or google-chrome on the PATH, or run playwright install."


def start_services() -> None:
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        rest_of_the_run = ExitStack()
        atexit.register(rest_of_the_run.close)
        services = rest_of_the_run.enter_context(embedded.throwaway_services())
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = services.urls
        os.environ["PEERLOOM_VAR"] = str(services.folder)
        os.environ[THROWAWAY] = "true"
        os.environ.setdefault("DEBUG", "true")
        rest_of_the_run.callback(stop, template.begin(services.folder))
    os.environ.setdefault("DEBUG", "true")


def with_database_number(url: str, number: int) -> str:
    """The same Valkey, another of its numbered databases: each worker has one to itself."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return f"{re.sub(r'(?<=[^/:])/[0-9]*$', '', url)}/{number}"


# A busy machine makes an example slow, not wrong.
hypothesis.settings.register_profile("peerloom", deadline=None)
hypothesis.settings.load_profile("peerloom")
# Before any other conftest or test can import a model.
if WORKER:
    os.environ["REDIS_URL"] = with_database_number(
        os.environ["REDIS_URL"], int(WORKER.removeprefix("gw")) % 15 + 1
    )
else:
    start_services()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
# pytest-django looked for settings before this file was read, so it leaves this to us.
django.setup()
if not WORKER:
    # Workers inherit the environment: naming the settings would let pytest-django read them there
    # before this file has given the worker its own Valkey database.
    del os.environ["DJANGO_SETTINGS_MODULE"]
# Tasks run where they are called; what a queue does with them is Celery's business.
current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """A throwaway server goes as a whole; dropping its databases would wait for every thread."""
    return THROWAWAY in os.environ or bool(request.config.getvalue("reuse_db"))


def pytest_collection_finish():
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker's database is a copy of one that has been migrated."""
    from django.db import connection

    if THROWAWAY in os.environ and template.is_ready(Path(os.environ["PEERLOOM_VAR"])):
        connection.settings_dict["TEST"]["TEMPLATE"] = template.NAME


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Between tests that commit, delete the few rows there are.

    TRUNCATE makes new files for every table and index, which takes a third of a second.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    truncate = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        if reset_sequences or not tables:
            return truncate(
                self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
        names = ", ".join(f"'{name}'" for name in sorted({*tables} - OF_THE_CODE))
        return [EMPTY.format(names=names)]

    with pytest.MonkeyPatch.context() as patch:
        if THROWAWAY in os.environ:  # there we may do without triggers
            patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="module")
def lasting_rows(django_db_setup, django_db_blocker) -> Iterator[Callable[..., Any]]:
    """Lets a module's fixture write rows for all its tests; none of them can harm another's."""
    from django.db import transaction
    from django.test.utils import override_settings

    def write(action: Callable[..., Any], **arguments: Any) -> Any:
        with django_db_blocker.unblock(), override_settings(DEBUG=True):
            return action(**arguments)

    whole = transaction.atomic()
    write(whole.__enter__)
    yield write
    write(transaction.set_rollback, rollback=True)
    write(whole.__exit__, exc_type=None, exc_value=None, traceback=None)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    """The machine's Chromium, else Playwright's own, else a loud skip (a failure where CI=true)."""
    # Playwright's loop runs in this thread, and Django would take our queries for asynchronous,
    # also those of the tests that follow a skipped one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
    if not Path(found).exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
    flags = [*BROWSER_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return browser_type_launch_args | {"executable_path": found, "args": flags}


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if missed:
        line = f"{missed} BROWSER TESTS DID NOT RUN. {NO_BROWSER}"
        terminalreporter.write_line(line, red=True, bold=True)
