"""What the frame of every page shows of the inbox."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from notifications.models import Notice


def unread_count() -> Coalesce:
    """How many notices the person of the outer query has not read."""
    unread = Notice.objects.unread().filter(person=OuterRef("pk")).order_by().values("person")
    number = Subquery(unread.annotate(number=Count("pk")).values("number"))
    return Coalesce(number, 0, output_field=IntegerField())
