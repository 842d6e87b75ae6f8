"""What people look for: themes, hours that suit them, languages, and a programme they enrol in."""

from collections.abc import Sequence
from datetime import timedelta

from analytics.demo.people import Person
from analytics.demo.places import LANGUAGES
from analytics.demo.writing import Scribe
from circles.models import Enrolment, Interest, Theme, Wishes

# The key of an idea's theme, and the themes that people choose from.
THEMES: dict[str, tuple[str, ...]] = {
    "lead": ("Leading a team", "Giving feedback", "Delegating"),
    "career": ("The next step", "Being seen and heard", "Negotiating"),
    "affinity": ("Belonging", "Work and family"),
    "growth": ("Growing a business", "Selling", "Planning money"),
    "study": ("Data and statistics", "Writing clearly", "Languages"),
    "practice": ("Comparing practice", "Difficult customers"),
    "expert": ("Difficult conversations", "Leading change"),
    "steps": ("Qualifying step by step",),
}
SAY_WHAT_THEY_LOOK_FOR = 0.2
SAY_WHEN_THEY_ENROL = 0.9
ENROLS = 0.2
MOST_ENROLLED = 10_000
# Working hours on five days, of which each person can give a part.
PARTS_OF_THE_DAY = (range(8, 11), range(10, 13), range(13, 16), range(15, 18))


def write_themes(scribe: Scribe) -> dict[str, list[int]]:
    """The themes; returns their keys by the key of an idea's theme."""
    return {key: [scribe.add(Theme, name=name) for name in names] for key, names in THEMES.items()}


def who_enrols(everyone: Sequence[Person], scribe: Scribe) -> list[Person]:
    """People who ask to be placed: here to stay, and none of the cast."""
    plan = scribe.plan
    here = [
        person
        for person in everyone
        if person.employed(plan.as_of + timedelta(days=60)) and not person.is_cast
    ]
    return scribe.dice.sample(here, min(MOST_ENROLLED, round(len(here) * ENROLS)))


def write_wishes(
    everyone: Sequence[Person],
    enrolling: Sequence[Person],
    themes: dict[str, list[int]],
    scribe: Scribe,
) -> None:
    """A few have said what they look for; the cast and nearly all who enrol have."""
    dice = scribe.dice
    choices = [theme for group in themes.values() for theme in group]
    asking = set(enrolling)
    for person in everyone:
        if not person.employed(scribe.plan.as_of):
            continue
        says = SAY_WHEN_THEY_ENROL if person in asking else SAY_WHAT_THEY_LOOK_FOR
        if person.is_cast or dice.random() < says:
            _write(person, choices, scribe)
            scribe.writer.flush_when_full()


def _write(person: Person, themes: list[int], scribe: Scribe) -> None:
    dice = scribe.dice
    parts = dice.sample(PARTS_OF_THE_DAY, dice.choice((2, 2, 3)))
    days = sorted(dice.sample(range(5), dice.choice((3, 4, 5))))
    hours = sorted({day * 24 + hour for day in days for part in parts for hour in part})
    second = LANGUAGES.get(person.place.name, "") if dice.random() < 0.3 else ""
    scribe.add(
        Wishes,
        person=person.pk,
        hours=tuple(hours),
        languages=("en", second) if second else ("en",),
        where=dice.choice(("anywhere", "anywhere", "remote")),
        place=person.place.name,
        changed_at=scribe.plan.now - timedelta(days=dice.randint(1, 200)),
    )
    chosen = dice.sample(themes, dice.choice((2, 3, 4)))
    wanted = dice.choice((1, 2)) if len(chosen) > 2 else 1
    for number, theme in enumerate(chosen):
        kind = "wants" if number < wanted else "offers"
        scribe.add(Interest, person=person.pk, theme=theme, kind=kind)


def write_enrolments(enrolling: Sequence[Person], programme: int, scribe: Scribe) -> None:
    """What they asked for and answered, within the last days."""
    dice, plan = scribe.dice, scribe.plan
    for person in enrolling:
        scribe.add(
            Enrolment,
            programme=programme,
            person=person.pk,
            answers=[
                {
                    "key": "hope",
                    "text": "What do you hope to do differently in half a year?",
                    "answer": dice.choice(HOPES),
                },
                {"key": "before", "text": "Have you been in a circle before?", "answer": "No"},
            ],
            enrolled_at=plan.now - timedelta(hours=dice.randint(2, 230)),
        )


HOPES = (
    "Lead a small project from start to end",
    "Ask for help before it is late",
    "Give feedback the same week",
    "Know whom to talk to in other departments",
    "Have one hour a week that is really mine to think",
    "Say no, and say why",
)
