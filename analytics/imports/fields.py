"""What the cells of a column may hold, and the sentence that refuses one."""

import datetime as dt
import functools
import re
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from members import time_zones
from members.models.units import SEPARATOR

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
LONGEST_QUOTE = 60


class CellRefused(ValueError):
    """What is wrong with a cell and what to write instead."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an import: how its cells are read, and how a page explains it."""

    name: str
    parse: Callable[[str], Any]
    about: str
    examples: tuple[str, str]
    is_required: bool = False


def quoted(text: str) -> str:
    """A cell as sentences quote it: on one line, and not the whole of a long one."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + '…'}”"


def line(most: int) -> Callable[[str], str]:
    """One line of text. Line breaks and tabs in it become spaces."""

    def parse(cell: str) -> str:
        return _bounded(re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]+", " ", cell), most)

    return parse


def text(most: int) -> Callable[[str], str]:
    """Text of any number of lines."""

    def parse(cell: str) -> str:
        return _bounded(cell.replace("\r\n", "\n").replace("\r", "\n"), most)

    return parse


def _bounded(cell: str, most: int) -> str:
    if found := CONTROL.search(cell):
        raise CellRefused(
            f"{quoted(cell)} contains the control character U+{ord(found[0]):04X}. Remove it."
        )
    if len(cell) > most:
        raise CellRefused(
            f"{quoted(cell)} has {len(cell):,} characters. Shorten it to {most:,} at most."
        )
    return cell


@functools.lru_cache(maxsize=20_000)
def day(cell: str) -> dt.date:
    """A date written as YYYY-MM-DD."""
    if not ISO_DAY.fullmatch(cell):
        raise CellRefused(f"{quoted(cell)} is not a date we can read. Write it like 2021-04-03.")
    try:
        value = dt.date.fromisoformat(cell)
    except ValueError:
        raise CellRefused(f"there is no such day as {cell}. Correct it.") from None
    if not EARLIEST <= value <= LATEST:
        raise CellRefused(f"{cell} is not between 1900 and 2100. Correct the year.")
    return value


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(cell: str) -> int:
        if INTEGER.fullmatch(cell) and low <= (value := int(cell)) <= high:
            return value
        raise CellRefused(f"write a whole number from {low:,} to {high:,}, not {quoted(cell)}.")

    return parse


def email(cell: str) -> str:
    """An address in lower case."""
    address = _bounded(cell.lower(), 254)
    try:
        validate_email(address)
    except ValidationError:
        raise CellRefused(
            f"{quoted(cell)} is not an e-mail address. Write it like anna@example.org."
        ) from None
    return address


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def time_zone(cell: str) -> str:
    if cell in _zones():
        return cell
    likely = time_zones.found(cell) or "Europe/Berlin"
    raise CellRefused(f"{quoted(cell)} is not the name of a time zone. Write it like {likely}.")


def language(cell: str) -> str:
    tag = cell.lower().replace("_", "-")
    if LANGUAGE.fullmatch(tag) and len(tag) <= 16:
        return tag
    raise CellRefused(f"{quoted(cell)} is not a language tag. Write it like en or pt-br.")


def one_of(values: Iterable[str]) -> Callable[[str], str]:
    known = {re.sub(r"[\s_-]+", "-", value): value for value in values}

    def parse(cell: str) -> str:
        value = known.get(re.sub(r"[\s_-]+", "-", cell.lower()))
        if value is None:
            *others, last = known.values()
            raise CellRefused(f"write {', '.join(others)} or {last}, not {quoted(cell)}.")
        return value

    return parse


def unit_path(cell: str) -> str:
    """The names of a unit and those above it, with one space around each slash."""
    names = [line(120)(name.strip()) for name in cell.split("/")]
    if not all(names):
        raise CellRefused(
            f"{quoted(cell)} has an empty name beside a slash. Write it like Sales / North."
        )
    return _bounded(SEPARATOR.join(names), 600)
