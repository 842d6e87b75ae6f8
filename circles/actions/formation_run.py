"""Forming circles in the background: start, stop, run, and notice a worker that is gone."""

import logging
import time
from datetime import datetime

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from circles.actions.formation_staging import note_scores, rescore, stage
from circles.actions.refusals import CannotChange
from circles.formation.assessing import Assessor
from circles.formation.checks import check
from circles.formation.problem import Problem
from circles.formation.reading import problem_among, problem_of
from circles.formation.setup import SetUp
from circles.formation.solver import Progress, Solution, solve
from circles.models import Formation
from circles.models.formation import FormationQuerySet
from members.actions import record
from members.models import Member
from notifications import actions as notifications

logger = logging.getLogger(__name__)
State = Formation.State

READY = "formation_ready"
SECONDS_BETWEEN_NOTES = 1.0
SECONDS_BETWEEN_CHECKPOINTS = 20.0
RUNNING_ALREADY = "Circles are being formed for this programme already."
FAILED = (
    "Something went wrong on our side. What was staged last is kept, and trying again is safe. If"
    " it fails again, tell whoever runs Peerloom."
)
ABANDONED = (
    "The worker that formed the circles stopped answering. The best it had noted down is kept;"
    " go on from there."
)


def start_formation(formation: Formation, *, by: Member, is_fresh: bool = False) -> None:
    """Hand the formation to a worker, who forms circles around the locked ones.

    It goes on from what is staged, unless it is to be fresh. Starting twice starts once. Raises
    CannotChange where no circle is possible, and while another formation of the programme runs.
    """
    try:
        with transaction.atomic():
            _start(formation, by, is_fresh=is_fresh)
    except IntegrityError as error:
        raise CannotChange(RUNNING_ALREADY) from error


def _start(formation: Formation, by: Member, *, is_fresh: bool) -> None:
    formation = Formation.objects.select_for_update(of=("self",)).get(pk=formation.pk)
    if formation.is_running:
        return
    if not formation.can_be_started:
        raise CannotChange("This formation is over. Set up another one.")
    if obstacles := check(formation).obstacles:
        raise CannotChange(obstacles[0])
    Formation.objects.filter(pk=formation.pk).update(
        state=State.QUEUED,
        step="",
        done=0,
        total=0,
        problem="",
        stop_asked_at=None,
        alive_at=timezone.now(),
        ended_at=None,
        last_move=None,
        version=F("version") + 1,
    )
    record(by, "started formation", formation, formation=formation.pk)
    # By name, because tasks import actions.
    name, args = "circles.tasks.formation.form_circles", (formation.pk, is_fresh)
    transaction.on_commit(lambda: current_app.send_task(name, args), robust=True)


@transaction.atomic
def stop_formation(formation: Formation, *, by: Member) -> None:
    """Ask the worker to end with the best so far. What no worker has taken yet stops at once."""
    now = timezone.now()
    running = Formation.objects.filter(pk=formation.pk)
    words = "It was stopped before it began."
    queued = running.filter(state=State.QUEUED).update(
        state=State.STOPPED, problem=words, ended_at=now
    )
    asked = running.filter(state=State.SOLVING, stop_asked_at=None).update(stop_asked_at=now)
    if queued or asked:
        record(by, "stopped formation", formation, formation=formation.pk)


def run_formation(formation_id: int, *, is_fresh: bool = False) -> bool:
    """Form the circles, if this worker is the one to claim it; return whether it was.

    The claim is a compare-and-swap. Progress is noted at most once a second and the best circles
    so far every twenty, so that a stop, a failure or a lost worker costs little.
    """
    began_at = timezone.now()
    queued = Formation.objects.filter(pk=formation_id, state=State.QUEUED)
    if not queued.update(state=State.SOLVING, began_at=began_at, alive_at=began_at):
        return False
    formation = Formation.objects.select_related("programme", "format_version__format").get(
        pk=formation_id
    )
    run = Run(formation, began_at)
    try:
        run.work(is_fresh=is_fresh)
    except Exception:
        logger.exception("formation %s failed", formation_id)
        run.end(State.FAILED, FAILED)
    return True


