"""Rows that an action holds until its transaction ends. Circles first, then what hangs on them."""

from circles.models import Circle


def locked(circle_id: int) -> Circle:
    """The circle as it is now, with its programme and format, held by this transaction."""
    return both_locked(circle_id)[circle_id]


def both_locked(*circle_ids: int) -> dict[int, Circle]:
    """Several circles by key, locked in one order, so that two actions never wait for each other.

    Raises KeyError at reading for a circle that does not exist.
    """
    rows = Circle.objects.select_for_update(of=("self",)).filter(pk__in=circle_ids)
    found = rows.select_related("programme", "format_version__format").order_by("pk")
    return {circle.pk: circle for circle in found}
