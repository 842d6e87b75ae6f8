"""The units that a file names, made where they are missing."""

from collections.abc import Iterable
from itertools import accumulate

from members.models import Unit
from members.models.units import SEPARATOR


def with_ancestors(paths: Iterable[str]) -> set[str]:
    """These paths and those of all units above them."""
    return {
        above
        for path in set(paths)
        for above in accumulate(path.split(SEPARATOR), lambda left, right: left + SEPARATOR + right)
    }


def missing_units(paths: Iterable[str]) -> set[str]:
    needed = with_ancestors(paths)
    return needed - set(Unit.objects.filter(path__in=needed).values_list("path", flat=True))


def make_units(paths: Iterable[str]) -> dict[str, int]:
    """The ids of the units of these paths. Missing ones are made, from the top down."""
    needed = with_ancestors(paths)
    ids = dict(Unit.objects.filter(path__in=needed).values_list("path", "pk"))
    by_depth: dict[int, list[str]] = {}
    for path in needed - ids.keys():
        by_depth.setdefault(path.count(SEPARATOR), []).append(path)
    for _, level in sorted(by_depth.items()):
        made = Unit.objects.bulk_create(_unit(path, ids) for path in sorted(level))
        ids |= {unit.path: unit.pk for unit in made}
    return ids


def _unit(path: str, ids: dict[str, int]) -> Unit:
    above, _, name = path.rpartition(SEPARATOR)
    return Unit(name=name, path=path, parent_id=ids.get(above))