class Run:
    """One worker's go at one formation, until it ends or somebody else has taken it over."""

    def __init__(self, formation: Formation, began_at: datetime) -> None:
        self.formation, self.began_at = formation, began_at
        self.is_lost = self.is_stopped = False
        self._noted_at = 0.0
        self._checkpoint_at = time.monotonic()
        self._assessor: Assessor | None = None
        self._locked: list[tuple[int, ...]] = []

    def work(self, *, is_fresh: bool) -> None:
        self._note(step="Reading who is enrolled")
        problem = problem_of(self.formation)
        self._assessor = Assessor(problem)
        solution = self._solved(problem, is_fresh=is_fresh)
        self._note(step="Writing down the reasons")
        if self.is_lost:
            return
        stage(self.formation, _without(solution, self._locked), solution.unplaced, self._assessor)
        note_scores(self.formation)
        if self.is_stopped:
            self.end(State.STOPPED, "You stopped it. The best so far is kept.")
        else:
            self.end(State.SOLVED)

    def end(self, state: State, problem: str = "") -> None:
        """Leave the formation in that state, unless another worker has taken it over."""
        now = timezone.now()
        with transaction.atomic():
            ended = self._mine().update(state=state, problem=problem, ended_at=now, step="")
            if ended and state != State.STOPPED and self.formation.created_by:
                notifications.plan(
                    READY,
                    subject=f"formation:{self.formation.pk}",
                    recipients=[self.formation.created_by],
                    due_at=now,
                )

    def _solved(self, problem: Problem, *, is_fresh: bool) -> Solution:
        here = {one.key for one in problem.candidates}
        staged = _staged(self.formation, here)
        self._locked = staged[True]
        return solve(
            problem,
            seed=self.formation.seed,
            seconds=SetUp.read(self.formation.rules).seconds,
            locked=tuple(self._locked),
            start=None if is_fresh or not staged[False] else tuple(staged[False]),
            on_progress=self._on_progress,
            should_stop=self._should_stop,
        )

    def _on_progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._noted_at >= SECONDS_BETWEEN_NOTES:
            self._note(
                step=progress.step[:80],
                done=progress.done,
                total=progress.total,
                worst=progress.worst,
                mean=progress.mean,
            )
        due = now - self._checkpoint_at >= SECONDS_BETWEEN_CHECKPOINTS
        if due and progress.circles and not self.is_lost and self._assessor:
            circles = _without(progress, self._locked)
            stage(self.formation, circles, {}, self._assessor, with_reasons=False)
            self._checkpoint_at = time.monotonic()

    def _should_stop(self) -> bool:
        if time.monotonic() - self._noted_at >= SECONDS_BETWEEN_NOTES:
            self._note()
        return self.is_lost or self.is_stopped

    def _note(self, **figures: object) -> None:
        """A sign of life, with what is new; and hear whether to stop."""
        self._noted_at = time.monotonic()
        self.is_lost = not self._mine().update(alive_at=timezone.now(), **figures)
        self.is_stopped = self._mine().exclude(stop_asked_at=None).exists()

    def _mine(self) -> FormationQuerySet:
        return Formation.objects.filter(
            pk=self.formation.pk, state=State.SOLVING, began_at=self.began_at
        )


def settle_abandoned(formation_id: int) -> bool:
    """Stop a formation whose worker went silent, and score what it left; return whether it was."""
    abandoned = Formation.objects.abandoned().filter(pk=formation_id)
    if not abandoned.update(state=State.STOPPED, problem=ABANDONED, ended_at=timezone.now()):
        return False
    formation = Formation.objects.select_related("programme").get(pk=formation_id)
    people = list(formation.seats.values_list("person", flat=True))
    with transaction.atomic():
        rescore(formation, formation.circles.all(), Assessor(problem_among(formation, people)))
    return True


def _staged(formation: Formation, here: set[int]) -> dict[bool, list[tuple[int, ...]]]:
    """The staged circles with those of their people who still wait; by whether they are locked."""
    circles: dict[int, tuple[bool, list[int]]] = {}
    rows = formation.seats.exclude(staged_circle=None).order_by("staged_circle__number", "pk")
    for circle, is_locked, person in rows.values_list(
        "staged_circle", "staged_circle__is_locked", "person"
    ):
        if person in here:
            circles.setdefault(circle, (is_locked, []))[1].append(person)
    staged: dict[bool, list[tuple[int, ...]]] = {True: [], False: []}
    for is_locked, keys in circles.values():
        staged[is_locked].append(tuple(keys))
    return staged


def _without(found: Solution | Progress, locked: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """What is new: the circles that are not the locked ones."""
    kept = {key for circle in locked for key in circle}
    return [circle for circle in found.circles if not kept.intersection(circle)]
