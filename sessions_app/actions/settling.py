"""The vote on times, and what comes of it: a series, or a meeting."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from members.models import Member
from notifications import planner
from sessions_app.actions.meetings import CannotSchedule, change_meeting, schedule_meeting
from sessions_app.actions.series import plan_series
from sessions_app.actions.series_changes import FOLLOWING, change_series
from sessions_app.finding.counting import Tally, outcome
from sessions_app.finding.people import everyone
from sessions_app.finding.rhythms import Slot
from sessions_app.finding.words import slots_of
from sessions_app.models import Candidate, Meeting, MeetingDefaults, Series, TimeSearch, TimeVote
from sessions_app.quorum import enough
from sessions_app.recurrence.chains import next_of_a_series
from sessions_app.reminders import finding as letters

State = TimeSearch.State
Rhythm = TimeSearch.Rhythm


class CannotVote(Exception):
    """Why a vote is not taken, in words meant for the person who gave it."""


class CannotSettle(Exception):
    """Why a time is not taken, in words meant for the person who chose it."""


@transaction.atomic
def vote(search: TimeSearch, *, person: Member, choices: Mapping[int, str]) -> None:
    """Keep what somebody says of each candidate, by its key. It may be changed until the end.

    Raises CannotVote before times are proposed and once the vote is over.
    """
    locked(search.circle_id)
    search = TimeSearch.objects.select_for_update().get(pk=search.pk)
    if search.state == State.ASKING:
        raise CannotVote("No times are proposed yet.")
    if search.state != State.VOTING or (search.vote_by and search.vote_by <= timezone.now()):
        raise CannotVote("The vote is over.")
    for key in search.candidates.filter(pk__in=choices).values_list("pk", flat=True):
        TimeVote.objects.update_or_create(
            candidate_id=key,
            person=person,
            defaults={"choice": choices[key], "given_at": timezone.now()},
        )
    planner.keep("time_search", [search.pk])


def tallies_of(candidates: Sequence[Candidate], people: Collection[Member]) -> list[Tally]:
    """The votes of those whose time counts, by candidate. One query."""
    here = set(people)
    votes = TimeVote.objects.filter(candidate__in=candidates).select_related("person")
    said: dict[tuple[int, str], list[Member]] = {}
    for each in votes.order_by("person__name", "pk"):
        if each.person in here:
            said.setdefault((each.candidate_id, each.choice), []).append(each.person)
    return [
        Tally(candidate, *(tuple(said.get((candidate.pk, c), ())) for c in TimeVote.Choice))
        for candidate in candidates
    ]


@transaction.atomic
def settle(search: TimeSearch, *, candidate: Candidate, by: Member | None) -> TimeSearch:
    """Take a candidate and plan what it says: a series, two that take turns, or one meeting.

    Of two people who settle at once one does; the other finds it done, if they chose the same.
    Raises CannotSettle otherwise, and when the time cannot be planned.
    """
    circle = locked(search.circle_id)
    search = TimeSearch.objects.select_for_update().get(pk=search.pk)
    search.circle = circle
    candidate = search.candidates.get(pk=candidate.pk)
    if search.state == State.SETTLED and candidate.is_chosen:
        return search
    if search.state != State.VOTING:
        raise CannotSettle("This search is over: a time was taken, or it was withdrawn.")
    who = by or search.asked_by
    try:
        with transaction.atomic():
            search.series = _plan(search, slots_of(candidate), who)
    except CannotSchedule as reason:
        raise CannotSettle(str(reason)) from None
    candidate.is_chosen = True
    candidate.save(update_fields=["is_chosen"])
    search.state, search.settled_at = State.SETTLED, timezone.now()
    search.save(update_fields=["state", "settled_at", "series"])
    letters.withdraw(search)
    planner.keep("time_search", [search.pk])
    return search


def settle_by_vote(search: TimeSearch) -> bool:
    """When the vote is over: take what it says, or ask whoever looks after the circle. Once.

    Returns whether a time was taken.
    """
    people = everyone(search).people
    tallies = tallies_of(list(search.candidates.all()), people)
    result = outcome(tallies, needed=enough(search.circle_id, len(people)))
    if result.taken is None:
        letters.tell_stuck(search)
        return False
    try:
        settle(search, candidate=result.taken, by=None)
    except CannotSettle:
        letters.tell_stuck(search)
        return False
    return True


def _plan(search: TimeSearch, slots: list[Slot], by: Member | None) -> Series | None:
    circle = search.circle
    now = timezone.now().astimezone(circle.zone).replace(tzinfo=None)
    if search.rhythm == Rhythm.ONCE:
        _meet_once(search, slots[0].starts, by)
        return None
    step = len(slots)
    present = next_of_a_series(circle.pk, since=search.from_on) if search.moves_series else None
    planned: list[Series] = []
    for begins in (slot.not_before(search.rhythm, now, step=step) for slot in slots):
        asked: Any = {
            "by": by,
            "rules": [begins.rule(search.rhythm, step=step)],
            "starts": begins.starts,
            "minutes": search.minutes,
        }
        if present is not None and not planned:
            planned.append(change_series(present, scope=FOLLOWING, **asked).series)
        else:
            planned.append(plan_series(circle, **asked))
    return planned[0]


def _meet_once(search: TimeSearch, starts: datetime, by: Member | None) -> None:
    moved = search.instead_of
    if moved and moved.state == Meeting.State.PLANNED and not moved.has_started:
        local = starts.replace(tzinfo=search.circle.zone).astimezone(moved.zone)
        change_meeting(
            moved,
            starts=local.replace(tzinfo=None),
            minutes=search.minutes,
            title=moved.title,
            place=moved.place,
            video_url=moved.video_url,
        )
        return
    usual = MeetingDefaults.objects.of(search.circle_id)
    schedule_meeting(
        search.circle,
        by=by,
        starts=starts,
        minutes=search.minutes,
        place=usual.place,
        video_url=usual.video_url,
    )
