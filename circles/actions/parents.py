from django.db import connection, transaction

from circles.actions.locks import both_locked, locked
from circles.actions.refusals import CannotChange
from circles.models import Circle
from members.actions import record
from members.models import Member

MOST_LEVELS = 3
# Any number of ours: whoever holds it is the only one who moves circles below circles.
LOCK = 7_302_114


@transaction.atomic
def set_parent(circle: Circle, parent: Circle, *, by: Member) -> Circle:
    """Put the circle below its centre or hub, or raise CannotChange. Twice changes nothing.

    Refused for another programme, a closed circle, one below itself, and a fourth level.
    """
    _alone()
    rows = both_locked(circle.pk, parent.pk)
    circle, parent = rows[circle.pk], rows[parent.pk]
    if circle.parent_id == parent.pk:
        return circle
    if obstacle := obstacle_to_parent(circle, parent):
        raise CannotChange(obstacle)
    circle.parent = parent
    circle.save(update_fields=["parent"])
    record(by, "put circle below", circle, circle=circle.pk, parent=parent.pk)
    return circle


def obstacle_to_parent(circle: Circle, parent: Circle) -> str:
    """Why the one cannot be the centre or hub of the other; nothing if it can."""
    if parent.pk == circle.pk:
        return "A circle cannot belong to itself."
    if parent.programme_id != circle.programme_id:
        return "The two circles belong to different programmes."
    if parent.is_closed or circle.is_closed:
        return f"“{parent if parent.is_closed else circle}” is closed."
    above = _above(parent)
    if circle.pk in above:
        return f"“{parent}” itself belongs to “{circle}”, so it cannot be above it."
    if len(above) + _levels_from(circle) > MOST_LEVELS:
        return f"Circles belong to circles over {MOST_LEVELS} levels at most."
    return ""


@transaction.atomic
def clear_parent(circle: Circle, *, by: Member) -> Circle:
    """Let the circle belong to no other one. Clearing twice changes nothing."""
    circle = locked(circle.pk)
    if circle.parent_id:
        record(by, "took circle out", circle, circle=circle.pk, parent=circle.parent_id)
        circle.parent = None
        circle.save(update_fields=["parent"])
    return circle


@transaction.atomic
def clear_children(parent: Circle, *, by: Member) -> int:
    """Let every open circle below belong to no other one; return how many there were."""
    below = list(parent.children.open().order_by("pk"))
    for child in below:
        clear_parent(child, by=by)
    return len(below)


def _above(circle: Circle) -> set[int]:
    """The circle and all it belongs to, at any depth."""
    chain = set[int]()
    key: int | None = circle.pk
    while key is not None and key not in chain:
        chain.add(key)
        key = Circle.objects.filter(pk=key).values_list("parent", flat=True).get()
    return chain


def _levels_from(circle: Circle) -> int:
    """How many levels it and those below it fill; no more than one over the limit is counted."""
    level, count = [circle.pk], 0
    while level and count <= MOST_LEVELS:
        count += 1
        level = list(Circle.objects.filter(parent__in=level).values_list("pk", flat=True))
    return count


def _alone() -> None:
    """Wait for others who change who belongs to whom: two at once could close a ring unseen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
