"""Somebody asks you to take over their role; and what the one you asked has answered."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from circles.models import Membership
from circles.reminders.offered import has_a_seat
from notifications.catalogue import Kind, Wanted, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Meeting, RoleSwap
from sessions_app.reminders.about import MEETINGS, day_of, facts_of, key_of

ASKED = "role_swap"
ANSWERED = "role_swap_answer"


def questions(swap_ids: Sequence[int]) -> Iterator[Wanted]:
    """To who is asked, until they answer. One query."""
    swaps = RoleSwap.objects.open().filter(
        _has_seat("asked"), pk__in=swap_ids, turn__person=F("asked_by")
    )
    for row in swaps.values_list("pk", "asked", "asked_at"):
        yield Wanted(*row)


def answers(swap_ids: Sequence[int]) -> Iterator[Wanted]:
    """To who asked, once it is answered. One query."""
    swaps = RoleSwap.objects.filter(_has_seat("asked_by"), pk__in=swap_ids)
    for pk, asker, answered_at in swaps.values_list("pk", "asked_by", "answered_at"):
        if answered_at:
            yield Wanted(pk, asker, answered_at)


def _has_seat(who: str) -> Exists:
    seats = Membership.objects.current().filter(circle=OuterRef("turn__meeting__circle"))
    return Exists(seats.filter(person=OuterRef(who)))


def all_swaps() -> Iterable[int]:
    """The keys of all questions that are open."""
    return RoleSwap.objects.open().order_by("pk").values_list("pk", flat=True).iterator()


def of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """The questions that are open in these circles, which end with a seat."""
    swaps = RoleSwap.objects.open().filter(turn__meeting__circle__in=circle_ids)
    return swaps.order_by().values_list("pk", flat=True)


def asked(reminder: Reminder) -> Letter:
    """Who asks, for which role, in which meeting."""
    swap, meeting = _readable(reminder)
    if swap.answered_at or swap.turn.person_id != swap.asked_by_id:
        raise NoLongerWanted("It was answered, or the role went another way.")
    name, role = swap.asked_by.short_name, swap.turn.role
    theirs = meeting.roles.filter(person=swap.asked)
    paragraphs = [f"{name} is {role} when {meeting.circle.name} meets {day_of(meeting)}."]
    paragraphs += [f"You are {turn.role}: if you say yes, you swap." for turn in theirs[:1]]
    paragraphs.append("Both answers are fine. On the meeting’s page each takes one tap.")
    return Letter(
        subject=f"Will you be {role} for {name}?",
        heading=f"{name} asks you to be {role}",
        paragraphs=paragraphs,
        facts=facts_of(meeting),
        button_label="Answer",
        button_url=absolute(f"{meeting.get_absolute_url()}#roles"),
        why=f"You get this because {name} asked you.",
    )


def answered(reminder: Reminder) -> Letter:
    """What the other said, and who has the role now."""
    swap, meeting = _readable(reminder)
    if swap.accepted is None:
        raise NoLongerWanted("It is not answered.")
    name, role = swap.asked.short_name, swap.turn.role
    if swap.accepted:
        heading = f"{name} is {role} for you"
        said = [f"{name} takes over when {meeting.circle.name} meets {day_of(meeting)}."]
        mine = meeting.roles.filter(person=swap.asked_by)
        said += [f"You are {turn.role} instead." for turn in mine[:1]]
    else:
        heading = f"{name} can’t be {role} for you"
        said = ["The role is still yours. You can ask somebody else."]
    return Letter(
        subject=heading,
        heading=heading,
        paragraphs=said,
        facts=facts_of(meeting),
        button_label="See the roles",
        button_url=absolute(f"{meeting.get_absolute_url()}#roles"),
        why=f"You get this because you asked {name}.",
    )


def _readable(reminder: Reminder) -> tuple[RoleSwap, Meeting]:
    """The question and its meeting, if the recipient may read them now. Raises NoLongerWanted."""
    visible = RoleSwap.objects.visible_to(reminder.recipient).select_related(
        "turn__meeting__circle", "asked_by", "asked"
    )
    swap = visible.filter(pk=key_of(reminder)).first()
    if swap is None:
        raise NoLongerWanted("It was taken back, or they no longer belong to the circle.")
    meeting = swap.turn.meeting
    if meeting.is_cancelled or meeting.has_started:
        raise NoLongerWanted("The meeting has begun or was cancelled.")
    return swap, meeting


def register_kinds() -> None:
    for name, label, compose, wanted in (
        (ASKED, "Someone asks you to take over a role", asked, questions),
        (ANSWERED, "The answer to your question about a role", answered, answers),
    ):
        declare(
            Kind(
                name,
                label,
                MEETINGS,
                compose=compose,
                about="role_swap",
                wanted=wanted,
                too_late=timedelta(days=7),
                lasts=timedelta(days=1),
                offered_to=has_a_seat,
            )
        )
