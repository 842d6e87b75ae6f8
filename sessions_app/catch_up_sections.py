"""The parts of the catch-up page that the circle and its meetings bring."""

from circles.models import Charter, Circle, Facilitation, Leave
from members.models import Member
from sessions_app.catch_up import Section, register
from sessions_app.models import Decision, Meeting


def charter(circle: Circle, person: Member) -> Section:
    """What the circle agreed on, as it holds now."""
    mine = Charter.objects.visible_to(person).in_force().filter(circle=circle)
    return Section("sessions_app/catch_up_charter.html", {"charter": mine.first()})


def next_meeting(circle: Circle, person: Member) -> Section:
    """When the circle meets next, and what to prepare."""
    visible = Meeting.objects.visible_to(person).filter(circle=circle)
    meeting = visible.upcoming().first()
    prepare = circle.format_version.definition.get("before", [])
    context = {"meeting": meeting, "prepare": prepare}
    return Section("sessions_app/catch_up_next.html", context)


def people(circle: Circle, person: Member) -> Section:
    """Who is in it, and who does what."""
    seats = circle.memberships.current().select_related("person")
    held = Facilitation.objects.current().filter(circle=circle).select_related("person")
    away = Leave.objects.current().filter(membership__circle=circle)
    context = {
        "seats": seats.order_by("person__name"),
        "held": held,
        "away": dict(away.values_list("membership", "back_by")),
        "viewer": person,
        "roles": circle.format_version.definition.get("rotating_roles", []),
    }
    return Section("sessions_app/catch_up_people.html", context)


def decisions(circle: Circle, person: Member) -> Section | None:
    """What the circle chose to tell newcomers; nothing else from before they came."""
    told = Decision.objects.visible_to(person).filter(meeting__circle=circle, for_newcomers=True)
    found = list(told)
    return Section("sessions_app/catch_up_decisions.html", {"decisions": found}) if found else None


def register_sections() -> None:
    """Called once, when Django has loaded the apps."""
    register("next", next_meeting, place=10)
    register("people", people, place=20)
    register("charter", charter, place=30)
    register("decisions", decisions, place=40)
