"""The tree of units as reports count it: everyone in a unit or below it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from members.models import Unit

Key = int

# People whose unit HR did not say stand beside the top units, as one of their own.
WITHOUT_UNIT: Key = 0


@dataclass(frozen=True)
class UnitTree:
    """Parents and paths of the units by key, in order of their paths."""

    parents: dict[Key, Key | None]
    paths: dict[Key, str]

    @classmethod
    def load(cls) -> "UnitTree":
        units = list(Unit.objects.order_by("path").values_list("pk", "parent", "path"))
        return cls(
            parents={key: parent for key, parent, _ in units} | {WITHOUT_UNIT: None},
            paths={key: path for key, _, path in units} | {WITHOUT_UNIT: "No unit"},
        )

    def upwards(self, key: Key | None) -> Iterator[Key | None]:
        """The unit, those above it, and None for everyone."""
        step: Key | None = WITHOUT_UNIT if key is None else key
        while step is not None:
            yield step
            step = self.parents[step]
        yield None

    def directly(self, rows: Iterable[tuple[Key | None, int]]) -> Counter[Key]:
        """People by the unit they are directly in, from (unit, people)."""
        counts: Counter[Key] = Counter()
        for unit, people in rows:
            counts[WITHOUT_UNIT if unit is None else unit] += people
        return counts
