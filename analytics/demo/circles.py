"""Programmes and circles: which there are, who sits in them, who holds them."""

import random
from collections import Counter
from datetime import date, time, timedelta

from analytics.demo.drafts import HEALTHS, Appointment, Draft, Kind, set_calendar
from analytics.demo.ideas import IDEAS
from analytics.demo.people import Crowd, Person
from analytics.demo.places import BERLIN, HOURS, PLACES
from analytics.demo.plan import Plan, pick
from analytics.demo.seating import fill
from analytics.demo.writing import Writer
from circles.models import Circle, Facilitation, Membership

STAGES = (
    ("closed", 36),
    ("active", 44),
    ("recruiting", 8),
    ("forming", 6),
    ("paused", 2),
    ("renewal", 3),
    ("proposed", 1),
)
LOADS = ((1, 25), (2, 25), (3, 18), (4, 10), (6, 9), (8, 8), (10, 3), (12, 2))
LED_BY_ITSELF = {"study_group": 0.4, "affinity_circle": 0.35, "group_of_five": 0.2}
HALF_A_YEAR = timedelta(days=182)
# A region needs this many people before circles are held on its clock.
ENOUGH_PEOPLE = 40


class Facilitators:
    """Gives each circle someone who may hold it; some hold one circle, a few a dozen."""

    def __init__(self, crowd: Crowd, plan: Plan, dice: random.Random) -> None:
        self.crowd, self.plan, self.dice = crowd, plan, dice
        self.load: dict[str, tuple[Person, int]] = {}
        self.already: set[Person] = set()

    def appoint(self, draft: Draft) -> None:
        dice = self.dice
        if dice.random() < LED_BY_ITSELF.get(draft.idea.format, 0.02):
            return
        start = draft.gathers_on - timedelta(days=dice.randint(10, 40))
        person = self._someone(draft, start)
        if person is None:
            return
        appointment = Appointment(start, draft.ended_on, person)
        draft.appointments.append(appointment)
        if len(draft.held) > 4 and dice.random() < 0.07:
            handed_over = draft.held[len(draft.held) // 2]
            successor = self._someone(draft, handed_over)
            if successor and successor is not person:
                appointment.end = handed_over
                draft.appointments.append(Appointment(handed_over, draft.ended_on, successor))

    def _someone(self, draft: Draft, start: date) -> Person | None:
        region = draft.place.region
        person, left = self.load.get(region, (None, 0))
        if person is None or left == 0 or not person.employed(start):
            person = self._newcomer(region, start)
            left = pick(self.dice, LOADS)
        if person is not None:
            self.load[region] = person, left - 1
        return person

    def _newcomer(self, region: str, start: date) -> Person | None:
        for attempt in range(200):
            person = self.crowd.someone(region, hired_before=start, dice=self.dice)
            if person is None:
                return None
            suits = person.left_on is None and not person.is_cast and person.level in (3, 4, 5, 6)
            if suits and (attempt > 150 or person not in self.already):
                self.already.add(person)
                return person
        return None


class CircleMaker:
    """Thinks up circles in all formats and stages."""

    def __init__(self, plan: Plan, kinds: dict[str, Kind], crowd: Crowd) -> None:
        self.plan, self.kinds, self.crowd = plan, kinds, crowd
        self.dice = plan.dice("circles")
        self.names: Counter[str] = Counter()
        enough = [
            place for place in PLACES if len(crowd.by_region.get(place.region, ())) >= ENOUGH_PEOPLE
        ]
        self.places = enough or list(PLACES[:1])
        self.weights = [place.weight for place in self.places]

    def make(self, scripted: list[Draft]) -> list[Draft]:
        """All circles: those of the story, which keep their names, and as many as the plan says."""
        for draft in scripted:
            self.names[draft.name] += 1
        drafts = [self._draft() for _ in range(self.plan.circles)]
        facilitators = Facilitators(self.crowd, self.plan, self.dice)
        for draft in sorted(drafts, key=lambda draft: draft.gathers_on):
            facilitators.appoint(draft)
            if draft.stage != "proposed":
                fill(draft, self.crowd, self.plan, self.dice)
        return [*scripted, *drafts]

    def _draft(self) -> Draft:
        dice = self.dice
        idea = dice.choice(IDEAS)
        kind = self.kinds[idea.format]
        stage = pick(dice, STAGES)
        place = dice.choices(self.places, self.weights)[0]
        capacity = dice.randint(kind.size_min, kind.size_max)
        free = dice.choice((0, 0, 0, 1, 1, 2, 3))
        if stage == "recruiting":
            free = dice.randint(1, capacity - 2)
        draft = Draft(
            idea=idea,
            kind=kind,
            stage=stage,
            place=place,
            name=self._name(idea.name, place.name),
            capacity=capacity,
            free=max(0, min(free, capacity - 3)),
            clock=time(dice.choice(HOURS[place.region]), dice.choice((0, 0, 0, 30))),
            health=pick(dice, HEALTHS),
            visibility="hidden" if dice.random() <= 0.06 else "public",
        )
        set_calendar(draft, self.plan, held=self._meetings_held(stage, kind), dice=dice)
        return draft

    def _meetings_held(self, stage: str, kind: Kind) -> int:
        if stage == "forming":
            return 0
        if stage == "closed":
            return self.dice.randint(kind.meetings * 2 // 3, kind.meetings)
        if stage == "renewal":
            return kind.meetings
        return self.dice.randint(2, kind.meetings - 1)

    def _name(self, name: str, city: str) -> str:
        """The idea’s name, with a city and a number when there is such a circle already."""
        for candidate in (name, f"{name}, {city}"):
            if not self.names[candidate]:
                self.names[candidate] = 1
                return candidate
        candidate = f"{name}, {city}"
        self.names[candidate] += 1
        return f"{candidate} {self.names[candidate]}"


def write_circle(
    draft: Draft, programme: int, themes: list[int], plan: Plan, writer: Writer
) -> None:
    """The circle with its themes, its seats and its appointments."""
    meets_on = next(iter(draft.coming or draft.held[-1:]), None)
    draft.pk = writer.add(
        Circle,
        name=draft.name,
        programme=programme,
        format_version=draft.kind.version,
        purpose=draft.idea.purpose,
        capacity=draft.capacity,
        time_zone=draft.place.zone,
        stage=draft.stage,
        visibility=draft.visibility,
        where="both" if draft.place is BERLIN else "remote",
        place=draft.place.name if draft.place is BERLIN else "",
        meets_weekday=meets_on.weekday() if meets_on else None,
        meets_at=draft.clock if meets_on else None,
        term_ends_on=_end_of_term(draft, plan),
        started_on=draft.started_on,
        ended_on=draft.ended_on,
        created_at=plan.now - timedelta(days=max(45, (plan.as_of - draft.gathers_on).days + 45)),
    )
    # One idea, one theme: which of the group's themes follows from the idea's name.
    own = themes[len(draft.idea.name) % len(themes)]
    writer.add(Circle.themes.through, circle=draft.pk, theme=own)
    for seat in draft.seats:
        seat.pk = writer.add(
            Membership,
            circle=draft.pk,
            person=seat.person.pk,
            joined_on=seat.start,
            left_on=seat.end,
            role=seat.role,
            stayed_to_end=seat.end is not None and seat.end == draft.ended_on,
        )
    for appointment in draft.appointments:
        writer.add(
            Facilitation,
            circle=draft.pk,
            person=appointment.person.pk,
            appointed_on=appointment.start,
            ended_on=appointment.end,
            appointed_by=None,
        )


def _end_of_term(draft: Draft, plan: Plan) -> date | None:
    """Half a year after the start, prolonged by as many half years as it took to get here."""
    if draft.started_on is None or draft.stage not in ("active", "paused", "renewal"):
        return None
    end = draft.started_on + HALF_A_YEAR
    soonest = plan.as_of + timedelta(days=5 if draft.stage == "renewal" else 30)
    return end + HALF_A_YEAR * max(0, -((end - soonest) // HALF_A_YEAR))
