"""Other circles of the same programme, to choose one from."""

from circles.models import Circle, CircleQuerySet
from members.models import Member

SHOWN = 20


def neighbours(circle: Circle, person: Member, words: str) -> CircleQuerySet:
    """Open circles of its programme that the person may know about, by name or purpose."""
    others: CircleQuerySet = Circle.objects.visible_to(person).open().for_cards()
    others = others.filter(programme=circle.programme_id).exclude(pk=circle.pk)
    return others.matching(words) if words else others
