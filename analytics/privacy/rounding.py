"""The grain in which figures are shown."""

from math import ceil, floor

# Products like 0.07 * 100 miss a whole number by a hair, and a hair must not become a percent.
DIGITS = 9


def whole_percent(share: float) -> int:
    """A share in whole percents, halves up."""
    return floor(round(share * 100, DIGITS) + 0.5)


def outward_percents(low: float, high: float) -> tuple[int, int]:
    """An interval of shares (or of a difference) in whole percents, never narrower than it is."""
    return floor(round(low * 100, DIGITS)), ceil(round(high * 100, DIGITS))


def nearest_five(count: float) -> int:
    """A count of people, to the nearest 5."""
    return 5 * floor(count / 5 + 0.5)
