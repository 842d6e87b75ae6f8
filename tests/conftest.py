"""Real PostgreSQL and Valkey for every test run, and a browser for those that want one.

The first process that gets here (with xdist, the controller) starts the services in a throwaway
folder, or takes DATABASE_URL and REDIS_URL if both are set; workers inherit the addresses.
"""

import atexit
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest
from celery import current_app

from config import embedded

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
THROWAWAY = "PEERLOOM_THROWAWAY_SERVICES"
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


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    """The machine's Chromium, else Playwright's own, else a loud skip (a failure where CI=true)."""
    found = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
    if not Path(found).exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
    # Playwright's loop runs in this thread, and Django would take our queries for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*BROWSER_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return browser_type_launch_args | {"executable_path": found, "args": flags}


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if missed:
        line = f"{missed} BROWSER TESTS DID NOT RUN. {NO_BROWSER}"
        terminalreporter.write_line(line, red=True, bold=True)
