"""What a circle tells when it pauses, divides or joins another one, and whoever waited for it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Lineage, MergeRequest, Pause
from circles.people import facilitators_of, hosts_of, members_of
from members.models import Member
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

PAUSED, RESUMED = "circle_paused", "circle_resumed"
ASKED, REFUSED = "merge_request", "merge_refused"
SPLIT, MERGED, WAIT_ENDED = "circle_split", "circle_merged", "wait_ended"


def tell_of_pause(pause: Pause) -> None:
    _tell(PAUSED, f"pause:{pause.pk}", members_of(pause.circle))


def withdraw_pause(pause: Pause | None) -> None:
    if pause:
        actions.withdraw(f"pause:{pause.pk}", kind=PAUSED)


def tell_of_resuming(circle: Circle) -> None:
    _tell(RESUMED, f"circle:{circle.pk}", members_of(circle))


def tell_of_split(circle: Circle, new: Circle) -> None:
    _tell(SPLIT, f"circle:{new.pk}", members_of(circle) | members_of(new))


def tell_of_merger(circle: Circle, into: Circle) -> None:
    """Everyone in the circle that goes on hears of it, those who just came too."""
    _tell(MERGED, f"circle:{circle.pk}", members_of(into) | facilitators_of(into))


def tell_of_request(request: MergeRequest) -> None:
    people = facilitators_of(request.into) | hosts_of(request.into)
    _tell(ASKED, f"merge:{request.pk}", people)


def withdraw_request(request: MergeRequest) -> None:
    actions.withdraw(f"merge:{request.pk}", kind=ASKED)


def tell_of_refusal(request: MergeRequest) -> None:
    if request.state == MergeRequest.State.DECLINED and request.asked_by:
        _tell(REFUSED, f"merge:{request.pk}", [request.asked_by])


def tell_who_waited(circle: Circle, people: Iterable[Member]) -> None:
    _tell(WAIT_ENDED, f"circle:{circle.pk}", people)


def pause_letter(reminder: Reminder) -> Letter:
    pauses = Pause.objects.current().select_related("circle", "paused_by")
    pause = pauses.filter(pk=reminder.subject.removeprefix("pause:")).first()
    if pause is None:
        raise NoLongerWanted("The circle goes on.")
    circle = _of_theirs(pause.circle, reminder)
    until = f" until {date_format(pause.back_by, 'l j F')}" if pause.back_by else ""
    who = f"{pause.paused_by} writes" if pause.paused_by else "They write"
    return Letter(
        subject=f"{circle.name} pauses",
        heading=f"{circle.name} pauses{until}",
        paragraphs=[
            *([f"{who}: {pause.words}"] if pause.words else []),
            "Nobody joins and no meeting is planned in the meantime. You keep your seat, and the "
            "pause is added to the circle’s term.",
        ],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def resume_letter(reminder: Reminder) -> Letter:
    circle = _of_theirs(_circle(reminder), reminder)
    if circle.stage == Circle.Stage.PAUSED:
        raise NoLongerWanted("The circle pauses again.")
    return Letter(
        subject=f"{circle.name} goes on",
        heading=f"{circle.name} goes on",
        paragraphs=["The pause is over. Its next meeting stands on the circle’s page."],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def split_letter(reminder: Reminder) -> Letter:
    new, person = _circle(reminder), reminder.recipient
    lineage = new.ancestors.filter(kind=Lineage.Kind.SPLIT).select_related("ancestor").first()
    if lineage is None:
        raise NoLongerWanted("The circle did not come from another one.")
    old = lineage.ancestor
    moved = new.memberships.current().of(person).exists()
    circle = new if moved else _of_theirs(old, reminder)
    if moved:
        what = (
            f"You are in “{new}” from today. It begins by agreeing on its charter. In “{old}” you "
            "keep what you could read until today, and read nothing later. Your goals and promises "
            f"stay yours; share a goal again if “{new}” is to see it."
        )
    else:
        what = f"You stay in “{old}”, which goes on. Some of its people are in “{new}” from today."
    return Letter(
        subject=f"{old.name} has become two circles",
        heading=f"{old.name} has become two circles",
        paragraphs=[what],
        button_label="Open your circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you had a seat in {old.name}.",
    )


def merger_letter(reminder: Reminder) -> Letter:
    ended = _circle(reminder)
    lineage = ended.descendants.filter(kind=Lineage.Kind.MERGE).select_related("descendant").first()
    if lineage is None:
        raise NoLongerWanted("The circles did not merge.")
    into, person = lineage.descendant, reminder.recipient
    facilitates = into.facilitations.current().filter(person=person).exists()
    circle = into if facilitates else _of_theirs(into, reminder)
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
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {into.name}, or facilitate it.",
    )


def request_letter(reminder: Reminder) -> Letter:
    request = _request(reminder)
    into, person = request.into, reminder.recipient
    hosts = into.memberships.current().of(person).filter(role="host").exists()
    if request.state != MergeRequest.State.OPEN:
        raise NoLongerWanted("The request was answered.")
    if not hosts and not into.facilitations.current().filter(person=person).exists():
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
    request = _request(reminder)
    circle = request.circle
    return Letter(
        subject=f"{request.into.name} cannot take you in",
        heading=f"{request.into.name} cannot take you in",
        paragraphs=[f"“{circle}” stays as it is. Another circle may have room."],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you asked for {circle.name}.",
    )


def wait_letter(reminder: Reminder) -> Letter:
    circle = _circle(reminder)
    if not circle.is_closed:
        raise NoLongerWanted("The circle was opened again.")
    if circle.memberships.keeping().of(reminder.recipient).exists():
        raise NoLongerWanted("They had a seat in the circle.")
    return Letter(
        subject=f"{circle.name} is closed",
        heading=f"{circle.name} is closed",
        paragraphs=["So you wait for a seat there no longer. Other circles look for members."],
        button_label="Find a circle",
        button_url=absolute(reverse("circles:list")),
        why=f"You get this because you waited for a seat in {circle.name}, or were offered one.",
    )


def register_kinds() -> None:
    register(PAUSED, pause_letter)
    register(RESUMED, resume_letter)
    register(SPLIT, split_letter)
    register(MERGED, merger_letter)
    register(ASKED, request_letter)
    register(REFUSED, refusal_letter)
    register(WAIT_ENDED, wait_letter)


def _tell(kind: str, subject: str, people: Iterable[Member]) -> None:
    actions.plan(kind, subject=subject, recipients=people, due_at=timezone.now())


def _circle(reminder: Reminder) -> Circle:
    circle = Circle.objects.filter(pk=reminder.subject.removeprefix("circle:")).first()
    if circle is None:
        raise NoLongerWanted("The circle is gone.")
    return circle


def _of_theirs(circle: Circle, reminder: Reminder) -> Circle:
    if not circle.memberships.current().of(reminder.recipient).exists():
        raise NoLongerWanted("They have no seat in the circle any more.")
    return circle


def _request(reminder: Reminder) -> MergeRequest:
    requests = MergeRequest.objects.select_related("circle", "into", "asked_by")
    request = requests.filter(pk=reminder.subject.removeprefix("merge:")).first()
    if request is None:
        raise NoLongerWanted("The request is gone.")
    return request
