"""Builds the whole demo organisation and writes it in one transaction."""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from analytics.demo.careers import write_people
from analytics.demo.cast import Cast, cast_parts, write_logins
from analytics.demo.charters import write_charter
from analytics.demo.circles import CircleMaker, write_circle
from analytics.demo.drafts import Draft, Kind
from analytics.demo.follow_ups import write_follow_ups
from analytics.demo.goals import write_goals
from analytics.demo.joining import write_offer, write_proposal, write_renewal, write_waiting
from analytics.demo.meetings import write_meetings
from analytics.demo.people import Crowd, Person, Staff
from analytics.demo.plan import Plan
from analytics.demo.programmes import ENROLLING, allowing, write_programmes
from analytics.demo.promises import write_commitments
from analytics.demo.ratings import write_ratings
from analytics.demo.story import draft_story, write_member_life
from analytics.demo.units import plan_units, write_units
from analytics.demo.wishes import who_enrols, write_enrolments, write_themes, write_wishes
from analytics.demo.writing import Scribe, Writer
from circles.models import FormatVersion

PROGRESS_EVERY = 1000


class House(NamedTuple):
    """What the circles of the demo organisation stand in."""

    cast: Cast
    crowd: Crowd
    themes: dict[str, list[int]]
    programmes: dict[str, int]


class NoFormats(Exception):
    """The eight formats are not loaded, in words meant for the person at the command line."""


@transaction.atomic
def build_organisation(plan: Plan, tell: Callable[[str], None]) -> dict[str, int]:
    """Write everything the plan says, all or nothing; return how many rows of each kind.

    Raises NoFormats when the formats have not been loaded.
    """
    kinds = {
        version.format.key: Kind.of(version)
        for version in FormatVersion.objects.newest().select_related("format")
    }
    if len(kinds) < 8:
        raise NoFormats("The circle formats are not loaded yet. Run: manage.py migrate")
    writer = Writer()
    nodes = plan_units(plan.members)
    staff = Staff(plan)
    everyone = staff.hire(nodes)
    cast = cast_parts(everyone, staff.names, plan)
    crowd = Crowd.of(everyone)
    story = draft_story(cast, plan, kinds, crowd)
    drafts = CircleMaker(plan, kinds, crowd).make(list(story.values()))
    tell(f"{len(everyone)} people in {len(nodes)} units, {len(drafts)} circles: thought up.")

    write_units(nodes, writer)
    write_people(everyone, plan, writer)
    write_logins(cast, plan, writer)
    tell("People and their careers: written.")
    house = _write_house(everyone, cast, crowd, plan, writer)
    _write_circles(drafts, house, plan, writer, tell)
    write_ratings(everyone, drafts, Scribe(plan, writer, plan.dice("ratings")))
    writer.close()
    tell("Skills and ratings: written.")
    return writer.counts()


def _write_house(
    everyone: list[Person], cast: Cast, crowd: Crowd, plan: Plan, writer: Writer
) -> House:
    """What circles stand in: themes, what people look for, programmes, who enrolled."""
    themes = write_themes(Scribe(plan, writer, plan.dice("themes")))
    enrolments = Scribe(plan, writer, plan.dice("enrolments"))
    enrolling = who_enrols(everyone, enrolments)
    write_wishes(everyone, enrolling, themes, Scribe(plan, writer, plan.dice("wishes")))
    programmes = write_programmes(plan, cast.organiser, writer)
    write_enrolments(enrolling, programmes[ENROLLING], enrolments)
    return House(cast, crowd, themes, programmes)


def _write_circles(
    drafts: list[Draft], house: House, plan: Plan, writer: Writer, tell: Callable[[str], None]
) -> None:
    """Each circle with all that happened in it."""
    scribe = Scribe(plan, writer, plan.dice("meetings"))
    joining = Scribe(plan, writer, plan.dice("joining"))
    charters = Scribe(plan, writer, plan.dice("charters"))
    follow_ups = Scribe(plan, writer, plan.dice("follow-ups"))
    member, names = house.cast.member, {pk: name for name, pk in house.programmes.items()}
    versions = {version.pk: version for version in FormatVersion.objects.select_related("format")}
    for number, draft in enumerate(drafts, start=1):
        programme = scribe.dice.choice(allowing(draft.idea.format, house.programmes))
        write_circle(draft, programme, house.themes[draft.idea.theme], plan, writer)
        gatherings = write_meetings(draft, scribe)
        write_commitments(draft, gatherings, scribe)
        write_goals(draft, scribe)
        write_waiting(draft, house.crowd, joining)
        write_renewal(draft, joining)
        write_charter(draft, names[programme], versions, charters)
        write_follow_ups(draft, follow_ups)
        if any(seat.person is member for seat in draft.seats):
            write_member_life(member, draft, gatherings, scribe)
        writer.flush_when_full()
        if number % PROGRESS_EVERY == 0 or number == len(drafts):
            tell(f"{number} of {len(drafts)} circles with their meetings: written.")
    write_offer(drafts, house.cast, joining)
    kind = next(draft.kind for draft in drafts if draft.idea.format == "affinity_circle")
    write_proposal(house.cast, house.programmes["Belong"], kind, house.themes["affinity"], joining)
