"""People who must be in one circle, or never: who belongs together, and what contradicts itself."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

Pair = tuple[int, int]


def together_with(key: int, pairs: Iterable[Pair]) -> set[int]:
    """The person, and everybody who must be in their circle, over one pair or several."""
    return next((group for group in groups(pairs) if key in group), {key})


def groups(pairs: Iterable[Pair]) -> list[set[int]]:
    """The people of the pairs, joined where pairs share somebody."""
    joined: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in joined if group & set(pair)]
        joined = [group for group in joined if group not in touched]
        joined.append(set(pair).union(*touched))
    return joined


def contradictions(
    together: Iterable[Pair],
    apart: Iterable[Pair],
    *,
    managers: Mapping[int, Sequence[int]],
    size_max: int | None = None,
) -> list[str]:
    """Sentences, with people as {17}, about rules that no circle can keep at once."""
    said = []
    parted = {frozenset(pair) for pair in apart}
    for group in groups(together):
        for one, other in combinations(sorted(group), 2):
            if frozenset((one, other)) in parted:
                said.append(f"{{{one}}} and {{{other}}} must be in one circle, and must never be.")
            for boss, report in ((one, other), (other, one)):
                if boss in managers.get(report, ()):
                    said.append(
                        f"{{{boss}}} manages {{{report}}}, and a rule wants them in one circle."
                    )
        if size_max is not None and len(group) > size_max:
            names = ", ".join(f"{{{key}}}" for key in sorted(group))
            said.append(f"{names} must be in one circle, which has {size_max} seats at most.")
    return said
