"""Numbers and lists in plain words."""

FRACTIONS = ("", "¼", "½", "¾")


def hours(quarters: int) -> str:
    """4 quarter hours are “1 hour”, 10 are “2½ hours”, 3 are “¾ hour”."""
    whole, rest = divmod(quarters, 4)
    number = f"{whole or ''}{FRACTIONS[rest]}" or "0"
    return f"{number} {'hour' if 0 < quarters <= 4 else 'hours'}"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def people_are(count: int) -> str:
    return f"{people(count)} {'is' if count == 1 else 'are'}"


def of_all(count: int, everybody: int) -> str:
    """Begins a sentence: “All 6”, “4 of 6”."""
    return f"All {everybody}" if count == everybody else f"{count} of {everybody}"


def joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
