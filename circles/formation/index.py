"""People as bits, so that rules and scores of a circle are a few operations on whole numbers.

A circle is summed up by its Sum, to which people are added one by one; rules and scores read
only the Sum. A circle's score depends on its members and the rules, on nobody else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from circles.formation.tables import Tables

if TYPE_CHECKING:
    from circles.formation.problem import Candidate, Rules

WEEK = 672
ANY = -1

# What is summed up: once, twice (bits of which at least one, two have), five planes counting the
# themes wanted, tally, hours and languages in common, rivals.
Sum = tuple[int, int, int, int, int, int, int, int, int, int, int]

# The tally counts in fields of 16 bits: people, those who want a theme, have a unit, a level,
# powers, limited hours; then kinds known and asks.
PEOPLE, WANTERS, UNITS, LEVELS, POWERFUL, LIMITED, KINDS, ASKS = range(0, 128, 16)
FIELD = 0xFFFF


class Counts(NamedTuple):
    """What a Sum says about the aims, in plain numbers."""

    people: int
    wanters: int
    shared: int
    asks: int
    met: int
    offering: bool
    units_known: int
    units: int
    levels_known: int
    levels: int
    kinds_known: int
    alone: int
    powerful: int
    powers: int
    limited: int
    quarters: int


class Numbering:
    """Gives each distinct value a bit, in an order that depends on the values alone."""

    def __init__(self, values: Iterable[Hashable]) -> None:
        distinct = sorted(set(values), key=lambda value: (str(type(value)), value))
        self.bit = {value: 1 << number for number, value in enumerate(distinct)}

    def mask(self, values: Iterable[Hashable]) -> int:
        return sum(self.bit[value] for value in values)


class Index:
    """Every candidate by number, ordered by key, so that the order given does not matter."""

    def __init__(self, candidates: Sequence[Candidate], rules: Rules) -> None:
        self.rules = rules
        self.people = sorted(candidates, key=lambda one: one.key)
        self.keys = [one.key for one in self.people]
        self.number = {key: number for number, key in enumerate(self.keys)}
        self.tables = Tables(rules)
        self._read_hours()
        self._read_languages()
        self._read_traits()
        self._read_foes()

    def _read_hours(self) -> None:
        weeks = max((len(one.hours) for one in self.people), default=0)
        full = (1 << WEEK) - 1
        padded = [[*one.hours, *[full] * (weeks - len(one.hours))] for one in self.people]
        # Reference weeks that are alike for everybody are looked at once.
        kept = list({tuple(week): None for week in zip(*padded, strict=True)}) or [
            (full,) * len(self.people)
        ]
        self.weeks = len(kept)
        self.week_masks = [full << (WEEK * number) for number in range(self.weeks)]
        self.full_hours = (1 << (WEEK * self.weeks)) - 1
        self.hours = [
            sum((mask & full) << (WEEK * number) for number, mask in enumerate(masks))
            for masks in zip(*kept, strict=True)
        ]

    def _read_languages(self) -> None:
        numbering = Numbering(code for one in self.people for code in one.languages)
        shared = self.rules.share_a_language
        self.languages = [
            numbering.mask(one.languages) if shared and one.languages else ANY
            for one in self.people
        ]

    def _read_traits(self) -> None:
        """One number per person holds their offers, unit, level, kinds, powers and own offers."""
        people = self.people
        themes = Numbering(theme for one in people for theme in one.wants | one.offers)
        self.themes = sorted({theme for one in people for theme in one.wants | one.offers})
        self.wants = [themes.mask(one.wants) for one in people]
        self.offers = [themes.mask(one.offers) for one in people]
        units = Numbering(one.unit for one in people if one.unit is not None)
        levels = Numbering(one.level for one in people if one.level is not None)
        kinds = Numbering(pair for one in people for pair in _known(one.kinds))
        powers = Numbering(power for one in people for power in one.powers)
        rivals = Numbering(pair for one in people for pair in _known(one.apart))
        widths = [len(part.bit) for part in (themes, units, levels, kinds, powers, themes)]
        starts = [sum(widths[:place]) for place in range(len(widths))]
        self.theme_bits, self.unit_bits, self.level_bits, self.kind_bits, self.power_bits, _ = (
            ((1 << width) - 1) << start for width, start in zip(widths, starts, strict=True)
        )
        self.own_start = starts[5]
        self.traits = [
            offers
            | units.mask(_one(one.unit)) << starts[1]
            | levels.mask(_one(one.level)) << starts[2]
            | kinds.mask(_known(one.kinds)) << starts[3]
            | powers.mask(one.powers) << starts[4]
            | (wants & offers) << starts[5]
            for one, wants, offers in zip(people, self.wants, self.offers, strict=True)
        ]
        self.rivals = [rivals.mask(_known(one.apart)) for one in people]
        self.tally = [self._tally(one) for one in people]

    def _tally(self, one: Candidate) -> int:
        return (
            1 << PEOPLE
            | bool(one.wants) << WANTERS
            | (one.unit is not None) << UNITS
            | (one.level is not None) << LEVELS
            | bool(one.powers) << POWERFUL
            | bool(one.hours) << LIMITED
            | len(_known(one.kinds)) << KINDS
            | len(one.wants) << ASKS
        )

    def _read_foes(self) -> None:
        """Who may not sit with whom: managers with their reports, and pairs to keep apart."""
        foes: list[set[int]] = [set() for _ in self.people]
        self.reports: set[tuple[int, int]] = set()
        for number, one in enumerate(self.people):
            for key in one.managers:
                above = self.number.get(key)
                if above is not None and above != number:
                    self.reports.add((above, number))
                    foes[above].add(number)
                    foes[number].add(above)
        self.kept_apart: set[tuple[int, int]] = set()
        for one_key, other_key in self.rules.apart:
            pair = self.number.get(one_key), self.number.get(other_key)
            if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
                self.kept_apart.add((min(pair[0], pair[1]), max(pair[0], pair[1])))
                foes[pair[0]].add(pair[1])
                foes[pair[1]].add(pair[0])
        self.foes = [frozenset(one) for one in foes]

    @property
    def nobody(self) -> Sum:
        return (0, 0, 0, 0, 0, 0, 0, 0, self.full_hours, ANY, 0)

    def plus(self, total: Sum, persons: Iterable[int]) -> Sum:
        once, twice, c1, c2, c4, c8, c16, tally, hours, languages, rivals = total
        for person in persons:
            traits = self.traits[person]
            twice |= once & traits
            once |= traits
            carry = self.wants[person]
            c1, carry = c1 ^ carry, c1 & carry
            if carry:
                c2, carry = c2 ^ carry, c2 & carry
                if carry:
                    c4, carry = c4 ^ carry, c4 & carry
                    c8, c16 = c8 ^ carry, c16 ^ (c8 & carry)
            tally += self.tally[person]
            hours &= self.hours[person]
            languages &= self.languages[person]
            rivals |= self.rivals[person]
        return (once, twice, c1, c2, c4, c8, c16, tally, hours, languages, rivals)

    def sum_of(self, persons: Iterable[int]) -> Sum:
        return self.plus(self.nobody, persons)

    def quarters(self, hours: int) -> int:
        """The common quarter hours of the reference week that has fewest."""
        if self.weeks == 1:
            return hours.bit_count()
        first = (hours & self.week_masks[0]).bit_count()
        if self.weeks == 2:
            return min(first, (hours >> WEEK).bit_count())
        return min(first, *((hours & week).bit_count() for week in self.week_masks[1:]))

    def points(self, total: Sum) -> float:
        """The score of a circle, 0 to 100: what Tables.points says of its Counts, but fast."""
        once, twice, c1, c2, c4, c8, c16, tally, hours, _, _ = total
        tables = self.tables
        people = tally & FIELD
        wanters = tally >> WANTERS & FIELD
        gained, weight = tables.size[people]
        if wanters > 1:
            gained += tables.theme[wanters][_highest(c1, c2, c4, c8, c16)]
            weight += tables.theme_weight
        known = tally >> UNITS & FIELD
        gained += tables.units[known][(once & self.unit_bits).bit_count()]
        weight += tables.units_weight[known]
        known = tally >> LEVELS & FIELD
        gained += tables.levels[known][(once & self.level_bits).bit_count()]
        weight += tables.levels_weight[known]
        if tally >> POWERFUL & FIELD:
            gained += tables.powers[(once & self.power_bits).bit_count()]
            weight += tables.powers_weight
        known = tally >> KINDS & FIELD
        if known:
            alone = (once & ~twice & self.kind_bits).bit_count()
            gained += tables.alone_weight * (known - alone) / known
            weight += tables.alone_weight
        if tally >> LIMITED & FIELD:
            gained += tables.hours[self.quarters(hours)]
            weight += tables.hours_weight
        offered, asks = once & self.theme_bits, tally >> ASKS
        if asks and offered:
            gained += tables.exchange_weight * self._met(total, offered) / asks
            weight += tables.exchange_weight
        return 100 * gained / weight if weight else 100.0

    def _met(self, total: Sum, offered: int) -> int:
        """How many asks somebody else in the circle can answer."""
        once, twice, c1, c2, c4, c8, c16, *_ = total
        met = (c1 & offered).bit_count() + 2 * (c2 & offered).bit_count()
        if c4 or c8 or c16:
            met += 4 * (c4 & offered).bit_count() + 8 * (c8 & offered).bit_count()
            met += 16 * (c16 & offered).bit_count()
        own = once >> self.own_start
        # Nobody answers their own ask: it counts only where somebody else offers the theme too.
        return met - (own & ~twice).bit_count() if own else met

    def counts(self, total: Sum) -> Counts:
        once, twice, c1, c2, c4, c8, c16, tally, hours, _, _ = total
        offered = once & self.theme_bits
        return Counts(
            people=tally & FIELD,
            wanters=tally >> WANTERS & FIELD,
            shared=_highest(c1, c2, c4, c8, c16),
            asks=tally >> ASKS,
            met=self._met(total, offered),
            offering=bool(offered),
            units_known=tally >> UNITS & FIELD,
            units=(once & self.unit_bits).bit_count(),
            levels_known=tally >> LEVELS & FIELD,
            levels=(once & self.level_bits).bit_count(),
            kinds_known=tally >> KINDS & FIELD,
            alone=(once & ~twice & self.kind_bits).bit_count(),
            powerful=tally >> POWERFUL & FIELD,
            powers=(once & self.power_bits).bit_count(),
            limited=tally >> LIMITED & FIELD,
            quarters=self.quarters(hours),
        )

    def shared_themes(self, total: Sum) -> list[int]:
        """The themes that most members want, smallest key first."""
        bits, _ = _top(*total[2:7])
        return [theme for place, theme in enumerate(self.themes) if bits >> place & 1]


def _known(values: tuple[str | None, ...]) -> list[tuple[int, str]]:
    return [(place, value) for place, value in enumerate(values) if value is not None]


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)


def _top(c1: int, c2: int, c4: int, c8: int, c16: int) -> tuple[int, int]:
    """Of counts kept in planes of bits, the bits that have the highest count, and that count."""
    bits, count = 0, 0
    for plane, worth in ((c16, 16), (c8, 8), (c4, 4), (c2, 2), (c1, 1)):
        both = bits & plane if count else plane
        if both:
            bits, count = both, count + worth
    return bits, count


def _highest(c1: int, c2: int, c4: int, c8: int, c16: int) -> int:
    return _top(c1, c2, c4, c8, c16)[1]
