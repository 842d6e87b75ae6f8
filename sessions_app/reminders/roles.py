"""Somebody asks you to take over their role; and what the one you asked has answered."""

from django.utils import timezone

from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Meeting, RoleSwap
from sessions_app.reminders.about import day_of, facts_of

ASKED = "role_swap"
ANSWERED = "role_swap_answer"


def subject_of(swap: RoleSwap) -> str:
    return f"role_swap:{swap.pk}"


def tell_asked(swap: RoleSwap) -> None:
    """Owe the one who is asked a mail."""
    actions.plan(ASKED, subject=subject_of(swap), recipients=[swap.asked], due_at=swap.asked_at)


def withdraw_asked(swap: RoleSwap) -> None:
    actions.withdraw(subject_of(swap), kind=ASKED)


def tell_answered(swap: RoleSwap) -> None:
    """Owe the one who asked the answer."""
    due_at = swap.answered_at or timezone.now()
    asker = [swap.asked_by]
    actions.plan(ANSWERED, subject=subject_of(swap), recipients=asker, due_at=due_at)


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
    swap = visible.filter(pk=reminder.subject.removeprefix("role_swap:")).first()
    if swap is None:
        raise NoLongerWanted("It was taken back, or they no longer belong to the circle.")
    meeting = swap.turn.meeting
    if meeting.is_cancelled or meeting.has_started:
        raise NoLongerWanted("The meeting has begun or was cancelled.")
    return swap, meeting


def register_kinds() -> None:
    register(ASKED, asked)
    register(ANSWERED, answered)
