"""What a circle owes its people at the end of a term: the vote, its outcome, the last words."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Choice, Circle, RenewalVote
from circles.people import facilitators_of, members_of
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

VOTE, OUTCOME, ROUND, CLOSED = "renewal_vote", "renewal_outcome", "closing_round", "circle_closed"
AGAIN_AFTER, BEFORE_THE_END = timedelta(days=7), timedelta(hours=24)
LAST_CALL, MORNING = timedelta(days=2), time(9)

OUTCOMES = {
    Choice.RENEW: "The circle goes on for another term.",
    Choice.SPLIT: "The circle becomes two. Whoever looks after it now divides it.",
    Choice.MERGE: "The circle joins another one. Whoever looks after it now looks for one.",
    Choice.CLOSE: "The circle closes. Before that, there is time for closing words.",
    "": "Nobody voted. Whoever facilitates the circle decides.",
}
LEFT_TO_DO = {
    Choice.SPLIT: "Divide the circle now: who stays, who goes to the new one.",
    Choice.MERGE: "Choose the circle that its people go on in.",
    "": "Decide now: another term, two circles, another circle, or a closing round.",
}


def plan_vote(vote: RenewalVote) -> None:
    """Owe every member the question now, in a week, and on the last day."""
    for due_at in (vote.opened_at, vote.opened_at + AGAIN_AFTER, vote.closes_at - BEFORE_THE_END):
        people = members_of(vote.circle)
        actions.plan(VOTE, subject=f"renewal:{vote.pk}", recipients=people, due_at=due_at)


def withdraw_vote(vote: RenewalVote) -> None:
    actions.withdraw(f"renewal:{vote.pk}", kind=VOTE)


def plan_outcome(vote: RenewalVote) -> None:
    """Tell the members and the facilitators at once what came of it."""
    actions.plan(
        OUTCOME,
        subject=f"renewal:{vote.pk}",
        recipients=members_of(vote.circle) | facilitators_of(vote.circle),
        due_at=vote.closed_at or timezone.now(),
    )


def plan_round(circle: Circle) -> None:
    """Ask every member for closing words now, and two days before the circle closes."""
    if circle.closes_on is None:
        return
    withdraw_round(circle)
    last_morning = datetime.combine(circle.closes_on - LAST_CALL, MORNING, circle.zone)
    for due_at in (timezone.now(), last_morning):
        people = members_of(circle)
        actions.plan(ROUND, subject=f"circle:{circle.pk}", recipients=people, due_at=due_at)


def withdraw_round(circle: Circle) -> None:
    actions.withdraw(f"circle:{circle.pk}", kind=ROUND)


def tell_of_closing(circle: Circle) -> None:
    """Tell everyone who has a seat until now that the circle is over."""
    people = members_of(circle)
    actions.plan(CLOSED, subject=f"circle:{circle.pk}", recipients=people, due_at=timezone.now())


def vote_letter(reminder: Reminder) -> Letter:
    """The question, for a member who has not answered."""
    vote = _vote(reminder)
    circle = vote.circle
    if vote.closed_at or vote.closes_at <= timezone.now():
        raise NoLongerWanted("The vote is over.")
    if not circle.memberships.current().of(reminder.recipient).exists():
        raise NoLongerWanted("They have no seat in the circle any more.")
    if vote.ballots.filter(person=reminder.recipient).exists():
        raise NoLongerWanted("They have voted.")
    until = date_format(timezone.localtime(vote.closes_at), "l j F, H:i")
    zone = timezone.get_current_timezone_name()
    return Letter(
        subject=f"What becomes of {circle.name}?",
        heading=f"What becomes of {circle.name}?",
        paragraphs=[
            "Your circle decides whether it goes on for another term, becomes two, joins another "
            "circle, or closes with a closing round. It takes a minute.",
            "Nobody sees how you vote. The circle sees how many chose what once the vote is over.",
        ],
        facts=[("Vote until", f"{until} ({zone})")],
        button_label="Vote now",
        button_url=absolute(reverse("circles:renewal", args=[circle.pk])),
        why=f"You get this because you have a seat in {circle.name} and have not voted.",
    )


def outcome_letter(reminder: Reminder) -> Letter:
    """What the circle decided and, for whoever facilitates it, what is left to do."""
    vote = _vote(reminder)
    circle, person = vote.circle, reminder.recipient
    facilitates = circle.facilitations.current().filter(person=person).exists()
    if not facilitates and not circle.memberships.keeping().of(person).exists():
        raise NoLongerWanted("They no longer belong to the circle.")
    paragraphs = [OUTCOMES[vote.outcome]]
    is_undecided = circle.stage == Circle.Stage.RENEWAL and circle.closes_on is None
    if facilitates and is_undecided and vote.outcome in LEFT_TO_DO:
        paragraphs.append(LEFT_TO_DO[vote.outcome])
    return Letter(
        subject=f"{circle.name} has decided" if vote.outcome else f"{circle.name}: nobody voted",
        heading=f"The vote in {circle.name} is over",
        paragraphs=paragraphs,
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}, or facilitate it.",
    )


def round_letter(reminder: Reminder) -> Letter:
    """Before the circle closes: what one takes along, and whom one thanks."""
    circle = _circle(reminder)
    if circle.is_closed or circle.closes_on is None:
        raise NoLongerWanted("The closing round was cancelled, or the circle is closed.")
    if not circle.memberships.current().of(reminder.recipient).exists():
        raise NoLongerWanted("They have no seat in the circle any more.")
    if circle.closing_words.filter(person=reminder.recipient).exists():
        raise NoLongerWanted("They have written their closing words.")
    day = date_format(circle.closes_on, "l j F")
    return Letter(
        subject=f"{circle.name} closes on {day}",
        heading="What do you take along?",
        paragraphs=[
            f"{circle.name} closes on {day}. Before that, everyone says two things: what they take "
            "along, and whom they thank.",
            "The circle’s members and facilitators read it, nobody else.",
        ],
        button_label="Write your closing words",
        button_url=absolute(reverse("circles:closing_word", args=[circle.pk])),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def closed_letter(reminder: Reminder) -> Letter:
    """The circle is over; what one keeps of it."""
    circle = _circle(reminder)
    kept = circle.memberships.of(reminder.recipient).filter(stayed_to_end=True)
    if not circle.is_closed or not kept.exists():
        raise NoLongerWanted("The circle was opened again.")
    return Letter(
        subject=f"{circle.name} is closed",
        heading=f"{circle.name} is closed",
        paragraphs=[
            "You stayed until the end, so you keep what you could read: its meetings, decisions "
            "and promises, and the closing words. Your goals stay yours.",
        ],
        button_label="Look back",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you had a seat in {circle.name} until it closed.",
    )


def register_kinds() -> None:
    register(VOTE, vote_letter)
    register(OUTCOME, outcome_letter)
    register(ROUND, round_letter)
    register(CLOSED, closed_letter)


def _vote(reminder: Reminder) -> RenewalVote:
    votes = RenewalVote.objects.select_related("circle")
    vote = votes.filter(pk=reminder.subject.removeprefix("renewal:")).first()
    if vote is None:
        raise NoLongerWanted("The vote is gone.")
    return vote


def _circle(reminder: Reminder) -> Circle:
    circle = Circle.objects.filter(pk=reminder.subject.removeprefix("circle:")).first()
    if circle is None:
        raise NoLongerWanted("The circle is gone.")
    return circle
