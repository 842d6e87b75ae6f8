"""Reads and writes what people wish, as the values that deciding takes."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from members.models import Member
from notifications.decide import ALL_DAYS, Wishes
from notifications.models import KindWish, MessageWishes


def wishes_of(people: Iterable[Member]) -> dict[int, Wishes]:
    """The wishes of each person by their key, with two queries for all of them."""
    zones = {person.pk: person.zone for person in people}
    cadences: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    rows = KindWish.objects.filter(person__in=zones)
    for person, kind, channel, cadence in rows.values_list("person", "kind", "channel", "cadence"):
        cadences[person][kind, channel] = cadence
    said = {row.person_id: row for row in MessageWishes.objects.filter(person__in=zones)}
    return {
        key: _values(said[key], Wishes(zone, cadences=cadences[key]))
        if key in said
        else Wishes(zone, cadences=cadences.get(key, {}))
        for key, zone in zones.items()
    }


def _values(row: MessageWishes, wishes: Wishes) -> Wishes:
    return dataclasses.replace(
        wishes,
        digest_at=row.digest_at,
        digest_weekday=row.digest_weekday,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        days=frozenset(day for day in ALL_DAYS if row.days & (1 << day)),
        budget=row.budget,
        paused_until=row.paused_until,
        no_mail=row.no_mail,
    )
