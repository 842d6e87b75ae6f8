"""What meetings and goals add to the things a circle needs before it is active."""

from django.urls import reverse

from circles.gates import Gap, Gate, members_asked, register
from circles.models import Circle
from sessions_app.models import Goal

GOALS_SET = "goals_set"


def goals_set(circle: Circle, gate: Gate) -> list[Gap]:
    """Every member who is not on leave has an active goal that the circle knows."""
    if not gate.get("value"):
        return []
    goals = Goal.objects.active().filter(circle=circle)
    have_one = set(goals.order_by().values_list("owner", flat=True))
    url = f"{reverse('meetings:goal_new')}?circle={circle.pk}"
    return [
        Gap(f"{person} shares no goal with the circle.", person, url, "Set a goal")
        for person in members_asked(circle)
        if person.pk not in have_one
    ]


def register_checks() -> None:
    """Called once, when Django has loaded the apps."""
    register(GOALS_SET, goals_set, counted="goal missing,goals missing")
