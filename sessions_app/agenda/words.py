"""Small sentences about agendas and roles. Pure functions."""

from members.words import number_in_words


def sum_in_words(used: int, available: int) -> str:
    """What the segments take, against what the meeting has."""
    if used == available:
        return f"The agenda adds up: {used} of {available} minutes."
    if used < available:
        left = counted(available - used, "minute")
        return f"{used} of {available} minutes are planned; {left} left."
    over = counted(used - available, "minute")
    return f"{used} minutes are planned in {available}: {over} too many."


def basis_in_words(coming: int, silent: int) -> str:
    """For whom an agenda was made to fit: `For six: four are coming and two have not said yet.`"""
    said = f"{number_in_words(coming)} {'is' if coming == 1 else 'are'} coming" if coming else ""
    not_said = f"{number_in_words(silent)} {'has' if silent == 1 else 'have'} not said yet"
    if not coming and not silent:
        return "Nobody is expected at the moment."
    if not silent:
        return (
            f"For {number_in_words(coming)}: all of them are coming." if coming > 1 else "For one."
        )
    if not coming:
        return f"For {number_in_words(silent)}, as nobody has said yet that they come."
    return f"For {number_in_words(coming + silent)}: {said} and {not_said}."


def times_in_words(times: int) -> str:
    """`never`, `once`, `twice`, `three times`."""
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{number_in_words(times)} times")


def fairness_in_words(role: str, theirs: int, *, name: str = "", mine: int | None = None) -> str:
    """`Ama was timekeeper twice before, you once`; without a name, about oneself.

    `mine` is how often the reader was; None for one who has no seat.
    """
    if not name:
        often = f"{times_in_words(theirs)} before"
        return f"You were {role} {often}" if theirs else f"You have not been {role} before"
    if mine is not None and not theirs and not mine:
        return f"Neither {name} nor you have been {role} before"
    said = f"{name} was {role} {times_in_words(theirs)} before"
    said = said if theirs else f"{name} has not been {role} before"
    return said if mine is None else f"{said}, you {times_in_words(mine)}"


def counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
