"""Writing down what formation proposes: staged circles, and where each person is put, and why."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Avg, Min, Q

from circles.formation.assessing import Assessor, parts_as_data
from circles.models import Formation, StagedCircle, StagedSeat, Theme

BATCH = 2000
NAME_LENGTH = 120


@transaction.atomic
def stage(
    formation: Formation,
    circles: Iterable[Sequence[int]],
    unplaced: Mapping[int, str],
    assessor: Assessor,
    *,
    with_reasons: bool = True,
) -> None:
    """Put these circles in the place of all that are staged and not locked.

    Without reasons it is a quick note of the best so far, which `rescore` completes.
    """
    people = {key for circle in circles for key in circle}
    seats = formation.seats.filter(Q(staged_circle=None) | Q(staged_circle__is_locked=False))
    seats.delete()
    formation.circles.filter(is_locked=False).delete()
    locked = set(formation.seats.values_list("person", flat=True))
    staged = _new_circles(formation, circles, assessor)
    rows = [
        StagedSeat(formation=formation, person_id=key, staged_circle=circle)
        for circle, keys in staged
        for key in keys
        if key not in locked
    ]
    rows += [
        StagedSeat(formation=formation, person_id=key, obstacle=words[:300])
        for key, words in unplaced.items()
        if key not in people | locked
    ]
    if with_reasons:
        _assess(staged, rows, assessor)
    StagedCircle.objects.bulk_create([circle for circle, _ in staged], batch_size=BATCH)
    StagedSeat.objects.bulk_create(rows, batch_size=BATCH)


def rescore(formation: Formation, circles: Iterable[StagedCircle], assessor: Assessor) -> None:
    """Score staged circles anew, and say for each of their people why they are there."""
    staged = {circle.pk: circle for circle in circles}
    seats = list(StagedSeat.objects.filter(staged_circle__in=staged))
    people: dict[int, list[int]] = {pk: [] for pk in staged}
    for seat in seats:
        people[seat.staged_circle_id or 0].append(seat.person_id)
        seat.staged_circle = staged[seat.staged_circle_id or 0]
    _assess([(circle, people[pk]) for pk, circle in staged.items()], seats, assessor)
    StagedCircle.objects.bulk_update(staged.values(), ["score", "parts"], batch_size=BATCH)
    StagedSeat.objects.bulk_update(seats, ["score", "reasons", "obstacle"], batch_size=BATCH)
    note_scores(formation)


def note_scores(formation: Formation) -> None:
    """Keep the lowest and the mean score of the staged circles with people in them."""
    scores = formation.circles.with_people().aggregate(worst=Min("score"), mean=Avg("score"))
    Formation.objects.filter(pk=formation.pk).update(**scores)


def _new_circles(
    formation: Formation, circles: Iterable[Sequence[int]], assessor: Assessor
) -> list[tuple[StagedCircle, Sequence[int]]]:
    taken = set(formation.circles.values_list("number", flat=True))
    themes = dict(Theme.objects.values_list("pk", "name"))
    numbers = (number for number in range(1, 1_000_000) if number not in taken)
    staged = []
    for number, keys in zip(numbers, circles, strict=False):
        theme = themes.get(assessor.theme_of(keys) or 0)
        name = name_for(formation, number, theme)
        circle = StagedCircle(formation=formation, number=number, name=name)
        staged.append((circle, keys))
    return staged


def name_for(formation: Formation, number: int, theme: str | None = None) -> str:
    """`Leading a team 12`, or with the format's name where no theme is shared."""
    return numbered(theme or formation.format_version.format.name, number)


def numbered(name: str, number: int) -> str:
    end = f" {number}"
    return name[: NAME_LENGTH - len(end)].rstrip() + end


def _assess(
    staged: Iterable[tuple[StagedCircle, Sequence[int]]],
    seats: Iterable[StagedSeat],
    assessor: Assessor,
) -> None:
    people = {}
    for circle, keys in staged:
        people[circle.number] = keys
        score = assessor.score(keys)
        circle.score, circle.parts = score.total, parts_as_data(score)
    for seat in seats:
        if circle_of_it := seat.staged_circle:
            keys = people[circle_of_it.number]
            seat.score, seat.reasons = assessor.reasons(keys, seat.person_id)
            seat.obstacle = ""
