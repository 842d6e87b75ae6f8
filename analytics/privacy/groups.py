"""Groups that add up to a total on show: the parts of a whole, and the units of a tree.

A reader subtracts what is shown from the total. What remains is the union of everything hidden
beside it, and that must be nobody or at least `k` people.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from analytics.privacy.visibility import K, Visibility, explain, refuse_impossible

Unit = TypeVar("Unit", bound=Hashable)


def judge_partition(counts: Sequence[int], k: int = K) -> tuple[Visibility, ...]:
    """The parts of one whole whose total is shown, in the order given.

    Small parts are hidden, and with them the next smallest (of equals the first) until at least two
    parts and `k` people are. A total under `k` hides every part; hiding the total is the caller's.
    Raises ValueError for a threshold under `K` or a negative count.
    """
    refuse_impossible(k, counts)
    hidden = parts_to_hide(counts, k)
    return tuple(explain(count, k, is_hidden=part in hidden) for part, count in enumerate(counts))


def judge_tree(
    people: Mapping[Unit, int], parents: Mapping[Unit, Unit | None], k: int = K
) -> dict[Unit, Visibility]:
    """Every unit of a tree, each shown with all its descendants, under a total of everyone.

    `people` are those directly in a unit (none where it is missing), `parents` name the unit above,
    None at the top; of equal units the first in `parents` is hidden first. Those directly in a
    shown unit are never a group of their own, yet they remain when its children are subtracted, so
    they count as one more hidden part. Nothing under a hidden unit is shown. Raises ValueError for
    a threshold under `K`, a negative count, a unit without a place in the tree, and a cycle.
    """
    refuse_impossible(k, people.values())
    children = _children(people, parents)
    order: list[Unit | None] = [None]
    for unit in order:
        order.extend(children[unit])
    if len(order) != len(parents) + 1:
        raise ValueError("The units form a cycle.")
    totals = {unit: people.get(unit, 0) if unit is not None else 0 for unit in order}
    for unit in reversed(order):
        totals[unit] += sum(totals[child] for child in children[unit])
    shown: set[Unit | None] = {None}
    for unit in order:
        if unit in shown:
            directly = totals[unit] - sum(totals[child] for child in children[unit])
            counts = [totals[child] for child in children[unit]]
            hidden = parts_to_hide(counts, k, beside=directly)
            shown.update(child for part, child in enumerate(children[unit]) if part not in hidden)
    return {unit: explain(totals[unit], k, is_hidden=unit not in shown) for unit in parents}


def parts_to_hide(
    counts: Sequence[int],
    k: int,
    *,
    beside: int = 0,
    already: Collection[int] = (),
    at_least: int = 0,
) -> set[int]:
    """The parts of a shown total to hide, by position: no remainder of 1 to k - 1 people.

    `beside` people are hidden anyway; `already` hidden parts stay so; `at_least` so many parts are
    hidden, if there are as many that are not empty.
    """
    hidden = {part for part, count in enumerate(counts) if 0 < count < k} | set(already)
    remainder = beside + sum(counts[part] for part in hidden)
    for count, part in sorted((count, part) for part, count in enumerate(counts) if count):
        if part in hidden:
            continue
        if (remainder == 0 or remainder >= k) and len(hidden) >= at_least:
            break
        hidden.add(part)
        remainder += count
    return hidden


def _children(
    people: Mapping[Unit, int], parents: Mapping[Unit, Unit | None]
) -> dict[Unit | None, list[Unit]]:
    children: dict[Unit | None, list[Unit]] = {None: [], **{unit: [] for unit in parents}}
    for unit in people:
        if unit not in children:
            raise ValueError(f"Unit {unit!r} has people but no place in the tree.")
    for unit, parent in parents.items():
        if parent not in children:
            raise ValueError(f"Unit {unit!r} is under {parent!r}, which is not in the tree.")
        children[parent].append(unit)
    return children
