"""Counting in a subquery: for each row of a list how many others belong to it, in one query."""

from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce


def number_of(rows: "QuerySet[Any]", by: str) -> Coalesce:
    """How many of these rows there are, 0 without any; to be annotated.

    They refer to the outer row through OuterRef; `by` is the field that they then have in common.
    """
    counted = rows.order_by().values(by).annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted), 0)
