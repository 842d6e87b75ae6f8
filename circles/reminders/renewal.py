"""What a circle owes its people at the end of a term: the vote and its outcome.

The vote follows its ballots and the seats. Its outcome is planned by hand: it happens once, and is
told to those who are there at that moment; who comes later has no part in it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Choice, Circle, Membership, RenewalBallot, RenewalVote
from circles.people import by_circle, facilitators_of, members_of
from circles.reminders.about import CHANGES, facilitates, key_of, must_have_seat
from circles.reminders.offered import belongs_to_a_circle, has_a_seat
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency

VOTE, ENDING, OUTCOME = "renewal_vote", "renewal_vote_ending", "renewal_outcome"
AGAIN_AFTER, BEFORE_THE_END = timedelta(days=7), timedelta(hours=24)
# Shorter than from one question to the next, so that nobody is asked twice at once.
TOO_LATE = timedelta(days=2)

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
Moments = Callable[[RenewalVote], Sequence[datetime]]


def _wanted(moments: Moments) -> Callable[[Sequence[int]], Iterator[Wanted]]:
    """Owed to every member who has not voted; three queries, however many votes."""

    def wanted(vote_ids: Sequence[int]) -> Iterator[Wanted]:
        votes = list(RenewalVote.objects.open().filter(pk__in=vote_ids))
        if not votes:
            return
        seats = by_circle(Membership.objects.current(), [vote.circle_id for vote in votes])
        cast = set(RenewalBallot.objects.filter(vote__in=votes).values_list("vote", "person"))
        for vote in votes:
            silent = [who for who in seats[vote.circle_id] if (vote.pk, who) not in cast]
            for due_at in moments(vote):
                yield from (Wanted(vote.pk, person, due_at) for person in silent)

    return wanted


asked = _wanted(lambda vote: (vote.opened_at, vote.opened_at + AGAIN_AFTER))
ending = _wanted(lambda vote: (vote.closes_at - BEFORE_THE_END,))


def plan_outcome(vote: RenewalVote) -> None:
    """Tell the members and the facilitators at once what came of it."""
    actions.plan(
        OUTCOME,
        subject=f"renewal:{vote.pk}",
        recipients=members_of(vote.circle) | facilitators_of(vote.circle),
        due_at=vote.closed_at or timezone.now(),
    )


def vote_letter(reminder: Reminder) -> Letter:
    """The question, for a member who has not answered."""
    return _question(reminder, f"What becomes of {_vote(reminder).circle.name}?")


def ending_letter(reminder: Reminder) -> Letter:
    """The same a day before the vote ends."""
    return _question(reminder, f"One more day to vote in {_vote(reminder).circle.name}")


def _question(reminder: Reminder, heading: str) -> Letter:
    vote = _vote(reminder)
    circle = vote.circle
    if vote.closed_at or vote.closes_at <= timezone.now():
        raise NoLongerWanted("The vote is over.")
    must_have_seat(circle, reminder.recipient)
    if vote.ballots.filter(person=reminder.recipient).exists():
        raise NoLongerWanted("They have voted.")
    until = date_format(timezone.localtime(vote.closes_at), "l j F, H:i")
    zone = timezone.get_current_timezone_name()
    return Letter(
        subject=heading,
        heading=heading,
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
    if vote.closed_at is None:
        raise NoLongerWanted("The vote goes on.")
    holds = facilitates(circle, person)
    if not holds and not circle.memberships.keeping().of(person).exists():
        raise NoLongerWanted("They no longer belong to the circle.")
    paragraphs = [OUTCOMES[vote.outcome]]
    is_undecided = circle.stage == Circle.Stage.RENEWAL and circle.closes_on is None
    if holds and is_undecided and vote.outcome in LEFT_TO_DO:
        paragraphs.append(LEFT_TO_DO[vote.outcome])
    return Letter(
        subject=f"{circle.name} has decided" if vote.outcome else f"{circle.name}: nobody voted",
        heading=f"The vote in {circle.name} is over",
        paragraphs=paragraphs,
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}, or facilitate it.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            VOTE,
            "The vote on what becomes of your circle",
            CHANGES,
            compose=vote_letter,
            about="renewal",
            wanted=asked,
            too_late=TOO_LATE,
            offered_to=has_a_seat,
            lasts=timedelta(days=7),
        )
    )
    declare(
        Kind(
            ENDING,
            "One more day to vote on what becomes of your circle",
            CHANGES,
            urgency=Urgency.PROMPT,
            compose=ending_letter,
            about="renewal",
            wanted=ending,
            offered_to=has_a_seat,
            lasts=timedelta(hours=12),
        )
    )
    declare(
        Kind(
            OUTCOME,
            "What your circle decided",
            CHANGES,
            compose=outcome_letter,
            offered_to=belongs_to_a_circle,
        )
    )
    declare_subjects("renewal", lambda: RenewalVote.objects.open().values_list("pk", flat=True))
    declare_dependents("circle", "renewal", _of_circles)


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    votes = RenewalVote.objects.open().filter(circle__in=circle_ids)
    return votes.values_list("pk", flat=True)


def _vote(reminder: Reminder) -> RenewalVote:
    votes = RenewalVote.objects.select_related("circle")
    vote = votes.filter(pk=key_of(reminder)).first()
    if vote is None:
        raise NoLongerWanted("The vote is gone.")
    return vote
