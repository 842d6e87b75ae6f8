"""The people: who they are, where they sit, who leads them, when they came and went."""

import random
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from analytics.demo.names import Names
from analytics.demo.places import BERLIN, LANGUAGES, PLACES, Place
from analytics.demo.plan import HISTORY, Plan, pick, weekday_from
from analytics.demo.units import DEEP_FROM, Node

PEOPLE_DOMAIN = "people.peerloom.test"
UNUSABLE_PASSWORD = "!a demo person without a login"  # noqa: S105  starts with !, so it fits nothing
LEAVING_A_YEAR = 0.075
LEVELS_AT_HIRE = ((1, 46), (2, 34), (3, 14), (4, 5), (5, 1))
LEAD_LEVELS = ((3, 55), (4, 40), (5, 5))
HEAD_LEVEL, DIRECTOR_LEVEL, CHIEF_LEVEL = 6, 7, 8


@dataclass(slots=True, eq=False)
class Held:
    """A seat or an appointment that somebody holds from one day to another."""

    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(slots=True, eq=False)
class Person:
    """Someone of the demo organisation, before they become a row."""

    name: str
    email: str
    unit: Node
    place: Place
    level: int
    hired_on: date
    manager: "Person | None" = None
    left_on: date | None = None
    leads: bool = False
    is_cast: bool = False  # has a part in the story, so that chance leaves them alone
    title: str = ""
    number: str = ""
    password: str = UNUSABLE_PASSWORD
    attributes: dict[str, Any] = field(default_factory=dict)
    seats: list[Held] = field(default_factory=list)
    first_joined: date | None = None
    pk: int = 0

    @property
    def short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    def employed(self, day: date) -> bool:
        return self.hired_on <= day and (self.left_on is None or day < self.left_on)

    def job_title(self) -> str:
        if self.title or not self.leads:
            return self.title or self.unit.area.titles[min(self.level, 6) - 1]
        if self.unit.is_team:
            return f"Team lead, {self.unit.name}"
        return f"{'Head' if self.unit.parent else 'Director'} of {self.unit.name}"


@dataclass(slots=True)
class Crowd:
    """All people, leaders before those they lead; and those of each region by day of hiring."""

    everyone: list[Person]
    by_region: dict[str, list[Person]]
    hired: dict[str, list[date]]

    @classmethod
    def of(cls, everyone: list[Person]) -> "Crowd":
        by_region: dict[str, list[Person]] = {}
        for person in sorted(everyone, key=lambda person: person.hired_on):
            by_region.setdefault(person.place.region, []).append(person)
        hired = {
            region: [person.hired_on for person in people] for region, people in by_region.items()
        }
        return cls(everyone, by_region, hired)

    def someone(self, region: str, *, hired_before: date, dice: random.Random) -> Person | None:
        """Anybody of the region whom the organisation already had on that day."""
        count = bisect_left(self.hired[region], hired_before)
        return self.by_region[region][dice.randrange(count)] if count else None


class Staff:
    """Hires everyone: one leader for each unit, then the others."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dice = plan.dice("people")
        self.names = Names(plan.dice("names"))
        self.weights = [place.weight for place in PLACES]

    def hire(self, nodes: list[Node]) -> list[Person]:
        chief = self._person(nodes[0], BERLIN, CHIEF_LEVEL, self._long_ago())
        chief.title, chief.leads = "Chief executive", True
        leaders: dict[Node, Person] = {}
        for node in nodes:
            above = leaders[node.parent] if node.parent else chief
            leaders[node] = self._leader(node, above)
        others = [self._member(node, leaders[node]) for node in nodes for _ in range(node.size - 1)]
        everyone = [chief, *leaders.values(), *others]
        by_day = sorted(everyone, key=lambda person: person.hired_on)
        for number, person in enumerate(by_day, start=10_001):
            person.number = f"E{number:06}"
        return everyone

    def _leader(self, node: Node, above: Person) -> Person:
        level = HEAD_LEVEL if node.parent or self.plan.members < DEEP_FROM else DIRECTOR_LEVEL
        if node.is_team:
            level = pick(self.dice, LEAD_LEVELS)
        leader = self._person(node, self._place(node), level, self._long_ago())
        leader.leads, leader.manager = True, above
        return leader

    def _member(self, node: Node, leader: Person) -> Person:
        dice = self.dice
        days = round((HISTORY.days - 20) * dice.random() ** 1.15) + 15
        hired_on = weekday_from(self.plan.as_of - timedelta(days=days))
        person = self._person(node, self._place(node), pick(dice, LEVELS_AT_HIRE), hired_on)
        person.manager = leader
        stays = 60 + dice.expovariate(LEAVING_A_YEAR / 365)
        left_on = weekday_from(hired_on + timedelta(days=round(min(stays, 20_000))))
        # Some have given notice; nobody knows yet who will leave later.
        if left_on <= self.plan.as_of + timedelta(days=30):
            person.left_on = left_on
        return person

    def _person(self, node: Node, place: Place, level: int, hired_on: date) -> Person:
        name, latin = self.names.name(place.names)
        person = Person(
            name, self.names.address(latin, PEOPLE_DOMAIN), node, place, level, hired_on
        )
        if self.dice.random() < 0.12:
            person.attributes = {"work_pattern": "part time"}
        return person

    def _place(self, node: Node) -> Place:
        if node.place and self.dice.random() < 0.85:
            return node.place
        return self.dice.choices(PLACES, self.weights)[0]

    def _long_ago(self) -> date:
        days = self.dice.randint(800, HISTORY.days)
        return weekday_from(self.plan.as_of - timedelta(days=days))


def language_of(person: Person, dice: random.Random) -> str:
    return LANGUAGES.get(person.place.name, "en") if dice.random() < 0.3 else "en"
