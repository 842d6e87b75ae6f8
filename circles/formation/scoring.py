"""How good a circle is, and how well it suits each member, in numbers and in words."""

from collections.abc import Iterable, Iterator

from circles.formation import words
from circles.formation.index import Counts, Index, Sum
from circles.formation.outcome import CircleScore, Part, PersonScore
from circles.formation.problem import LARGEST_CIRCLE, Problem, Rules
from circles.formation.tables import (
    POWERS,
    hours_share,
    mix_share,
    powers_share,
    size_share,
    theme_share,
)

__all__ = ["CircleScore", "Part", "PersonScore", "score_circle", "score_person"]


def score_circle(problem: Problem, keys: Iterable[int]) -> CircleScore:
    """The circle's score, and each aim that applies to it. Depends on nobody outside the circle.

    Nobody, and more people than any circle may have, score nothing.
    """
    index, seated = problem.index, sorted(set(keys))
    if len(seated) > LARGEST_CIRCLE:
        return CircleScore(0.0, {})
    total = index.sum_of(index.number[key] for key in seated)
    counts, rules = index.counts(total), problem.rules
    parts = {
        aim: part
        for aim, part in _parts(index, total, counts)
        if rules.weights.get(aim, 0) > 0 and counts.people
    }
    return CircleScore(index.points(total) if counts.people else 0.0, parts)


def _parts(index: Index, total: Sum, counts: Counts) -> Iterator[tuple[str, Part]]:
    rules = index.rules
    if counts.wanters > 1:
        share = theme_share(counts.wanters, counts.shared)
        yield "theme", Part(share, _theme_words(index, total, counts))
    if counts.asks and counts.offering:
        said = f"{words.of_all(counts.met, counts.asks)} asks can be answered within the circle."
        yield "exchange", Part(counts.met / counts.asks, said)
    if counts.units_known > 1:
        said = _mix_words(counts.units, counts.units_known, "unit", "units", "from")
        yield "units", Part(mix_share(counts.units_known, counts.units), said)
    if counts.levels_known > 1:
        said = _mix_words(counts.levels, counts.levels_known, "level", "levels", "on")
        yield "levels", Part(mix_share(counts.levels_known, counts.levels), said)
    if counts.kinds_known:
        share = (counts.kinds_known - counts.alone) / counts.kinds_known
        yield "not_alone", Part(share, _alone_words(counts.alone))
    if counts.powerful:
        said = f"{words.of_all(counts.powers, POWERS)} powers are among them."
        yield "powers", Part(powers_share(counts.powers), said)
    yield "size", Part(size_share(counts.people, rules), _size_words(counts.people, rules))
    if counts.limited:
        said = f"All can meet for {words.hours(counts.quarters)} a week."
        yield "hours", Part(hours_share(counts.quarters, rules), said)


def _theme_words(index: Index, total: Sum, counts: Counts) -> str:
    if counts.shared < 2:
        return f"No two of {counts.wanters} want to grow in the same theme."
    theme = index.shared_themes(total)[0]
    everybody = words.of_all(counts.shared, counts.wanters)
    return f"{everybody} want to grow in {{theme:{theme}}}."


def _mix_words(distinct: int, known: int, one: str, many: str, place: str) -> str:
    if distinct == 1:
        return f"All {known} are {place} the same {one}."
    if distinct == known:
        return f"All {known} are {place} different {many}."
    return f"{known} people are {place} {distinct} {many}."


def _alone_words(alone: int) -> str:
    if not alone:
        return "Nobody is the only one of a kind."
    return (
        f"{words.people(alone)} would be the only one of a kind."
        if alone == 1
        else (f"In {alone} cases somebody would be the only one of a kind.")
    )


def _size_words(people: int, rules: Rules) -> str:
    if people == rules.size_best:
        return f"{words.people(people)}, the best size."
    return f"{words.people(people)}; {rules.size_best} would be best."


