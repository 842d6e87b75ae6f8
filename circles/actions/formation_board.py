"""What organisers do on the board of staged circles, before they publish them."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Max, Q

from circles.actions.formation_staging import name_for, note_scores, rescore
from circles.actions.refusals import CannotChange
from circles.formation.assessing import Assessor
from circles.formation.effects import Effect, Move, effect_of
from circles.formation.reading import newcomers_to, problem_among
from circles.models import Facilitation, Formation, StagedCircle, StagedSeat
from members.actions import record
from members.models import Member

# So many circles are about what one facilitator can hold well.
MOST_HELD = 8
TAKEN_OUT = "An organiser took them out of their circle."
NEW = "They enrolled after the circles were formed."
DISSOLVED = "Their circle was dissolved."
CHANGED_MEANWHILE = (
    "Somebody changed the board since you looked, so nothing was moved. Look again, then move."
)


class CannotMove(CannotChange):
    """Why people stay where they are, in words meant for the organiser who moved them."""


@transaction.atomic
def move_person(
    formation: Formation,
    seat: StagedSeat,
    target: StagedCircle | None,
    *,
    version: int,
    by: Member,
    swap_with: StagedSeat | None = None,
) -> Effect:
    """Put a person into another staged circle or into none, in exchange for another if named.

    `version` is the board's when the effect was shown. Raises CannotMove when the board has
    changed since, when a circle is locked, and for a move that breaks a hard rule.
    """
    formation = _board(formation, version)
    effect = effect_of(formation, seat, target, swap_with=swap_with)
    if effect.obstacles:
        raise CannotMove(" ".join(effect.obstacles))
    _carry_out(effect.moves)
    _rescored(formation, [change.circle for change in effect.changes])
    formation.last_move = {"words": _in_words(effect), "moves": _as_data(effect.moves)}
    _changed(formation, "last_move")
    people = [move.seat.person_id for move in effect.moves]
    record(by, "moved people of a formation", formation, formation=formation.pk, people=people)
    return effect


@transaction.atomic
def undo_last_move(formation: Formation, *, version: int, by: Member) -> str:
    """Put people back where the last move found them; return what was undone, in words.

    Raises CannotMove when the board has changed since, when nothing is left to undo, and when a
    circle has been locked meanwhile.
    """
    formation = _board(formation, version)
    if formation.last_move is None:
        raise CannotMove("There is nothing to undo.")
    words, moves = formation.last_move["words"], formation.last_move["moves"]
    touched = {pk for move in moves for pk in (move["source"], move["target"]) if pk}
    circles = list(formation.circles.filter(pk__in=touched))
    if len(circles) < len(touched) or any(circle.is_locked for circle in circles):
        raise CannotMove("A circle of that move was locked or dissolved, so it cannot be undone.")
    for move in moves:
        formation.seats.filter(pk=move["seat"]).update(
            staged_circle=move["source"], obstacle=move["obstacle"]
        )
    _rescored(formation, circles)
    formation.last_move = None
    _changed(formation, "last_move")
    record(by, "undid a move of a formation", formation, formation=formation.pk)
    return str(words)


@transaction.atomic
def lock_circles(
    formation: Formation, circles: Collection[StagedCircle], *, is_locked: bool, by: Member
) -> int:
    """Keep these circles when the rest is formed again, or no longer; return how many changed."""
    formation = _board(formation)
    rows = formation.circles.filter(pk__in=[circle.pk for circle in circles])
    changed = rows.exclude(is_locked=is_locked).update(is_locked=is_locked)
    if changed:
        verb = "locked staged circles" if is_locked else "unlocked staged circles"
        record(by, verb, formation, formation=formation.pk, number=changed)
    return changed


@transaction.atomic
def add_circle(formation: Formation, *, by: Member) -> StagedCircle:
    """Stage an empty circle, to put people into."""
    formation = _board(formation)
    highest: int = formation.circles.aggregate(highest=Max("number"))["highest"] or 0
    number = highest + 1
    circle = formation.circles.create(number=number, name=name_for(formation, number))
    record(by, "added a staged circle", formation, formation=formation.pk, number=number)
    return circle


@transaction.atomic
def bring_in_newcomers(formation: Formation, *, by: Member) -> int:
    """List whoever enrolled since among the people without a place; return how many they are."""
    formation = _board(formation)
    newcomers = newcomers_to(formation).order_by("pk").values_list("pk", flat=True)
    seats = [StagedSeat(formation=formation, person_id=key, obstacle=NEW) for key in newcomers]
    StagedSeat.objects.bulk_create(seats, batch_size=2000)
    if seats:
        record(by, "brought people in", formation, formation=formation.pk, number=len(seats))
    return len(seats)


@transaction.atomic
def dissolve_circle(formation: Formation, circle: StagedCircle, *, version: int, by: Member) -> int:
    """Take the circle off the board; its people are in none. Returns how many they are.

    Raises CannotMove when the board has changed since, and when the circle is locked.
    """
    formation = _board(formation, version)
    rows = formation.circles.filter(pk=circle.pk)
    if rows.filter(is_locked=True).exists():
        raise CannotMove(f"“{circle}” is locked. Unlock it first.")
    people = circle.seats.update(staged_circle=None, obstacle=DISSOLVED, reasons=[], score=0)
    rows.delete()
    note_scores(formation)
    formation.last_move = None
    _changed(formation, "last_move")
    record(by, "dissolved a staged circle", circle, formation=formation.pk, people=people)
    return people


@transaction.atomic
def rename_circle(formation: Formation, circle: StagedCircle, *, name: str, by: Member) -> None:
    """Give a staged circle another name. Raises CannotChange if one of its formation has it."""
    formation = _board(formation)
    others = formation.circles.exclude(pk=circle.pk)
    if others.filter(name__iexact=name).exists():
        raise CannotChange("Another staged circle has this name.", field="name")
    if formation.circles.filter(pk=circle.pk).exclude(name=name).update(name=name):
        record(by, "renamed a staged circle", name, formation=formation.pk)


@transaction.atomic
def choose_facilitator(
    formation: Formation, circles: Collection[StagedCircle], person: Member | None, *, by: Member
) -> int:
    """Name who is to hold these circles, or nobody; return how many the person would hold in all.

    Raises CannotChange if they left, or are to have a seat in one of the circles.
    """
    formation = _board(formation)
    rows = formation.circles.filter(pk__in=[circle.pk for circle in circles])
    if person:
        if not person.may_sign_in:
            raise CannotChange(f"{person} has left, or was deactivated.")
        seat = StagedSeat.objects.filter(staged_circle__in=rows, person=person).first()
        if seat:
            raise CannotChange(
                f"{person} is to have a seat in “{seat.staged_circle}”. A facilitator holds a"
                " circle from outside."
            )
    changed = rows.exclude(facilitator=person).update(facilitator=person)
    if changed:
        chosen = person.pk if person else None
        record(
            by,
            "chose a facilitator for staged circles",
            formation,
            formation=formation.pk,
            person=chosen,
            number=changed,
        )
    return circles_held_by(person) if person else 0


def circles_held_by(person: Member) -> int:
    """How many circles the person holds, with those that boards plan for them."""
    planned = Q(formation__state__in=(Formation.State.SOLVED, Formation.State.STOPPED))
    staged = StagedCircle.objects.filter(planned, facilitator=person).count()
    return Facilitation.objects.current().filter(person=person).count() + staged


def _board(formation: Formation, version: int | None = None) -> Formation:
    """The formation, locked. Raises CannotMove if its board cannot be changed, or has changed."""
    locked = Formation.objects.select_for_update(of=("self",)).select_related(
        "programme", "format_version__format"
    )
    formation = locked.get(pk=formation.pk)
    if not formation.can_be_changed:
        raise CannotMove("The board cannot be changed now. Load the page again to see why.")
    if version is not None and version != formation.version:
        raise CannotMove(CHANGED_MEANWHILE)
    return formation


def _changed(formation: Formation, *fields: str) -> None:
    formation.version = F("version") + 1
    formation.save(update_fields=["version", *fields])


def _carry_out(moves: list[Move]) -> None:
    for move in moves:
        taken_out = {"obstacle": TAKEN_OUT, "reasons": [], "score": 0.0}
        fields = {} if move.target else taken_out
        StagedSeat.objects.filter(pk=move.seat.pk).update(staged_circle=move.target, **fields)


def _rescored(formation: Formation, circles: list[StagedCircle]) -> None:
    seats = StagedSeat.objects.filter(staged_circle__in=circles)
    people = list(seats.values_list("person", flat=True))
    rescore(formation, circles, Assessor(problem_among(formation, people)))


def _as_data(moves: list[Move]) -> list[dict[str, object]]:
    return [
        {
            "seat": move.seat.pk,
            "source": move.source.pk if move.source else None,
            "target": move.target.pk if move.target else None,
            "obstacle": move.seat.obstacle,
        }
        for move in moves
    ]


def _in_words(effect: Effect) -> str:
    """`{17} to “Night owls 3”`; people by key, so that no name is kept in the words."""
    said = []
    for move in effect.moves:
        place = f"“{move.target}”" if move.target else "no circle"
        said.append(f"{{{move.seat.person_id}}} to {place}")
    return ", ".join(said)
