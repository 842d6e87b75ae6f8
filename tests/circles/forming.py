"""A small formation for tests: people, circles, and who is where."""

from circles.models import Format, Formation
from tests.factories import (
    EnrolmentFactory,
    FormationFactory,
    PersonFactory,
    StagedCircleFactory,
    StagedSeatFactory,
)

State = Formation.State


def enrol(programme, *people, **fields):
    for person in people:
        EnrolmentFactory(programme=programme, person=person, **fields)


def formation_of(programme, *circles, state=State.SOLVED, unplaced=(), **fields):
    """A formation whose circles hold these people, all of them enrolled."""
    version = Format.objects.get(key="career_circle").versions.get()
    formation = FormationFactory(programme=programme, format_version=version, state=state, **fields)
    for number, people in enumerate(circles, start=1):
        circle = StagedCircleFactory(formation=formation, number=number, name=f"Owls {number}")
        for person in people:
            StagedSeatFactory(formation=formation, staged_circle=circle, person=person)
        enrol(programme, *people)
    for person in unplaced:
        StagedSeatFactory(formation=formation, person=person, obstacle="There was no room.")
    enrol(programme, *unplaced)
    return formation


def people(number, **fields):
    return PersonFactory.create_batch(number, **fields)


def seat_of(formation, person):
    return formation.seats.select_related("person", "staged_circle").get(person=person)


def staged(formation):
    """Who is where: the keys of each circle's people by its number, and those in none."""
    where = {}
    for number, person in formation.seats.values_list("staged_circle__number", "person"):
        where.setdefault(number, set()).add(person)
    return where


def keys(*people):
    return {person.pk for person in people}
