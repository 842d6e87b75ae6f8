from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from sessions_app.actions.finding import CannotDraw, draw, forget_old_answers, read_addresses_again
from sessions_app.actions.settling import settle_by_vote
from sessions_app.models import TimeSearch
from sessions_app.reminders.finding import tell_stuck

State = TimeSearch.State
TRIED_FOR = timedelta(days=7)  # after that only a person moves a search that is stuck


@shared_task
def look_for_times() -> None:
    """Go on with searches whose deadline has passed."""
    now = timezone.now()
    passed = (now - TRIED_FOR, now)
    asking = TimeSearch.objects.filter(state=State.ASKING, answer_by__range=passed)
    for key in asking.values_list("pk", flat=True)[:500]:
        draw_candidates.delay(key)
    voting = TimeSearch.objects.filter(state=State.VOTING, vote_by__range=passed)
    for key in voting.values_list("pk", flat=True)[:500]:
        count_votes.delay(key)


@shared_task(time_limit=300)
def draw_candidates(search_id: int) -> None:
    """Propose times once, from what calendars show now; else tell who looks after the circle."""
    search = TimeSearch.objects.select_related("circle").filter(pk=search_id).first()
    if search is None or search.state != State.ASKING or search.answer_by > timezone.now():
        return
    read_addresses_again(search)
    try:
        draw(search)
    except CannotDraw:
        tell_stuck(search)


@shared_task(time_limit=60)
def count_votes(search_id: int) -> None:
    """Settle a vote that is over, once; else tell who looks after the circle."""
    search = TimeSearch.objects.select_related("circle").filter(pk=search_id).first()
    now = timezone.now()
    if search and search.state == State.VOTING and search.vote_by and search.vote_by <= now:
        settle_by_vote(search)


@shared_task
def forget_old_hours() -> None:
    """Delete what people said to searches that ended thirty days ago."""
    forget_old_answers()
