"""Small sentences of the pages. Pure functions."""

from members.words import number_in_words


def greeting(hour: int) -> str:
    """What one says at that hour of the person's day."""
    if 5 <= hour < 12:
        return "Good morning"
    if 12 <= hour < 18:
        return "Good afternoon"
    return "Good evening"


def coming_sentence(coming: int, seats: int) -> str:
    """`Six of seven are coming.`"""
    if coming == 0:
        return "Nobody has said yet that they come."
    if coming >= seats:
        return "Everyone is coming."
    verb = "is" if coming == 1 else "are"
    return f"{number_in_words(coming).capitalize()} of {number_in_words(seats)} {verb} coming."


def quorum_sentence(coming: int, seats: int, needed: int) -> str:
    """`You need five.`; `That is enough to meet.`; nothing when everyone comes anyway."""
    if coming < needed:
        return f"You need {number_in_words(needed)}."
    return "That is enough to meet." if coming < seats else ""


def carried_words(times: int) -> str:
    """`carried once`; nothing for a promise that was never carried."""
    if times == 0:
        return ""
    counted = {1: "once", 2: "twice"}.get(times, f"{number_in_words(times)} times")
    return f"carried {counted}"


def in_days(days: int) -> str:
    """`today`, `tomorrow`, `in 3 days`, `2 days ago`."""
    if days in (-1, 0, 1):
        return ("today", "tomorrow", "yesterday")[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"
