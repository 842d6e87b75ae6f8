"""Who sat in a circle on a day, and who holds it."""

from datetime import date

from django.db.models import Q, QuerySet

from circles.models import Membership


def seats_on(day: date, *, circle_id: int) -> QuerySet[Membership]:
    """The seats that were taken on that day, with their people. The day of leaving is not one."""
    return (
        Membership.objects.filter(circle=circle_id, joined_on__lte=day)
        .filter(Q(left_on=None) | Q(left_on__gt=day))
        .select_related("person")
        .order_by("person__name", "pk")
    )
