"""The circle to suggest to who finds one full."""

from circles.models import Circle, Entry, Offer
from members.models import Member


def best_other(person: Member, circle: Circle) -> Circle | None:
    """A circle like this one with a free seat that the person can take at once; or none.

    The same format in the same programme goes before one of them only. At most three queries.
    """
    seated = Circle.objects.joined_by(person).values("pk")
    held = Circle.objects.facilitated_by(person).values("pk")
    offered = Offer.objects.open().of(person).values("circle")
    free = (
        Circle.objects.filter(visibility=Circle.Visibility.PUBLIC, programme__entry=Entry.OPEN)
        .exclude(pk=circle.pk)
        .exclude(pk__in=seated)
        .exclude(pk__in=held)
        .exclude(pk__in=offered)
        .with_free_seats()
        .order_by("pk")
    )
    same_format = {"format_version__format": circle.format_version.format_id}
    same_programme = {"programme": circle.programme_id}
    for likeness in (same_format | same_programme, same_format, same_programme):
        if found := free.filter(**likeness).first():
            return found
    return None
