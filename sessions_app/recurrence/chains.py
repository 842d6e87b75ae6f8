"""Series as people speak of them: several rules, one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from sessions_app.models import Meeting, Series
from sessions_app.recurrence.rules import BadRule, Rule, days, first_day, parsed


def links(rules: Sequence[str], *, since: date, fields: dict[str, Any]) -> list[Series]:
    """Unsaved series of a chain, the first starting from `since`. Raises BadRule.

    Each begins on the first day of its rule after the last of the one before, which therefore says
    how many times it meets. `fields` are those that all of them share.
    """
    made: list[Series] = []
    for number, text in enumerate(rules, start=1):
        rule = parsed(text)
        link = Series(**fields)
        link.starts_on = first_day(rule, since, link.zone)
        link.rule = str(_anchored(rule, link.starts_on))
        link.planned_until = link.starts_on
        if number < len(rules):
            if rule.count is None:
                raise BadRule("Say how many meetings come before the rhythm changes.")
            *_, last = days(rule, link.starts_on, link.zone)
            since = last + timedelta(days=1)
        made.append(link)
    if not made:
        raise BadRule("A series needs a rhythm.")
    return made


def chain_of(series: Series) -> list[Series]:
    """The whole chain to which the series belongs, from its first link on. One query."""
    every = list(Series.objects.filter(circle=series.circle_id).select_related("circle"))
    after = {one.follows_id: one for one in every if one.follows_id}
    here = {one.pk: one for one in every}
    first = here[series.pk]
    while first.follows_id:
        first = here[first.follows_id]
    chain = [first]
    while chain[-1].pk in after:
        chain.append(after[chain[-1].pk])
    return chain


def next_of_a_series(circle_id: int, *, since: date | None = None) -> Meeting | None:
    """The circle's next planned meeting of a series that goes on, from the day on."""
    coming = Meeting.objects.upcoming().filter(
        circle=circle_id, state=Meeting.State.PLANNED, starts_at__gt=timezone.now()
    )
    going_on = coming.filter(series__isnull=False, series__ended_at=None)
    return going_on.filter(held_on__gte=since or date.min).select_related("series").first()


def has_ended(chain: Sequence[Series]) -> bool:
    """Whether somebody ended it: a link that others took the place of has ended alone."""
    return all(link.ended_at for link in chain)


def _anchored(rule: Rule, day: date) -> Rule:
    """The rule with its day said, so that it is read without knowing where it starts."""
    if rule.weekdays or rule.monthdays:
        return rule
    if rule.freq == "WEEKLY":
        return replace(rule, weekdays=((0, day.weekday()),))
    return replace(rule, monthdays=(day.day,))
