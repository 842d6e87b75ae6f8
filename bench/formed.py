"""A formation to look at: everyone who enrolled, placed quickly, as after a run."""

import time

from django.db.models import Count

from circles.actions.formation_setup import set_up_formation
from circles.actions.formation_staging import note_scores, stage
from circles.formation.assessing import Assessor
from circles.formation.baselines import greedy
from circles.formation.reading import problem_of
from circles.formation.setup import SetUp
from circles.models import Formation, Programme
from members.models import Member

CHOSEN = SetUp(size_min=6, size_max=8, size_best=7, everyone=True)


def stage_a_formation(by: Member) -> None:
    """Stage circles in the programme with the most enrolled people, without the long search."""
    started = time.monotonic()
    programmes = Programme.objects.current().annotate(asking=Count("enrolments"))
    programme = programmes.order_by("-asking", "pk")[0]
    its_format = programme.formats.order_by("pk")[0]
    formation = set_up_formation(programme, of_format=its_format, chosen=CHOSEN, seed=1, by=by)
    problem = problem_of(formation)
    found = greedy(problem, seed=1)
    stage(formation, found.circles, found.unplaced, Assessor(problem))
    note_scores(formation)
    Formation.objects.filter(pk=formation.pk).update(state=Formation.State.SOLVED)
    print(
        f"Staging {len(found.circles):,} circles of {len(problem.candidates):,} people took "
        f"{time.monotonic() - started:.1f} seconds."
    )
