"""What is mailed about emergency access: to organisers who may approve it, and to the circle.

The question follows the request: decided or taken back, it is owed no more. That somebody reads the
circle is planned by hand: it is told once, to whoever belongs to the circle at that moment.
"""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import EmergencyAccess, Facilitation, Membership
from circles.people import organisers
from circles.reminders.about import CHANGES, RUNNING, key_of
from circles.reminders.offered import belongs_to_a_circle, organises
from members.models import Member
from members.rules import is_organiser
from members.words import count_in_words
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

REQUESTED = "emergency_requested"
OPENED = "emergency_opened"
WATCHED = "It is about who may read what is said in a circle."


def wanted(access_ids: Sequence[int]) -> Iterator[Wanted]:
    """An open request is owed to every organiser but the one who asks; two queries."""
    waiting = EmergencyAccess.objects.pending().filter(pk__in=access_ids)
    rows = list(waiting.values_list("pk", "requested_by", "requested_at"))
    people = list(organisers().values_list("pk", flat=True)) if rows else []
    for pk, asker, asked_at in rows:
        yield from (Wanted(pk, person, asked_at) for person in people if person != asker)


def plan_opened(access: EmergencyAccess) -> None:
    """Owe everyone in the circle the news that someone else reads it now."""
    seats = Membership.objects.current().filter(circle=access.circle_id)
    held = Facilitation.objects.current().filter(circle=access.circle_id)
    people = Member.objects.filter(pk__in=seats.values("person").union(held.values("person")))
    actions.plan(
        OPENED,
        subject=f"emergency:{access.pk}",
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
            f"for {count_in_words(access.hours, one='hour', many='hours')}.",
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
    access, person = _access(reminder), reminder.recipient
    if access.expires_at is None:
        raise NoLongerWanted("Nobody has approved it.")
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
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            REQUESTED,
            "Emergency access is asked for",
            RUNNING,
            compose=request_letter,
            about="emergency",
            wanted=wanted,
            required=WATCHED,
            offered_to=organises,
        )
    )
    declare(
        Kind(
            OPENED,
            "Emergency access was opened",
            CHANGES,
            compose=opened_letter,
            required=WATCHED,
            offered_to=belongs_to_a_circle,
        )
    )
    declare_subjects(
        "emergency", lambda: EmergencyAccess.objects.pending().values_list("pk", flat=True)
    )


def _access(reminder: Reminder) -> EmergencyAccess:
    rows = EmergencyAccess.objects.select_related("circle", "requested_by", "approved_by")
    access = rows.filter(pk=key_of(reminder)).first()
    if access is None:
        raise NoLongerWanted("The request is gone.")
    return access
