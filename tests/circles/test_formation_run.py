"""Forming circles in the background: claimed once, stopped, resumed, failed, abandoned."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from circles.actions import formation_run
from circles.actions.formation_run import (
    run_formation,
    settle_abandoned,
    start_formation,
    stop_formation,
)
from circles.actions.refusals import CannotChange
from circles.formation.solver import Progress, Solution
from circles.models import Formation
from circles.reminders.formation import formation_ready
from circles.tasks import formation as tasks
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from tests.circles.conftest import trail
from tests.circles.forming import State, formation_of, keys, people, staged
from tests.factories import InterestFactory, ThemeFactory

pytestmark = pytest.mark.django_db
RULES = {"size_min": 3, "size_max": 4, "size_best": 4, "seconds": 5}


@pytest.fixture
def queued(monkeypatch):
    """What is handed to a worker."""
    sent = []
    monkeypatch.setattr(
        formation_run.current_app, "send_task", lambda name, args: sent.append((name, args))
    )
    return sent


@pytest.fixture
def solved_as(monkeypatch):
    """Make the solver answer so, and remember what it was given."""
    given = {}

    def answer(*circles, unplaced=None, during=lambda **_: None):
        def solve(problem, **options):
            given.update(options, problem=problem)
            during(**options)
            return Solution(circles, unplaced or {}, 50, 60, 1, is_optimal=False)

        monkeypatch.setattr(formation_run, "solve", solve)
        return given

    return answer


def progress(*circles):
    return Progress("Making circles better", 3, 9, 41.5, 62.5, circles)


def test_circles_are_formed_from_enrolled_people(programme, by):
    everybody = people(8)
    theme = ThemeFactory(name="Leading a team")
    for person in everybody:
        InterestFactory(person=person, theme=theme)
    formation = formation_of(
        programme, unplaced=everybody, state=State.QUEUED, rules=RULES, created_by=by
    )

    assert run_formation(formation.pk)

    formation.refresh_from_db()
    first, second = formation.circles.all()
    assert (formation.state, formation.problem) == (State.SOLVED, "")
    assert (first.name, second.name) == ("Leading a team 1", "Leading a team 2")
    assert {len(circle) for circle in staged(formation).values()} == {4}
    assert set.union(*staged(formation).values()) == keys(*everybody)
    assert formation.worst == pytest.approx(min(first.score, second.score))
    assert formation.worst > 0
    assert first.parts["theme"]["share"] == 1
    assert all(seat.reasons and not seat.obstacle for seat in formation.seats.all())


def test_same_seed_gives_the_same_circles(programme):
    everybody = people(8)
    one, other = (
        formation_of(programme, state=State.QUEUED, rules=RULES, seed=3),
        formation_of(programme, rules=RULES, seed=3),
    )
    formation_of(programme, unplaced=everybody)

    run_formation(one.pk)
    Formation.objects.filter(pk=other.pk).update(state=State.QUEUED)
    run_formation(other.pk)

    assert staged(one) == staged(other)


def test_only_what_waits_is_claimed(programme):
    for state in (State.DRAFT, State.SOLVING, State.SOLVED, State.DISCARDED):
        assert not run_formation(formation_of(programme, state=state).pk)
        Formation.objects.all().update(state=State.DISCARDED)
    assert not run_formation(0)


def test_whoever_set_it_up_is_told_once_it_is_there(programme, by, solved_as):
    three = people(3)
    alone = people(1)
    formation = formation_of(
        programme, unplaced=[*three, *alone], state=State.QUEUED, rules=RULES, created_by=by
    )
    obstacle = f"{{{three[0].pk}}} manages {{{alone[0].pk}}}."
    solved_as(tuple(keys(*three)), unplaced={alone[0].pk: obstacle})

    tasks.form_circles(formation.pk)

    reminder = Reminder.objects.get()
    letter = formation_ready(reminder)
    assert (reminder.kind, reminder.recipient) == ("formation_ready", by)
    assert letter.heading == "1 circle to review"
    assert letter.paragraphs == [
        "Nobody is invited until you publish them. 1 person has no place yet; the page says why."
    ]
    assert formation.seats.get(person=alone[0]).obstacle == obstacle
    Formation.objects.update(state=State.DISCARDED)
    with pytest.raises(NoLongerWanted, match="over"):
        formation_ready(reminder)
    by.grants.update(revoked_at=timezone.now())
    with pytest.raises(NoLongerWanted, match="no longer form circles"):
        formation_ready(Reminder.objects.get())


def test_locked_circles_are_kept_and_the_rest_goes_on_or_starts_afresh(programme, solved_as):
    kept, rest = people(3), people(3)
    formation = formation_of(programme, kept, rest, state=State.QUEUED, rules=RULES)
    formation.circles.filter(number=1).update(is_locked=True, name="Stays")
    kept_keys, rest_keys = tuple(sorted(keys(*kept))), tuple(sorted(keys(*rest)))
    given = solved_as(kept_keys, rest_keys)

    run_formation(formation.pk)
    resumed = given["locked"], given["start"]
    Formation.objects.update(state=State.QUEUED)
    run_formation(formation.pk, is_fresh=True)

    assert resumed == ((kept_keys,), (rest_keys,))
    assert (given["locked"], given["start"]) == ((kept_keys,), None)
    assert staged(formation) == {1: keys(*kept), 2: keys(*rest)}
    assert formation.circles.get(number=1).name == "Stays"


def test_progress_is_noted_at_most_once_a_second_and_checkpoints_seldom(
    programme, solved_as, monkeypatch
):
    three = people(3)
    formation = formation_of(programme, unplaced=three, state=State.QUEUED, rules=RULES)
    now = [100.0]
    monkeypatch.setattr(formation_run.time, "monotonic", lambda: now[0])
    seen = []

    def during(on_progress, should_stop, **_):
        for moment in (102.0, 102.5, 125.0):
            now[0] = moment
            on_progress(progress(tuple(keys(*three))))
            formation.refresh_from_db()
            seen.append((formation.done, formation.worst, formation.circles.count()))
            Formation.objects.update(done=7)
        seen.append(should_stop())
        now[0] = 130.0
        seen.append(should_stop())

    solved_as(tuple(keys(*three)), during=during)
    run_formation(formation.pk)

    assert seen == [(3, 41.5, 0), (7, 41.5, 0), (3, 41.5, 1), False, False]


def test_stop_is_heard_and_the_best_so_far_is_kept(programme, by, solved_as, monkeypatch):
    three = people(3)
    formation = formation_of(programme, unplaced=three, state=State.QUEUED, rules=RULES)
    monkeypatch.setattr(formation_run, "SECONDS_BETWEEN_NOTES", 0)
    heard = []

    def during(should_stop, **_):
        stop_formation(formation, by=by)
        stop_formation(formation, by=by)
        heard.append(should_stop())

    solved_as(tuple(keys(*three)), during=during)
    run_formation(formation.pk)

    formation.refresh_from_db()
    assert heard == [True]
    assert formation.state == State.STOPPED
    assert formation.problem == "You stopped it. The best so far is kept."
    assert staged(formation) == {1: keys(*three)}
    assert trail() == [("stopped formation", str(formation))]
    assert not Reminder.objects.exists()


def test_what_no_worker_has_taken_stops_at_once(programme, by):
    formation = formation_of(programme, state=State.QUEUED)

    stop_formation(formation, by=by)

    formation.refresh_from_db()
    assert formation.state == State.STOPPED
    assert formation.problem == "It was stopped before it began."


def test_worker_that_was_taken_over_writes_nothing(programme, solved_as, monkeypatch):
    three = people(3)
    formation = formation_of(programme, unplaced=three, state=State.QUEUED, rules=RULES)
    monkeypatch.setattr(formation_run, "SECONDS_BETWEEN_NOTES", 0)
    another = datetime(2026, 1, 1, tzinfo=UTC)
    heard = []

    def during(should_stop, **_):
        Formation.objects.update(began_at=another)
        heard.append(should_stop())

    solved_as(tuple(keys(*three)), during=during)
    run_formation(formation.pk)

    formation.refresh_from_db()
    assert heard == [True]
    assert (formation.state, formation.began_at) == (State.SOLVING, another)
    assert formation.circles.count() == 0


def test_failure_is_said_in_words_and_mailed(programme, by, solved_as):
    formation = formation_of(
        programme, unplaced=people(3), state=State.QUEUED, rules=RULES, created_by=by
    )

    def during(**_):
        raise ArithmeticError

    solved_as(during=during)
    run_formation(formation.pk)

    formation.refresh_from_db()
    letter = formation_ready(Reminder.objects.get())
    assert formation.state == State.FAILED
    assert formation.problem == formation_run.FAILED
    assert letter.paragraphs == [formation_run.FAILED]
    assert letter.heading == "Forming circles failed"


def test_abandoned_formation_is_stopped_once_and_scored(programme, by):
    three = people(3)
    silent = timezone.now() - timedelta(minutes=4)
    formation = formation_of(programme, three, state=State.SOLVING, rules=RULES, alive_at=silent)
    theme = ThemeFactory()
    for person in three:
        InterestFactory(person=person, theme=theme)

    tasks.notice_abandoned()

    formation.refresh_from_db()
    assert not settle_abandoned(formation.pk)
    assert (formation.state, formation.problem) == (State.STOPPED, formation_run.ABANDONED)
    assert formation.circles.get().score > 0
    assert formation.worst == formation.mean == formation.circles.get().score


def test_worker_with_a_sign_of_life_is_left_alone(programme):
    formation = formation_of(programme, state=State.SOLVING, alive_at=timezone.now())

    tasks.notice_abandoned()

    formation.refresh_from_db()
    assert formation.state == State.SOLVING


def test_starting_twice_starts_once(programme, by, queued, django_capture_on_commit_callbacks):
    formation = formation_of(programme, unplaced=people(3), state=State.DRAFT, rules=RULES)

    with django_capture_on_commit_callbacks(execute=True):
        start_formation(formation, by=by)
        start_formation(formation, by=by)

    formation.refresh_from_db()
    assert (formation.state, formation.version) == (State.QUEUED, 1)
    assert queued == [("circles.tasks.formation.form_circles", (formation.pk, False))]
    assert trail() == [("started formation", str(formation))]


def test_start_is_refused_where_no_circle_is_possible_or_it_is_over(programme, by, queued):
    impossible = formation_of(programme, unplaced=people(2), state=State.DRAFT, rules=RULES)
    published = formation_of(programme, state=State.PUBLISHED)

    with pytest.raises(CannotChange, match="2 people wait for a circle"):
        start_formation(impossible, by=by)
    with pytest.raises(CannotChange, match="Set up another one"):
        start_formation(published, by=by)
    assert queued == []


def test_programme_forms_one_formation_at_a_time(programme, by, queued):
    formation_of(programme, unplaced=people(3), state=State.SOLVING)
    second = formation_of(programme, state=State.DRAFT, rules=RULES)

    with pytest.raises(CannotChange, match="being formed for this programme already"):
        start_formation(second, by=by)
    second.refresh_from_db()
    assert second.state == State.DRAFT


def test_formation_that_no_worker_takes_says_so(programme):
    long_ago = timezone.now() - timedelta(minutes=2)

    waits = formation_of(programme, state=State.QUEUED, alive_at=long_ago)

    assert waits.takes_long
    assert not Formation(state=State.QUEUED, alive_at=timezone.now()).takes_long
    assert not Formation(state=State.SOLVED, alive_at=long_ago).takes_long
