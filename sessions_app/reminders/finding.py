"""What a search for a time owes: the question, the vote, one reminder of each, and a way out."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from circles.models import Membership
from circles.people import facilitators_of, hosts_of
from members.models import Member
from members.words import exact_moment
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Availability, TimeSearch, TimeVote

ASK = "time_search_ask"
CHASE = "time_search_chase"
VOTE = "time_search_vote"
CHASE_VOTE = "time_search_chase_vote"
STUCK = "time_search_stuck"
State = TimeSearch.State


def subject_of(search: TimeSearch) -> str:
    return f"time_search:{search.pk}"


def ask(search: TimeSearch) -> None:
    """Ask everyone with a seat who is not on leave, and the facilitators."""
    people = seated(search) | facilitators_of(search.circle)
    actions.plan(ASK, subject=subject_of(search), recipients=people, due_at=search.asked_at)


def ask_to_vote(search: TimeSearch) -> None:
    actions.withdraw(subject_of(search), kind=ASK)
    actions.withdraw(subject_of(search), kind=CHASE)
    actions.withdraw(subject_of(search), kind=STUCK)
    answered = Availability.objects.filter(search=search)
    people = seated(search) | facilitators_of(search.circle).filter(
        pk__in=answered.values("person")
    )
    actions.plan(VOTE, subject=subject_of(search), recipients=people, due_at=search.asked_at)


def chase(search: TimeSearch) -> int:
    """Remind those with a seat who said nothing. The key makes a second reminder impossible."""
    kind = CHASE if search.state == State.ASKING else CHASE_VOTE
    told = Reminder.objects.filter(kind=kind, subject=subject_of(search))
    people = list(silent(search).exclude(pk__in=told.values("recipient")))
    actions.plan(kind, subject=subject_of(search), recipients=people, due_at=search.asked_at)
    return len(people)


def silent(search: TimeSearch) -> QuerySet[Member]:
    """Those with a seat, not on leave, who have not answered, or not voted."""
    answered = Availability.objects.filter(search=search).values("person")
    voted = TimeVote.objects.filter(candidate__search=search).values("person")
    said: QuerySet[Any] = answered if search.state == State.ASKING else voted  # of either
    return seated(search).exclude(pk__in=said)


def ask_missing() -> int:
    """Ask whoever joined, or came back from leave, since a search began. Two queries."""
    searches = TimeSearch.objects.open().in_bulk()
    owed = {State.ASKING: ASK, State.VOTING: VOTE}
    by_circle = defaultdict(list)
    for search in searches.values():
        by_circle[search.circle_id].append(search)
    subjects = [subject_of(search) for search in searches.values()]
    told = set(
        Reminder.objects.filter(subject__in=subjects, kind__in=owed.values()).values_list(
            "kind", "subject", "recipient"
        )
    )
    missing = [
        Reminder(
            kind=owed[State(search.state)],
            subject=subject_of(search),
            recipient_id=seat.person_id,
            due_at=search.asked_at,
        )
        for seat in Membership.objects.current().here().filter(circle__in=by_circle)
        for search in by_circle[seat.circle_id]
        if (owed[State(search.state)], subject_of(search), seat.person_id) not in told
    ]
    Reminder.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
    return len(missing)


def no_need_to_ask(search: TimeSearch, person: Member) -> None:
    """Somebody answered before the question reached them."""
    waiting = Reminder.objects.filter(
        subject=subject_of(search),
        kind__in=(ASK, CHASE),
        recipient=person,
        state=Reminder.State.PLANNED,
    )
    waiting.update(state=Reminder.State.CANCELLED, problem="Withdrawn: they answered.")


def tell_stuck(search: TimeSearch) -> None:
    """Tell whoever looks after the circle that a deadline passed without a time, once for each."""
    people = facilitators_of(search.circle) or hosts_of(search.circle)
    due = search.answer_by if search.state == State.ASKING else search.vote_by
    actions.plan(
        STUCK, subject=subject_of(search), recipients=people, due_at=due or search.answer_by
    )


def withdraw_stuck(search: TimeSearch) -> None:
    actions.withdraw(subject_of(search), kind=STUCK)


def withdraw(search: TimeSearch) -> None:
    """A search that is over owes nothing any more."""
    for kind in (ASK, CHASE, VOTE, CHASE_VOTE, STUCK):
        actions.withdraw(subject_of(search), kind=kind)


def seated(search: TimeSearch) -> QuerySet[Member]:
    """Everyone with a seat who is not on leave."""
    seats = Membership.objects.current().here().filter(circle=search.circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=seats.values("person"))
    return people


def question(reminder: Reminder) -> Letter:
    """When can you? For the first time, or once more."""
    search = _readable(reminder, State.ASKING)
    if search.availabilities.filter(person=reminder.recipient).exists():
        raise NoLongerWanted("They answered.")
    name = search.circle.name
    once = search.rhythm == TimeSearch.Rhythm.ONCE
    what = "another time for a meeting" if search.instead_of_id else "a time to meet"
    again = reminder.kind == CHASE
    return Letter(
        subject=f"When can you? {name} looks for {what}",
        heading="Your circle still waits for your hours" if again else "When can you meet?",
        paragraphs=[
            f"{name} looks for {what}"
            + ("." if once else f", {search.get_rhythm_display().lower()}.")
            + " Paint the hours that suit you, or give the address of your calendar: of it only "
            "the busy hours are kept.",
            "Nobody sees your week. The circle sees which of the proposed times suit you.",
        ],
        facts=[("Answer by", _until(search.answer_by))],
        button_label="Say when you can",
        button_url=absolute(reverse("meetings:time_search_answer", args=[search.pk])),
        why=_why(search),
    )


def vote_letter(reminder: Reminder) -> Letter:
    """Times are proposed: which work for you?"""
    search = _readable(reminder, State.VOTING)
    votes = TimeVote.objects.filter(candidate__search=search, person=reminder.recipient)
    if votes.exists():
        raise NoLongerWanted("They voted.")
    return Letter(
        subject=f"Which time works for you? {search.circle.name}",
        heading="Which of these times work for you?",
        paragraphs=[
            "From what everyone said came a few times. Say of each whether it works for you. The "
            "circle votes openly, and you can change your vote until it ends."
        ],
        facts=[("Vote by", _until(search.vote_by))] if search.vote_by else [],
        button_label="Vote",
        button_url=absolute(reverse("meetings:time_search", args=[search.pk])),
        why=_why(search),
    )


def stuck_letter(reminder: Reminder) -> Letter:
    """To whoever looks after the circle: it is for you to say how it goes on."""
    search = _readable(reminder)
    due = search.answer_by if search.state == State.ASKING else search.vote_by
    if due != reminder.due_at:
        raise NoLongerWanted("The deadline was moved, or the search went on.")
    voted = search.state == State.VOTING
    return Letter(
        subject=f"{search.circle.name} has not found a time yet",
        heading="Your circle has not found a time",
        paragraphs=[
            "The vote is over, and it does not say which time to take. Choose one, or give people "
            "more time."
            if voted
            else "The day for answers has passed, and no time could be proposed from what people "
            "said. Give them more time, remind them, or withdraw the search."
        ],
        button_label="See what people said",
        button_url=absolute(reverse("meetings:time_search", args=[search.pk])),
        why=f"You get this because you look after {search.circle.name}.",
    )


def _readable(reminder: Reminder, state: str = "") -> TimeSearch:
    """The search, if the recipient is still asked. Raises NoLongerWanted."""
    key = reminder.subject.removeprefix("time_search:")
    away = (
        Membership.objects.current()
        .on_leave()
        .filter(circle=OuterRef("circle"), person=reminder.recipient)
    )
    visible = TimeSearch.objects.visible_to(reminder.recipient).open()
    search = visible.select_related("circle").filter(~Exists(away), pk=key).first()
    if search is None or (state and search.state != state):
        raise NoLongerWanted("The search went on or is over, or they left or are on leave.")
    return search


def _until(moment: datetime) -> str:
    return exact_moment(moment, zone=timezone.get_current_timezone())


def _why(search: TimeSearch) -> str:
    return f"You get this because you have a seat in {search.circle.name}, or facilitate it."


def register_kinds() -> None:
    register(ASK, question)
    register(CHASE, question)
    register(VOTE, vote_letter)
    register(CHASE_VOTE, vote_letter)
    register(STUCK, stuck_letter)