def score_person(problem: Problem, keys: Iterable[int], key: int) -> PersonScore:
    """How well the circle of these people suits one of them. Raises KeyError for an outsider."""
    index, seated = problem.index, sorted(set(keys))
    if key not in seated:
        raise KeyError(key)
    others = [index.number[other] for other in seated if other != key]
    aims = list(_fit(index, index.number[key], others))
    weights = problem.rules.weights
    heard = [(weights.get(aim, 0), share, said) for aim, share, said in aims]
    weight = sum(one for one, _, _ in heard)
    total = 100 * sum(one * share for one, share, _ in heard) / weight if weight else 100.0
    reasons = [said for one, _, said in heard if one and said]
    return PersonScore(total, reasons + list(_help(index, index.number[key], others)))


def _fit(index: Index, person: int, others: list[int]) -> Iterator[tuple[str, float, str]]:
    """Each aim that applies to this person, its share, and a sentence."""
    one = index.people[person]
    everybody = index.sum_of([person, *others])
    if one.wants and others:
        yield "theme", *_fit_of_theme(index, person, others)
    offered = {theme for other in others for theme in index.people[other].offers}
    if one.wants and offered:
        met = len(one.wants & offered)
        yield "exchange", met / len(one.wants), _answer_words(met, len(one.wants))
    if one.unit is not None and others:
        alike = sum(index.people[other].unit == one.unit for other in others)
        yield "units", 1 - alike / len(others), _alike_words(alike, "from the same unit")
    if one.level is not None and others:
        alike = sum(index.people[other].level == one.level for other in others)
        yield "levels", 1 - alike / len(others), _alike_words(alike, "on the same level")
    if kinds := [(place, kind) for place, kind in enumerate(one.kinds) if kind is not None]:
        alone = sum(not _has_company(index, pair, others) for pair in kinds)
        said = "Would be the only one of a kind." if alone else "Not the only one of a kind."
        yield "not_alone", 1 - alone / len(kinds), said
    if one.hours:
        common = index.quarters(everybody[8])
        said = f"Can meet with all the others for {words.hours(common)} a week."
        yield "hours", hours_share(common, index.rules), said


def _fit_of_theme(index: Index, person: int, others: list[int]) -> tuple[float, str]:
    """The theme of theirs that most others want too."""
    wants = sorted(index.people[person].wants)
    wishing = [other for other in others if index.people[other].wants]
    counts = {theme: sum(theme in index.people[one].wants for one in wishing) for theme in wants}
    theme = max(wants, key=lambda wanted: counts[wanted])
    if not counts[theme]:
        return 0.0, "Nobody else wants to grow in the same theme."
    also = "1 other does" if counts[theme] == 1 else f"{counts[theme]} others do"
    return counts[theme] / len(wishing), f"Wants to grow in {{theme:{theme}}}, as {also}."


def _answer_words(met: int, asked: int) -> str:
    if not met:
        return "Nobody else here offers what they ask for."
    if asked == 1:
        return "Somebody else here can answer their ask."
    return f"{words.of_all(met, asked)} of their asks can be answered by others here."


def _alike_words(alike: int, how: str) -> str:
    if not alike:
        return f"Nobody else here is {how}."
    return f"1 other is {how}." if alike == 1 else f"{alike} others are {how}."


def _has_company(index: Index, kind: tuple[int, str], others: list[int]) -> bool:
    place, value = kind
    return any(index.people[one].kinds[place : place + 1] == (value,) for one in others)


def _help(index: Index, person: int, others: list[int]) -> Iterator[str]:
    """What this person brings; it speaks for the place and does not change the score."""
    offers = sorted(index.people[person].offers)
    asking = {
        theme: sum(theme in index.people[other].wants for other in others) for theme in offers
    }
    theme = max(offers, key=lambda offered: asking[offered], default=None)
    if theme is not None and asking[theme]:
        ask = "1 other asks" if asking[theme] == 1 else f"{asking[theme]} others ask"
        yield f"Can help with {{theme:{theme}}}, for which {ask}."
