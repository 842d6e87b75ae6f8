"""What a search for a time owes: the question, the vote, one reminder of each, and a way out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from circles.models import Facilitation, Membership
from circles.people import facilitators_of, hosts_of
from circles.reminders.offered import belongs_to_a_circle
from members.models import Member
from members.words import exact_moment
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare
from notifications.kinds import Compose, Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Availability, TimeSearch, TimeVote
from sessions_app.reminders.about import MEETINGS, key_of, seated

ASK = "time_search_ask"
CHASE = "time_search_chase"
VOTE = "time_search_vote"
CHASE_VOTE = "time_search_chase_vote"
STUCK = "time_search_stuck"
# Those who answer late hold up the others.
A_DAY = timedelta(days=1)
State = TimeSearch.State
WantedOf = Callable[[Sequence[int]], Iterable[Wanted]]


def subject_of(search: TimeSearch) -> str:
    return f"time_search:{search.pk}"


def questions(search_ids: Sequence[int]) -> Iterator[Wanted]:
    """When can you? To who has not said it: members who are not on leave, and facilitators."""
    answered = Availability.objects.filter(search=OuterRef("search"), person=OuterRef("person"))
    for rows in (_seats(search_ids, State.ASKING), _appointments(search_ids, State.ASKING)):
        for row in rows.exclude(Exists(answered)).values_list("search", "person", "asked_at"):
            yield Wanted(*row)


def votes(search_ids: Sequence[int]) -> Iterator[Wanted]:
    """Which time suits you? To who has not voted: members, and facilitators who said when."""
    answered = Availability.objects.filter(search=OuterRef("search"), person=OuterRef("person"))
    voted = TimeVote.objects.filter(candidate__search=OuterRef("search"), person=OuterRef("person"))
    held = _appointments(search_ids, State.VOTING).filter(Exists(answered))
    for rows in (_seats(search_ids, State.VOTING), held):
        for row in rows.exclude(Exists(voted)).values_list("search", "person", "asked_at"):
            yield Wanted(*row)


def _seats(search_ids: Sequence[int], state: str) -> QuerySet[Any, Any]:
    return _beside(Membership.objects.current().here(), search_ids, state)


def _appointments(search_ids: Sequence[int], state: str) -> QuerySet[Any, Any]:
    return _beside(Facilitation.objects.current(), search_ids, state)


def _beside(rows: QuerySet[Any, Any], search_ids: Sequence[int], state: str) -> QuerySet[Any, Any]:
    """Each row beside each of these searches of its circle that are in that state."""
    # Named first, so that all that follows is about the same row of the circle's.
    searches = rows.order_by().annotate(
        search=F("circle__time_searches"),
        search_state=F("circle__time_searches__state"),
        asked_at=F("circle__time_searches__asked_at"),
    )
    found: QuerySet[Any, Any] = searches.filter(search__in=search_ids, search_state=state)
    return found


def all_searches() -> Iterable[int]:
    """The keys of all searches that are open."""
    return TimeSearch.objects.open().order_by("pk").values_list("pk", flat=True).iterator()


def of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """The searches that are open in these circles."""
    searches = TimeSearch.objects.open().filter(circle__in=circle_ids)
    return searches.order_by().values_list("pk", flat=True)


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
    return seated(search.circle_id).exclude(pk__in=said)


def no_need_to_chase(search: TimeSearch, person: Member) -> None:
    """Somebody answered before they were reminded."""
    waiting = Reminder.objects.filter(
        subject=subject_of(search), kind=CHASE, recipient=person, state=Reminder.State.PLANNED
    )
    waiting.update(state=Reminder.State.CANCELLED, problem="Withdrawn: they answered.")


def tell_stuck(search: TimeSearch) -> None:
    """Tell whoever looks after the circle that a deadline passed without a time, once for each."""
    people = facilitators_of(search.circle) or hosts_of(search.circle)
    due = search.answer_by if search.state == State.ASKING else search.vote_by
    actions.plan(
        STUCK, subject=subject_of(search), recipients=people, due_at=due or search.answer_by
    )


def withdraw(search: TimeSearch, *kinds: str) -> None:
    """Withdraw what was planned by hand, of these kinds; of a search that is over, all."""
    for kind in kinds or (CHASE, CHASE_VOTE, STUCK):
        actions.withdraw(subject_of(search), kind=kind)


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
    key = key_of(reminder)
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
    _declare(ASK, "Your circle looks for a time", question, questions)
    _declare(VOTE, "Times to vote on", vote_letter, votes)
    # Planned by hand: somebody asks for the first two, and the third says that time has passed.
    _declare(CHASE, "A reminder to say when you can", question)
    _declare(CHASE_VOTE, "A reminder to vote on a time", vote_letter)
    _declare(STUCK, "A search for a time that waits for you", stuck_letter)


def _declare(name: str, label: str, compose: Compose, wanted: WantedOf | None = None) -> None:
    about = "time_search" if wanted else ""
    declare(
        Kind(
            name,
            label,
            MEETINGS,
            compose=compose,
            about=about,
            wanted=wanted,
            lasts=A_DAY,
            offered_to=belongs_to_a_circle,
        )
    )
