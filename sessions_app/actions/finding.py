"""Looking for a time: asking, answering, drawing candidates. The vote is in actions/settling.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle
from members.models import Member
from members.outward import NotFetched, fetch
from notifications import planner
from sessions_app.finding.busy import LARGEST, Busy, Unreadable
from sessions_app.finding.candidates import Question, proposals
from sessions_app.finding.people import Everyone, as_asked, borne_by, everyone
from sessions_app.finding.reading import busy_of
from sessions_app.finding.words import as_slots
from sessions_app.models import Availability, Candidate, Meeting, TimeSearch
from sessions_app.reminders import finding as letters

State = TimeSearch.State
VOTE_TAKES = timedelta(days=3)
SHORTEST_VOTE = timedelta(hours=12)
BEFORE_MEETING = timedelta(hours=6)  # a vote on a single meeting ends so long before the first
WEEKS_OF_CALENDAR = 8
FETCH_SECONDS = 12
KEPT_FOR = timedelta(days=30)


class CannotSearch(Exception):
    """Why there is no search for a time now, in words meant for the person who asked."""


class CannotAnswerSearch(Exception):
    """Why an answer is not taken, in words meant for the person who gave it."""


class CannotDraw(Exception):
    """Why no times can be proposed yet, in words meant for the person who asked."""


@dataclass(frozen=True)
class Calendar:
    """What a calendar told: when somebody is busy, and where it came from."""

    busy: Busy = field(default_factory=lambda: Busy(()))
    source: str = Availability.Source.PAINTED
    url: str = ""


@transaction.atomic
def start_search(
    circle: Circle,
    *,
    by: Member,
    rhythm: str,
    minutes: int,
    from_on: date,
    answer_by: datetime,
    instead_of: Meeting | None = None,
    moves_series: bool = False,
) -> TimeSearch:
    """Ask everyone in the circle when they can; the present series moves there, if it shall.

    Raises CannotSearch while the circle looks for a time already, pauses or is closed, and for a
    meeting that has begun or was cancelled.
    """
    circle = locked(circle.pk)
    if circle.is_closed or circle.stage == Circle.Stage.PAUSED:
        raise CannotSearch("This circle does not meet now. Resume it before you look for a time.")
    if circle.time_searches.open().exists():
        raise CannotSearch("The circle is looking for a time already.")
    if instead_of and (not instead_of.takes_answers or instead_of.has_started):
        raise CannotSearch("This meeting has begun, is over or was cancelled.")
    search = TimeSearch.objects.create(
        circle=circle,
        rhythm=TimeSearch.Rhythm.ONCE if instead_of else rhythm,
        minutes=minutes,
        from_on=from_on,
        answer_by=answer_by,
        instead_of=instead_of,
        moves_series=moves_series and not instead_of,
        asked_by=by,
    )
    planner.keep("time_search", [search.pk])
    return search


@transaction.atomic
def say_when(
    search: TimeSearch,
    *,
    person: Member,
    hours: Sequence[int],
    if_need_be: Sequence[int],
    calendar: Calendar | None = None,
) -> Availability:
    """Keep when somebody can. Without a new calendar the one they gave before stays.

    Raises CannotAnswerSearch once times are proposed or the search is over.
    """
    locked(search.circle_id)
    _asking(search)
    gladly = sorted(set(hours))
    said = {
        "hours": gladly,
        "if_need_be": sorted(set(if_need_be) - set(gladly)),
        "time_zone": person.zone.key,
        "given_at": timezone.now(),
    }
    if calendar:
        said |= {
            "busy": calendar.busy.as_json(),
            "source": calendar.source,
            "calendar_url": calendar.url,
        }
    answer, _ = search.availabilities.update_or_create(person=person, defaults=said)
    letters.no_need_to_chase(search, person)
    planner.keep("time_search", [search.pk])
    return answer


def read_calendar(
    search: TimeSearch, *, person: Member, url: str = "", content: bytes = b""
) -> Calendar:
    """The busy hours of a calendar at an address, or of one that was given as it is.

    Raises NotFetched or Unreadable. Takes seconds: never call it in a transaction.
    """
    raw = fetch(url, limit=LARGEST, timeout=FETCH_SECONDS) if url else content
    until = search.from_on + timedelta(weeks=WEEKS_OF_CALENDAR)
    busy = busy_of(
        raw, zone=person.zone.key, since=search.from_on, until=until, email=person.email or ""
    )
    source = Availability.Source.ADDRESS if url else Availability.Source.FILE
    return Calendar(busy, source, url)


def read_addresses_again(search: TimeSearch) -> None:
    """Before times are proposed: what calendars show now. One that fails keeps what it showed."""
    answers = search.availabilities.exclude(calendar_url="").select_related("person")
    for answer in answers:
        try:
            calendar = read_calendar(search, person=answer.person, url=answer.calendar_url)
        except (NotFetched, Unreadable):
            continue
        same = search.availabilities.filter(pk=answer.pk, calendar_url=answer.calendar_url)
        same.update(busy=calendar.busy.as_json())


def forget_calendar(search: TimeSearch, *, person: Member) -> None:
    """Delete what somebody's calendar told, and its address. What they painted stays."""
    search.availabilities.filter(person=person).update(
        busy=[], calendar_url="", source=Availability.Source.PAINTED
    )


