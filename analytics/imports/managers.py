"""Who reports to whom, and whether anybody reports to themselves in the end."""

from collections.abc import Callable, Iterator, Mapping

from members.models import Member

LONGEST_CHAIN = 8


def recorded_managers() -> dict[int, int]:
    """Everybody's manager, by id."""
    return dict(Member.objects.exclude(manager=None).values_list("pk", "manager_id"))


def cycles(reports_to: Mapping[int, int]) -> Iterator[list[int]]:
    """Every chain of people that ends where it began, once each."""
    seen: set[int] = set()
    for start in reports_to:
        chain: list[int] = []
        places: dict[int, int] = {}
        person = start
        while person in reports_to and person not in seen and person not in places:
            places[person] = len(chain)
            chain.append(person)
            person = reports_to[person]
        if person in places:
            yield chain[places[person] :]
        seen.update(chain)


def in_words(cycle: list[int], name: Callable[[int], str]) -> str:
    """`Anna reports to Ben, who reports to Anna`; a long chain is shortened in the middle."""
    chain = [*cycle, cycle[0]]
    if len(chain) > LONGEST_CHAIN:
        chain = [*chain[: LONGEST_CHAIN - 2], *chain[-2:]]
    names = [name(person) for person in chain]
    if len(cycle) + 1 > LONGEST_CHAIN:
        names.insert(LONGEST_CHAIN - 2, f"{len(cycle) + 1 - LONGEST_CHAIN} others")
    first, second, *others = names
    return ", who reports to ".join([f"{first} reports to {second}", *others])
