import datetime as dt
from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest

from circles.actions.activation import begin, check_is_ready
from circles.actions.loose_ends import tie_up
from circles.actions.refusals import CannotChange, name_must_be_free
from circles.actions.seating import settle
from circles.models import Circle, Format, FormatVersion, Lineage, Membership, Programme, Theme
from circles.reminders.closing import tell_of_closing
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage
NAME_TAKEN = "There is already a circle with this name."

# The stages an organiser can move a circle to by hand, and the words on the button. Pausing and
# renewal are actions of their own: circles.actions.pauses and circles.actions.renewals.
MOVES: dict[str, dict[str, str]] = {
    Stage.PROPOSED: {},  # launching it seats its supporters: circles.actions.proposals
    Stage.RECRUITING: {Stage.FORMING: "Start forming"},
    Stage.FORMING: {Stage.ACTIVE: "Start meeting", Stage.RECRUITING: "Look for members again"},
    Stage.ACTIVE: {},
    Stage.PAUSED: {},
    Stage.RENEWAL: {},
    Stage.CLOSED: {},
}


class CircleFields(TypedDict, total=False):
    """What is written down about a circle, apart from its format and stage."""

    name: str
    programme: Programme
    purpose: str
    capacity: int
    time_zone: str
    visibility: str
    themes: Iterable[Theme]
    language: str
    where: str
    place: str
    meets_weekday: int | None
    meets_at: dt.time | None


@transaction.atomic
def create_circle(
    *, of_format: Format, by: Member | None, **fields: Unpack[CircleFields]
) -> Circle:
    """Start a circle that looks for members, with the newest version of its format.

    Raises CannotChange if the programme does not have the format, the format is archived, or the
    name is taken.
    """
    circle = new_circle(of_format, Stage.RECRUITING, fields)
    record(by, "created circle", circle, circle=circle.pk)
    return circle


def new_circle(of_format: Format, stage: Stage, fields: CircleFields, **more: Member) -> Circle:
    """The row itself, for an action that has a transaction. Raises as create_circle does."""
    check_format(fields["programme"], of_format, field="of_format")
    if of_format.is_archived:
        raise CannotChange(f"“{of_format}” is archived. Choose another.", field="of_format")
    version = FormatVersion.objects.newest().get(format=of_format)
    themes = fields.pop("themes", ())
    with name_must_be_free(NAME_TAKEN):
        circle = Circle.objects.create(format_version=version, stage=stage, **fields, **more)
    circle.themes.set(themes)
    return circle


@transaction.atomic
def change_circle(circle: Circle, *, by: Member, **fields: Unpack[CircleFields]) -> Circle:
    """Change what is written about the circle.

    Raises CannotChange if it is closed, if more people have a seat than there would be, if the
    other programme does not have the circle's format, or if the name is taken.
    """
    # Lock the circle, so that nobody takes a seat that is being removed.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    changes = changed_fields(circle, fields)
    if not changes:
        return circle
    if circle.is_closed:
        raise CannotChange("This circle is closed. Reopen it to change it.")
    if "programme" in changes:
        check_format(fields["programme"], circle.format_version.format, field="programme")
    if "capacity" in changes:
        _check_capacity(circle, fields["capacity"])
    write_fields(circle, fields, changes)
    settle(circle)
    record(by, "changed circle", circle, circle=circle.pk, fields=changes)
    return circle


def changed_fields(circle: Circle, fields: CircleFields) -> list[str]:
    """The names of the fields whose values differ from what the circle has."""
    changes = [
        name
        for name, value in fields.items()
        if name != "themes" and getattr(circle, name) != value
    ]
    if "themes" in fields and set(circle.themes.all()) != set(fields["themes"]):
        changes.append("themes")
    return changes


def write_fields(circle: Circle, fields: CircleFields, changes: list[str]) -> None:
    """Save what changed. Raises CannotChange if the name is taken."""
    if "themes" in changes:
        circle.themes.set(fields["themes"])
    columns = [name for name in changes if name != "themes"]
    for name in columns:
        setattr(circle, name, fields[name])  # type: ignore[literal-required]
    with name_must_be_free(NAME_TAKEN):
        circle.save(update_fields=columns)


