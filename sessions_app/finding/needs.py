"""What searches for a time ask of a person, for the home page."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from circles.models import Membership
from circles.needs import Need
from members.models import Member
from sessions_app.models import Availability, TimeSearch, TimeVote

MOST = 10
State = TimeSearch.State


def needs_of_searches(person: Member) -> Iterator[Need]:
    """One's hours, or one's vote, where one has a seat and is not on leave. One query."""
    seat = Membership.objects.current().here().of(person).for_circle("circle")
    answered = Availability.objects.filter(search=OuterRef("pk"), person=person)
    voted = TimeVote.objects.filter(candidate__search=OuterRef("pk"), person=person)
    waits = Q(state=State.ASKING) & ~Exists(answered) | Q(state=State.VOTING) & ~Exists(voted)
    searches = TimeSearch.objects.open().filter(Exists(seat), waits).select_related("circle")
    for search in searches.order_by("answer_by")[:MOST]:
        asking = search.state == State.ASKING
        page = "time_search_answer" if asking else "time_search"
        yield Need(
            words=f"When can {search.circle} meet?" if asking else f"Times for {search.circle}",
            url=reverse(f"meetings:{page}", args=[search.pk]),
            label="Say when you can" if asking else "Vote",
            icon="calendar-search",
            due=search.answer_by if asking else search.vote_by,
        )
