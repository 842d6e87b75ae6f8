"""Roles of a meeting: given out by the ledger or by hand, swapped, prepared."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Membership
from members.models import Member
from notifications import planner
from sessions_app.actions.screens import redraw
from sessions_app.agenda.fairness import Post, presents
from sessions_app.agenda.ledger import Ledger, fitted_of, hand_out, ledger_of, posts_of
from sessions_app.models import Meeting, RoleSwap, RoleTurn

OPEN = (Meeting.State.PLANNED, Meeting.State.LIVE)


class CannotGive(Exception):
    """Why somebody does not get a role, in words meant for the person who gave it."""


class CannotSwap(Exception):
    """Why a role is not swapped, in words meant for the person who asked or answers."""


class CannotPrepare(Exception):
    """Why nothing is noted, in words meant for the presenter."""


@transaction.atomic
def assign_roles(meeting: Meeting, *, present: Iterable[Member] | None = None) -> list[RoleTurn]:
    """Give every role of the meeting to whose turn it is; doing it again changes nothing.

    Whoever has a role and is expected keeps it, however they came to it; the role of someone who
    can't come goes to the next. `present` are those who are there, once that is known. A meeting
    that is over or cancelled keeps its roles.
    """
    meeting = _held(meeting.pk)
    turns = {Post(turn.role, turn.place): turn for turn in meeting.roles.select_related("person")}
    if meeting.state not in OPEN:
        return [turns[post] for post in sorted(turns)]
    ledger = ledger_of(meeting)
    here = _here(ledger, present)
    segments = fitted_of(meeting, people=len(here)).segments
    posts = posts_of(meeting.circle.format_version, segments)
    # Who has prepared something loses the place only once it is known who is there.
    kept_places = [post for post in turns if present is None and turns[post].prepares]
    posts += [post for post in sorted(kept_places) if post not in posts]
    kept = {post: turn.person_id for post, turn in turns.items() if turn.person_id in here}
    given = hand_out(meeting, ledger, posts, here=here, kept=kept)
    if given != {post: turn.person_id for post, turn in turns.items()}:
        _store(meeting, turns, given)
        redraw(meeting.pk)
    return list(meeting.roles.select_related("person"))


def _here(ledger: Ledger, present: Iterable[Member] | None) -> list[int]:
    if present is None:
        return [peer.record.person for peer in ledger.expected]
    there = {person.pk for person in present}
    return [peer.record.person for peer in ledger.peers if peer.record.person in there]


def _store(meeting: Meeting, turns: dict[Post, RoleTurn], given: dict[Post, int]) -> None:
    gone = [turn.pk for post, turn in turns.items() if post not in given]
    if gone:
        _withdraw_swaps(gone)
        RoleTurn.objects.filter(pk__in=gone).delete()
    for post, person in given.items():
        turn = turns.get(post)
        if turn is None:
            meeting.roles.create(role=post.role, place=post.place, person_id=person)
        elif turn.person_id != person:
            _withdraw_swaps([turn.pk])
            _pass_on(turn, person, RoleTurn.Source.LEDGER)


def _pass_on(turn: RoleTurn, person_id: int, source: RoleTurn.Source) -> None:
    """Somebody else's from now on; what the former holder prepared was theirs."""
    turn.person_id, turn.source, turn.prepares = person_id, source, ""
    turn.given_at = timezone.now()
    turn.save(update_fields=["person", "source", "prepares", "given_at"])


@transaction.atomic
def give_role(meeting: Meeting, *, role: str, place: int, person: Member) -> RoleTurn:
    """Choose by hand who has a role; the same person again changes nothing.

    An open question to swap it is withdrawn. Raises CannotGive for a meeting that is over or
    cancelled, and for somebody without a seat in the circle.
    """
    meeting = _held(meeting.pk)
    if meeting.state not in OPEN:
        raise CannotGive("This meeting is over or was cancelled; its roles stay as they were.")
    if not _has_seat(person, meeting):
        raise CannotGive(f"{person.short_name} has no seat in this circle.")
    redraw(meeting.pk)
    turn = meeting.roles.filter(role=role, place=place).first()
    if turn is None:
        return meeting.roles.create(
            role=role, place=place, person=person, source=RoleTurn.Source.CHOSEN
        )
    if turn.person_id != person.pk:
        _withdraw_swaps([turn.pk])
        _pass_on(turn, person.pk, RoleTurn.Source.CHOSEN)
    return turn


@transaction.atomic
def give_roles(meeting: Meeting, chosen: Iterable[tuple[RoleTurn, Member]]) -> None:
    """Give out all roles as the ledger has them, and these by hand. Raises CannotGive."""
    assign_roles(meeting)
    for turn, person in chosen:
        give_role(meeting, role=turn.role, place=turn.place, person=person)