@transaction.atomic
def move_circle(circle: Circle, stage: str, *, by: Member) -> Circle:
    """Move the circle to a stage that MOVES allows, or raise CannotChange.

    Moving it where it is already changes nothing. A forming circle becomes active only with a
    charter that everyone signed and what its format asks for: else NotReady says what is missing.
    """
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if stage == circle.stage:
        return circle
    if stage not in MOVES[circle.stage]:
        raise CannotChange(f"From “{circle.get_stage_display()}” a circle cannot go there.")
    if (circle.stage, stage) == (Stage.FORMING, Stage.ACTIVE):
        check_is_ready(circle)
    before, circle.stage = circle.stage, stage
    if stage == Stage.ACTIVE:
        begin(circle)
    circle.save(update_fields=["stage", "started_on", "term_ends_on"])
    settle(circle)
    planner.keep("circle", [circle.pk])
    record(by, "moved circle", circle, circle=circle.pk, before=before, after=stage)
    return circle


@transaction.atomic
def activate_circle(circle: Circle, *, by: Member) -> Circle:
    """Let a forming circle begin, as move_circle does; raise CannotChange anywhere else.

    So whoever may begin a circle can neither resume nor renew it. Beginning twice changes nothing.
    """
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if circle.stage not in (Stage.FORMING, Stage.ACTIVE):
        raise CannotChange("Only a circle that is forming can be started.")
    return move_circle(circle, Stage.ACTIVE, by=by)


@transaction.atomic
def close_circle(circle: Circle, *, by: Member | None) -> Circle:
    """End the circle and every seat in it today. Closing twice changes nothing.

    Its facilitators keep it, so that they can finish the last recap. Whoever stayed keeps what
    they could read. Nobody waits for a seat any more, and no vote or closing round is open.
    """
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if circle.is_closed:
        return circle
    before, circle.stage = circle.stage, Stage.CLOSED
    circle.ended_on = max(circle.today, circle.started_on or circle.today)
    circle.closes_on = None
    circle.save(update_fields=["stage", "ended_on", "closes_on"])
    tie_up(circle, by=by)
    tell_of_closing(circle)
    circle.memberships.current().update(
        left_on=Greatest(F("joined_on"), circle.ended_on), stayed_to_end=True
    )
    settle(circle)
    planner.keep("circle", [circle.pk])
    record(by, "closed circle", circle, circle=circle.pk, before=before)
    return circle


@transaction.atomic
def reopen_circle(circle: Circle, *, by: Member) -> Circle:
    """Open a closed circle again: paused if it ever met, else looking for members.

    On the day of closing, everyone who stayed to the end gets the same seat back. Later, people
    join anew. Reopening twice changes nothing. Raises CannotChange for a circle whose people went
    on in another one.
    """
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if not circle.is_closed:
        return circle
    if merger := circle.descendants.filter(kind=Lineage.Kind.MERGE).first():
        raise CannotChange(f"Its people went on in “{merger.descendant}”. Start a new circle.")
    if circle.ended_on and circle.ended_on >= circle.today:
        seats = circle.memberships.filter(stayed_to_end=True, left_on__gte=circle.ended_on)
        # Not of those who moved to another circle by a split that day.
        moved = Membership.objects.filter(moved_from=OuterRef("pk"))
        seats.filter(~Exists(moved)).update(left_on=None, stayed_to_end=False)
    circle.stage = Stage.PAUSED if circle.started_on else Stage.RECRUITING
    circle.ended_on = None
    circle.save(update_fields=["stage", "ended_on"])
    settle(circle)
    planner.keep("circle", [circle.pk])
    record(by, "reopened circle", circle, circle=circle.pk)
    return circle


def _check_capacity(circle: Circle, capacity: int) -> None:
    taken, held = circle.memberships.current().count(), circle.offers.open().count()
    if capacity >= taken + held:
        return
    words = f"{taken} people have a seat, so there cannot be fewer seats than that."
    if held:
        words = (
            f"{taken} people have a seat and {held} more are offered one, so there cannot be fewer "
            f"than {taken + held} seats now."
        )
    raise CannotChange(words, field="capacity")


def check_format(programme: Programme, its_format: Format, *, field: str) -> None:
    """Raise CannotChange if the programme does not have the format."""
    if not programme.formats.filter(pk=its_format.pk).exists():
        words = f"“{programme}” has no circles of the format “{its_format}”."
        raise CannotChange(words, field=field)
