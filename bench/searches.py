"""Circles that look for a time, for the pages of a search."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from bench.organisation import Draw, Organisation, Visit
from circles.models import Membership
from sessions_app.actions.finding import draw as draw_times
from sessions_app.models import Availability, TimeSearch, TimeVote

State = TimeSearch.State


def own_search(route: str, *, votes: bool) -> Draw:
    """Members open the search of their circle, which is made for it where there is none."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        visits = []
        # A circle has one open search: those of every other circle are put to the vote.
        half = [seat for seat in organisation.seats(3 * count) if seat.circle_id % 2 == votes]
        for seat in half[:count]:
            search = _search(seat.circle_id, votes=votes)
            visits.append(Visit(seat.person, reverse(route, args=[search.pk])))
        return visits

    return draw


def _search(circle_id: int, *, votes: bool) -> TimeSearch:
    state = State.VOTING if votes else State.ASKING
    open_ones = TimeSearch.objects.open().filter(circle=circle_id)
    if found := open_ones.filter(state=state).first():
        return found
    open_ones.update(state=State.WITHDRAWN, settled_at=timezone.now())
    now = timezone.now()
    search = TimeSearch.objects.create(
        circle_id=circle_id,
        minutes=60,
        from_on=now.date() + timedelta(days=7),
        answer_by=now + timedelta(days=3),
    )
    seats = list(Membership.objects.current().filter(circle=circle_id).select_related("person"))
    Availability.objects.bulk_create(
        Availability(search=search, person=seat.person, time_zone=seat.person.time_zone)
        for seat in seats
    )
    if votes:
        candidates = draw_times(search)
        TimeVote.objects.bulk_create(
            TimeVote(candidate=candidate, person=seat.person, choice=TimeVote.Choice.YES)
            for candidate in candidates
            for seat in seats
        )
    return search
