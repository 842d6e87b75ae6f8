from celery import shared_task

from circles.models import Charter, Circle
from notifications import planner


@shared_task
def ask_for_signatures() -> None:
    """Repair who is owed the mail about signing. Run twice, it changes nothing.

    Actions keep it as it should be. Imports seat people by the thousand without one, and where the
    engine stood still for days, what is too late is left out.
    """
    planner.keep_all("charter")


@shared_task
def tell_ready_circles() -> None:
    """Look once more at every forming circle with a charter: leaving, too, can close a gap."""
    forming = Circle.objects.filter(stage=Circle.Stage.FORMING)
    written = forming.filter(pk__in=Charter.objects.values("circle"))
    for circle_id in written.values_list("pk", flat=True).iterator():
        tell_if_ready.delay(circle_id)


@shared_task(time_limit=60)
def tell_if_ready(circle_id: int) -> None:
    """Tell whoever looks after the circle that it may begin, once (see actions.activation)."""
    from circles.actions.activation import tell_if_ready_now

    tell_if_ready_now(circle_id)
