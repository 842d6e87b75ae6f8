#!/usr/bin/env python
"""Django's command line. In development it brings PostgreSQL and Valkey along when none run."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from config import embedded
from config.processes import ServicesError

# Commands that ask nothing of the database or the broker.
NEEDS_NOTHING = frozenset(
    {"check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help"}
    | {"makemessages", "startapp", "startproject", "version"}
)
HELP = frozenset({"-h", "--help", "--version"})


@contextmanager
def services_for(arguments: list[str]) -> Iterator[None]:
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        yield
    elif needs_services(arguments):
        with embedded.ensure_services():
            yield
    else:
        # makemigrations --check asks a database whether its history fits; here there is none.
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration")
        yield


def needs_services(arguments: list[str]) -> bool:
    command = arguments[0] if arguments else "help"
    if command in NEEDS_NOTHING or HELP.intersection(arguments):
        return command == "check" and "--database" in arguments
    return not (command == "makemigrations" and "--check" in arguments)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        with services_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except ServicesError as reason:
        sys.exit(f"manage.py: {reason}")
