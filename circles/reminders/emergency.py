"""What is mailed about emergency access: to organisers who may approve it, and to the circle."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import EmergencyAccess, Facilitation, Membership
from members.models import Member, Role
from members.rules import is_organiser
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

REQUESTED = "emergency_requested"
OPENED = "emergency_opened"


def subject_of(access: EmergencyAccess) -> str:
    return f"emergency:{access.pk}"


def plan_request(access: EmergencyAccess) -> None:
    """Owe the other organisers the question."""
    others = Member.objects.current().with_role(Role.ORGANISER).exclude(pk=access.requested_by_id)
    actions.plan(
        REQUESTED, subject=subject_of(access), recipients=others, due_at=access.requested_at
    )


def withdraw_request(access: EmergencyAccess) -> None:
    actions.withdraw(subject_of(access), kind=REQUESTED)


def plan_opened(access: EmergencyAccess) -> None:
    """Owe everyone in the circle the news that someone else reads it now."""
    withdraw_request(access)
    seats = Membership.objects.current().filter(circle=access.circle_id)
    held = Facilitation.objects.current().filter(circle=access.circle_id)
    people = Member.objects.filter(pk__in=seats.values("person").union(held.values("person")))
    actions.plan(
        OPENED,
        subject=subject_of(access),
        recipients=people,
        due_at=access.approved_at or timezone.now(),
    )


def request_letter(reminder: Reminder) -> Letter:
    """To an organiser: who asks, and why."""
    access = _access(reminder)
    if access.approved_at or access.ended_at:
        raise NoLongerWanted("Somebody has decided.")
    if not is_organiser(reminder.recipient):
        raise NoLongerWanted("They are no longer an organiser.")
    return Letter(
        subject=f"Emergency access to {access.circle.name}: your decision",
        heading="A request for emergency access",
        paragraphs=[
            f"{access.requested_by} asks to read what the circle {access.circle.name} shares, "
            f"for {access.hours} hours.",
            f"The reason given: {access.reason}",
            "It takes two people. If you approve, the circle is told at once, with the reason and "
            "both names, and sees every page that is opened.",
        ],
        button_label="Decide",
        button_url=absolute(reverse("circles:emergencies")),
        why="You get this because you are an organiser.",
    )


def opened_letter(reminder: Reminder) -> Letter:
    """To the circle: who reads, who approved it, why, and until when."""
    access = _access(reminder)
    person = reminder.recipient
    seat = Membership.objects.current().of(person).filter(circle=access.circle_id)
    held = Facilitation.objects.current().filter(person=person, circle=access.circle_id)
    if not (seat.exists() or held.exists()):
        raise NoLongerWanted("They no longer belong to the circle.")
    until = timezone.localtime(access.expires_at)
    return Letter(
        subject=f"Emergency access to {access.circle.name}",
        heading="Someone outside your circle may read it for some hours",
        paragraphs=[
            f"{access.requested_by} asked for it and {access.approved_by} approved it. "
            "Both are organisers.",
            f"The reason given: {access.reason}",
            "What they open is listed for you, page by page. They cannot write anything.",
        ],
        facts=[("Until", f"{date_format(until, 'l j F, H:i')} ({until.tzname()})")],
        button_label="See what is read",
        button_url=absolute(reverse("circles:emergency_log", args=[access.circle_id])),
        why=f"You get this because you belong to {access.circle.name}.",
    )


def register_kinds() -> None:
    register(REQUESTED, request_letter)
    register(OPENED, opened_letter)


def _access(reminder: Reminder) -> EmergencyAccess:
    rows = EmergencyAccess.objects.select_related("circle", "requested_by", "approved_by")
    access = rows.filter(pk=reminder.subject.removeprefix("emergency:")).first()
    if access is None:
        raise NoLongerWanted("The request is gone.")
    return access
