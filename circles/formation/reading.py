"""From the database to a problem, in a constant number of queries for any number of people."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import Exists, F, Func, OuterRef, Q, TextField

from circles.formation.problem import Candidate, Problem, Rules
from circles.formation.setup import ANY_DEPTH, LEVEL, LOCATION, OTHER, UNIT, SetUp
from circles.hours import QUARTERS_AN_HOUR, week_mask
from circles.models import (
    Enrolment,
    Formation,
    Interest,
    Membership,
    Offer,
    PairRule,
    Programme,
    Wishes,
)
from members.models import Member, MemberQuerySet

# No organisation is deeper; a ring of managers ends here.
DEEPEST = 40
MONTHS_TO_THE_OTHER_WEEK = 6
CHAINS = """
    WITH RECURSIVE above(person, manager, depth) AS (
        SELECT id, manager_id, 1 FROM members_member
        WHERE id = ANY(%s) AND manager_id IS NOT NULL
        UNION ALL
        SELECT above.person, boss.manager_id, above.depth + 1
        FROM above JOIN members_member boss ON boss.id = above.manager
        WHERE boss.manager_id IS NOT NULL AND above.depth < %s
    )
    SELECT person, manager FROM above ORDER BY person, depth
"""


def people_for(formation: Formation) -> MemberQuerySet:
    """Who is enrolled and still waits for a seat in the programme, for this format or any."""
    enrolled = Enrolment.objects.current().filter(
        programme=formation.programme_id, person=OuterRef("pk")
    )
    if not SetUp.read(formation.rules).everyone:
        its_format = formation.format_version.format_id
        enrolled = enrolled.filter(Q(format=its_format) | Q(format=None))
    here: dict[str, Any] = {
        "person": OuterRef("pk"),
        "circle__programme": formation.programme_id,
    }
    people: MemberQuerySet = Member.objects.current().filter(Exists(enrolled), is_active=True)
    return people.exclude(Exists(Membership.objects.current().filter(**here))).exclude(
        Exists(Offer.objects.open().filter(**here))
    )


def newcomers_to(formation: Formation) -> MemberQuerySet:
    """Who waits for a seat and is nowhere on the board: they enrolled after it was filled."""
    placed = formation.seats.filter(person=OuterRef("pk"))
    newcomers: MemberQuerySet = people_for(formation).exclude(Exists(placed))
    return newcomers


def problem_of(formation: Formation) -> Problem:
    """Everybody who waits, and the rules."""
    return _problem(formation, people_for(formation))


def problem_among(formation: Formation, keys: Collection[int]) -> Problem:
    """The same, of these people only, wherever they stand now."""
    return _problem(formation, Member.objects.filter(pk__in=keys))


def attributes_of(programme: Programme) -> list[str]:
    """What enrolled people can be told apart by: unit, location, level, and their other columns."""
    enrolled = Enrolment.objects.current().filter(programme=programme).values("person")
    name = Func(F("attributes"), function="jsonb_object_keys", output_field=TextField())
    found = Member.objects.filter(pk__in=enrolled).order_by().annotate(column=name)
    columns = sorted(found.values_list("column", flat=True).distinct())
    return [UNIT, LOCATION, LEVEL, *(OTHER + column for column in columns)]


def _problem(formation: Formation, people: MemberQuerySet) -> Problem:
    chosen = SetUp.read(formation.rules)
    rows = list(people.order_by("pk").select_related("unit").only(*_columns(chosen)))
    keys = [person.pk for person in rows]
    managers = managers_of(keys, chosen.manager_depth)
    wishes = {one.person_id: one for one in Wishes.objects.filter(person__in=keys)}
    wants, offers = _interests(keys)
    weeks = _weeks(formation.programme)
    candidates = []
    for person in rows:
        wish = wishes.get(person.pk)
        candidate = Candidate(
            key=person.pk,
            managers=tuple(managers[person.pk]),
            hours=_hours(wish, person.time_zone, weeks),
            languages=frozenset(wish.languages) if wish else frozenset(),
            wants=frozenset(wants[person.pk]),
            offers=frozenset(offers[person.pk]),
            unit=person.unit_id,
            level=person.job_level,
            apart=tuple(_value(person, name) for name in chosen.apart),
            kinds=tuple(_value(person, name) for name in chosen.not_alone),
        )
        candidates.append(candidate)
    return Problem(tuple(candidates), _rules(formation, chosen, set(keys)))


def _columns(chosen: SetUp) -> list[str]:
    used = {name for name in (*chosen.apart, *chosen.not_alone) if name.startswith(OTHER)}
    columns = ["pk", "time_zone", "unit__path", "location", "job_level"]
    return [*columns, "attributes"] if used else columns


def _rules(formation: Formation, chosen: SetUp, keys: set[int]) -> Rules:
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rules = PairRule.objects.filter(programme=formation.programme_id)
    for kind, one, other in rules.values_list("kind", "one", "other"):
        if {one, other} <= keys:
            pairs[kind].append((one, other))
    return Rules(
        size_min=chosen.size_min,
        size_max=chosen.size_max,
        size_best=chosen.size_best,
        overlap_quarters=chosen.overlap_hours * QUARTERS_AN_HOUR,
        together=tuple(pairs[PairRule.Kind.TOGETHER]),
        apart=tuple(pairs[PairRule.Kind.APART]),
        share_a_language=chosen.share_a_language,
        weights=chosen.weights,
    )


def managers_of(keys: list[int], depth: int = ANY_DEPTH) -> dict[int, list[int]]:
    """For each person their managers, the nearest first."""
    above: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CHAINS, [keys, DEEPEST if depth == ANY_DEPTH else depth])
        for person, manager in cursor.fetchall():
            if manager != person and manager not in above[person]:
                above[person].append(manager)
    return above


def _interests(keys: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    wants: dict[int, set[int]] = defaultdict(set)
    offers: dict[int, set[int]] = defaultdict(set)
    rows = Interest.objects.filter(person__in=keys).values_list("person", "theme", "kind")
    for person, theme, kind in rows:
        (wants if kind == Interest.Kind.WANTS else offers)[person].add(theme)
    return wants, offers


def _weeks(programme: Programme) -> tuple[dt.date, dt.date]:
    """Two weeks half a year apart, so that hours overlap in summer and in winter."""
    first = max(programme.starts_on or programme.today, programme.today)
    return first, first + relativedelta(months=MONTHS_TO_THE_OTHER_WEEK)


def _hours(wish: Wishes | None, zone: str, weeks: Iterable[dt.date]) -> tuple[int, ...]:
    if wish is None or not wish.hours:
        return ()
    return tuple(week_mask(wish.hours, zone, on) for on in weeks)


def _value(person: Member, attribute: str) -> str | None:
    """What the person has there; nothing when it is blank, so that blanks are not alike."""
    if attribute.startswith(OTHER):
        value = person.attributes.get(attribute.removeprefix(OTHER))
    elif attribute == UNIT:
        value = person.unit
    else:
        value = person.location if attribute == LOCATION else person.job_level
    said = "" if value is None else str(value).strip()
    return said or None
