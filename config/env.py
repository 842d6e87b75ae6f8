"""Reads settings from the environment; every value is typed, and a wrong one is refused by name."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str = "") -> str:
    """The variable's value, or the contents of the file that NAME_FILE points to."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {problem}") from problem
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def integer(name: str, default: int) -> int:
    """A whole number; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from problem


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def url(name: str, default: str = "", *, schemes: tuple[str, ...] = ()) -> str:
    """A URL with one of the schemes; another scheme raises ImproperlyConfigured."""
    value = text(name, default)
    if value and schemes and value.split(":", 1)[0] not in schemes:
        expected = ", ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must start with {expected}")
    return value


def secret(name: str, *, development: str = "", debug: bool = False) -> str:
    """A secret from NAME or NAME_FILE. Only development has a default."""
    value = text(name)
    if value:
        return value
    if debug:
        return development
    raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")


def broker_url(redis_url: str) -> str:
    """The address of Valkey as Celery writes it: it names Unix sockets in its own way."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(pair.partition("=")[::2] for pair in query.split("&")).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"