@transaction.atomic
def draw(search: TimeSearch) -> list[Candidate]:
    """Propose the best times from what is known, and open the vote. Twice changes nothing.

    Raises CannotDraw when too few answered, or when no time suits more people than it leaves out.
    """
    circle = locked(search.circle_id)
    search = TimeSearch.objects.select_for_update().get(pk=search.pk)
    search.circle = circle
    if search.state == State.VOTING:
        return list(search.candidates.all())
    if search.state != State.ASKING:
        raise CannotDraw("This search is over.")
    all_of_them = everyone(search)
    _refuse_too_few(all_of_them)
    asked = as_asked(all_of_them, borne_by(search, all_of_them.people))
    found = proposals(question_of(search), asked)
    if not found:
        raise CannotDraw(
            "No time suits more people than it leaves out. Ask whether somebody can give more "
            "hours, or withdraw the search."
        )
    search.candidates.bulk_create(
        Candidate(
            search=search,
            place=place,
            slots=as_slots(each.slots),
            people={str(key): said.as_json() for key, said in each.people.items()},
        )
        for place, each in enumerate(found, start=1)
    )
    first = min(moment for each in found for moment in question_of(search).moments(each.slots))
    search.state, search.vote_by = State.VOTING, _vote_by(search, first)
    search.save(update_fields=["state", "vote_by"])
    letters.withdraw(search, letters.CHASE, letters.STUCK)
    planner.keep("time_search", [search.pk])
    return list(search.candidates.all())


def question_of(search: TimeSearch) -> Question:
    """What the search looks for, from tomorrow at the earliest."""
    since = max(search.from_on, search.circle.today + timedelta(days=1))
    return Question(search.rhythm, search.minutes, since, search.circle.zone)


@transaction.atomic
def withdraw(search: TimeSearch) -> TimeSearch:
    """End a search without a time. Twice changes nothing. Raises CannotSearch once settled."""
    locked(search.circle_id)
    search = TimeSearch.objects.select_for_update().get(pk=search.pk)
    if search.state == State.SETTLED:
        raise CannotSearch("A time was found meanwhile. Cancel the meetings instead.")
    if search.state != State.WITHDRAWN:
        search.state, search.settled_at = State.WITHDRAWN, timezone.now()
        search.save(update_fields=["state", "settled_at"])
        letters.withdraw(search)
        planner.keep("time_search", [search.pk])
    return search


@transaction.atomic
def extend(search: TimeSearch, *, until: datetime) -> TimeSearch:
    """Give people until then to answer, or to vote. Raises CannotSearch when the search is over."""
    search = TimeSearch.objects.select_for_update().get(pk=search.pk)
    if search.state not in (State.ASKING, State.VOTING):
        raise CannotSearch("This search is over.")
    which = "answer_by" if search.state == State.ASKING else "vote_by"
    setattr(search, which, until)
    search.save(update_fields=[which])
    letters.withdraw(search, letters.STUCK)
    return search


def remind_silent(search: TimeSearch) -> int:
    """Write once more to those who said nothing yet; a second time nobody is. Returns how many."""
    return letters.chase(search)


def forget_old_answers(now: datetime | None = None) -> int:
    """Delete what people said to searches that have been over for thirty days."""
    before = (now or timezone.now()) - KEPT_FOR
    old = Availability.objects.filter(
        search__state__in=(State.SETTLED, State.WITHDRAWN), search__settled_at__lt=before
    )
    return old.delete()[0]


def _asking(search: TimeSearch) -> None:
    """Hold the search while somebody answers, so that nothing is drawn from half of it."""
    now = TimeSearch.objects.select_for_update().get(pk=search.pk)
    if now.state == State.VOTING:
        raise CannotAnswerSearch("Times are proposed already: vote on them instead.")
    if now.state != State.ASKING:
        raise CannotAnswerSearch("This search is over.")


def _refuse_too_few(all_of_them: Everyone) -> None:
    if len(all_of_them.answered) < min(2, len(all_of_them.people)) or not all_of_them.people:
        raise CannotDraw("Too few have answered: times need at least two people’s hours.")


def _vote_by(search: TimeSearch, first: datetime) -> datetime:
    now = timezone.now()
    until = now + VOTE_TAKES
    if search.rhythm == TimeSearch.Rhythm.ONCE:
        until = min(until, first - BEFORE_MEETING)
    return max(until, now + SHORTEST_VOTE)