@transaction.atomic
def ask_swap(turn: RoleTurn, *, asked: Member, by: Member) -> RoleSwap:
    """Ask another member to take over one's role; they get a mail.

    Asking the same person again changes nothing. Raises CannotSwap when the role is not one's own,
    when somebody is asked already, when the other has no seat, and once the meeting has begun.
    """
    turn = _held_turn(turn)
    _refuse_late(turn.meeting)
    if turn.person_id != by.pk:
        raise CannotSwap("This role is no longer yours.")
    if asked.pk == by.pk or not _has_seat(asked, turn.meeting):
        raise CannotSwap("Ask somebody else who has a seat in this circle.")
    if swap := turn.swaps.open().first():
        if swap.asked_id == asked.pk:
            return swap
        raise CannotSwap("You have asked somebody already. Take that back first.")
    swap = turn.swaps.create(asked_by=by, asked=asked)
    planner.keep("role_swap", [swap.pk])
    return swap


@transaction.atomic
def answer_swap(swap: RoleSwap, *, accepted: bool, by: Member) -> RoleSwap:
    """Take the role over, or not; who asked gets a mail. The same answer again changes nothing.

    Who has one other role in the meeting hands that over in exchange. Raises CannotSwap when the
    question was answered otherwise or taken back, and once the meeting has begun.
    """
    turn = _held_turn(swap.turn)
    swap = _now(swap)
    if swap.accepted == accepted:
        return swap
    if swap.answered_at or turn.person_id != swap.asked_by_id:
        raise CannotSwap("This was answered already.")
    _refuse_late(turn.meeting)
    swap.answered_at, swap.accepted = timezone.now(), accepted
    swap.save(update_fields=["answered_at", "accepted"])
    if accepted:
        theirs = list(turn.meeting.roles.filter(person=by))
        if len(theirs) == 1:
            _withdraw_swaps([theirs[0].pk])
            _pass_on(theirs[0], swap.asked_by_id, RoleTurn.Source.SWAP)
        _pass_on(turn, by.pk, RoleTurn.Source.SWAP)
    planner.keep("role_swap", [swap.pk])
    return swap


@transaction.atomic
def withdraw_swap(swap: RoleSwap) -> None:
    """Take back a question nobody has answered. Raises CannotSwap for one that was answered."""
    _held_turn(swap.turn)
    swap = _now(swap)
    if swap.answered_at:
        raise CannotSwap(f"{swap.asked.short_name} has answered already.")
    _take_back([swap.pk])


@transaction.atomic
def prepare(turn: RoleTurn, words: str, *, by: Member) -> RoleTurn:
    """Note in a line what a presenter brings; the circle reads it. Nothing takes it back.

    Raises CannotPrepare for a role that is not one's own or not a presenter's, and after the
    meeting.
    """
    turn = _held_turn(turn)
    if turn.person_id != by.pk or not presents(turn.role):
        raise CannotPrepare("Somebody else presents now.")
    if turn.meeting.state not in OPEN:
        raise CannotPrepare("This meeting is over or was cancelled.")
    turn.prepares = " ".join(words.split())
    turn.save(update_fields=["prepares"])
    return turn


def _held(meeting_id: int) -> Meeting:
    """The meeting with what its agenda needs, its circle held first: roles change one at a time."""
    found = Meeting.objects.get(pk=meeting_id)
    locked(found.circle_id)
    meetings = Meeting.objects.select_for_update(of=("self",))
    return meetings.select_related("own_agenda", "circle__format_version").get(pk=meeting_id)


def _held_turn(turn: RoleTurn) -> RoleTurn:
    """The turn as it is now, its circle held. Raises CannotSwap when it is gone."""
    meeting = _held(turn.meeting_id)
    now = meeting.roles.select_related("person").filter(pk=turn.pk).first()
    if now is None:
        raise CannotSwap("This role is no longer part of the meeting.")
    now.meeting = meeting
    return now


def _now(swap: RoleSwap) -> RoleSwap:
    """The question as it stands. Raises CannotSwap when it is gone."""
    now = RoleSwap.objects.select_related("asked_by", "asked").filter(pk=swap.pk).first()
    if now is None:
        raise CannotSwap("This question was taken back, or the role went another way.")
    return now


def _refuse_late(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.PLANNED or meeting.has_started:
        raise CannotSwap("The meeting has begun, or was cancelled. Sort it out in the circle.")


def _withdraw_swaps(turn_ids: list[int]) -> None:
    """Nobody is asked any more about a role that went another way."""
    swaps = RoleSwap.objects.open().filter(turn__in=turn_ids)
    _take_back(list(swaps.values_list("pk", flat=True)))


def _take_back(swap_ids: list[int]) -> None:
    if not swap_ids:
        return
    RoleSwap.objects.filter(pk__in=swap_ids).delete()
    planner.keep("role_swap", swap_ids)


def _has_seat(person: Member, meeting: Meeting) -> bool:
    seats = Membership.objects.current().filter(circle=meeting.circle_id, person=person)
    return seats.exists()
