"""Circles that join: the request, its answer, and word to both sides once it is done.

The request follows its row: answered or taken back, it is owed no more. The rest is planned by
hand: it happens once, and is told to those who are there at that moment.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Facilitation, Lineage, Membership, MergeRequest
from circles.people import by_circle, facilitators_of, members_of
from circles.reminders.about import (
    CHANGES,
    RUNNING,
    circle_of,
    facilitates,
    key_of,
    must_have_seat,
)
from circles.reminders.offered import (
    belongs_to_a_circle,
    looks_after_a_circle,
    looks_after_circles_or_organises,
)
from members.models import Member
from members.rules import is_organiser
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

ASKED, REFUSED, MERGED = "merge_request", "merge_refused", "circle_merged"


def wanted(request_ids: Sequence[int]) -> Iterator[Wanted]:
    """An open request is owed to the facilitators and hosts of the circle that is asked.

    Three queries, however many requests.
    """
    requests = MergeRequest.objects.open().filter(pk__in=request_ids)
    rows = list(requests.values_list("pk", "into", "asked_at"))
    into = {circle for _, circle, _ in rows}
    if not into:
        return
    held = by_circle(Facilitation.objects.current(), into)
    hosted = by_circle(Membership.objects.current().filter(role=Membership.Role.HOST), into)
    for pk, circle, asked_at in rows:
        for person in held[circle] | hosted[circle]:
            yield Wanted(pk, person, asked_at)


def tell_of_merger(circle: Circle, into: Circle) -> None:
    """Everyone in the circle that goes on hears of it, those who just came too."""
    _tell(MERGED, f"circle:{circle.pk}", members_of(into) | facilitators_of(into))


def tell_of_refusal(request: MergeRequest) -> None:
    if request.state == MergeRequest.State.DECLINED and request.asked_by:
        _tell(REFUSED, f"merge:{request.pk}", [request.asked_by])


def merger_letter(reminder: Reminder) -> Letter:
    """To both sides: where they are now, and what each reads."""
    ended = circle_of(reminder)
    lineage = ended.descendants.filter(kind=Lineage.Kind.MERGE).select_related("descendant").first()
    if lineage is None:
        raise NoLongerWanted("The circles did not merge.")
    into, person = lineage.descendant, reminder.recipient
    if not facilitates(into, person):
        must_have_seat(into, person)
    came = ended.memberships.of(person).filter(stayed_to_end=True).exists()
    what = (
        f"“{ended}” has joined “{into}”, and you have a seat there. You keep what you could read "
        f"in “{ended}”; in “{into}” you read what happens since you have had a seat there."
        if came
        else f"The people of “{ended}” have joined “{into}”. Make them welcome."
    )
    return Letter(
        subject=f"{ended.name} has joined {into.name}",
        heading=f"{ended.name} has joined {into.name}",
        paragraphs=[what],
        button_label="Open the circle",
        button_url=absolute(into.get_absolute_url()),
        why=f"You get this because you have a seat in {into.name}, or facilitate it.",
    )


def request_letter(reminder: Reminder) -> Letter:
    """To whoever looks after the circle that is asked, until it is answered."""
    request = _request(reminder)
    into, person = request.into, reminder.recipient
    if request.state != MergeRequest.State.OPEN:
        raise NoLongerWanted("The request was answered.")
    if not _looks_after(into, person):
        raise NoLongerWanted("They no longer look after the circle.")
    asker = request.asked_by or "Someone"
    return Letter(
        subject=f"{request.circle.name} asks to join {into.name}",
        heading=f"{request.circle.name} asks to join {into.name}",
        paragraphs=[
            f"{asker} asks whether {into.name} takes in everyone from {request.circle.name}.",
            *([f"They write: {request.message}"] if request.message else []),
        ],
        button_label="Look and answer",
        button_url=absolute(reverse("circles:merge_request", args=[request.pk])),
        why=f"You get this because you look after {into.name}.",
    )


def refusal_letter(reminder: Reminder) -> Letter:
    """To whoever asked, while the circle is still theirs to look after."""
    request, person = _request(reminder), reminder.recipient
    circle = request.circle
    if not (_looks_after(circle, person) or is_organiser(person)):
        raise NoLongerWanted("They no longer look after the circle.")
    return Letter(
        subject=f"{request.into.name} cannot take in {circle.name}",
        heading=f"{request.into.name} cannot take in {circle.name}",
        paragraphs=[f"“{circle}” stays as it is. Another circle may have room."],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you asked on behalf of {circle.name}.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            ASKED,
            "A circle asks to join yours",
            RUNNING,
            compose=request_letter,
            about="merge",
            wanted=wanted,
            offered_to=looks_after_a_circle,
        )
    )
    declare(
        Kind(
            REFUSED,
            "A circle did not want to join",
            RUNNING,
            compose=refusal_letter,
            offered_to=looks_after_circles_or_organises,
        )
    )
    declare(
        Kind(
            MERGED,
            "Your circle joins another, or takes one in",
            CHANGES,
            compose=merger_letter,
            offered_to=belongs_to_a_circle,
        )
    )
    declare_subjects("merge", lambda: MergeRequest.objects.open().values_list("pk", flat=True))
    declare_dependents("circle", "merge", _of_circles)


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    requests = MergeRequest.objects.open().filter(into__in=circle_ids)
    return requests.values_list("pk", flat=True)


def _looks_after(circle: Circle, person: Member) -> bool:
    hosted = circle.memberships.current().of(person).filter(role=Membership.Role.HOST)
    return facilitates(circle, person) or hosted.exists()


def _tell(kind: str, subject: str, people: Iterable[Member]) -> None:
    actions.plan(kind, subject=subject, recipients=people, due_at=timezone.now())


def _request(reminder: Reminder) -> MergeRequest:
    requests = MergeRequest.objects.select_related("circle", "into", "asked_by")
    request = requests.filter(pk=key_of(reminder)).first()
    if request is None:
        raise NoLongerWanted("The request is gone.")
    return request
