from django.db import transaction
from django.utils import timezone

from circles.actions.circles import close_circle
from circles.actions.locks import both_locked
from circles.actions.moving import move_seat
from circles.actions.refusals import CannotChange
from circles.actions.renewals import begin_next_term
from circles.actions.seating import settle
from circles.models import Circle, Facilitation, Lineage, Membership, MergeRequest
from circles.reminders.merging import tell_of_merger, tell_of_refusal
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage
MOST = 30
State = MergeRequest.State


def obstacle_to_merging(circle: Circle, into: Circle) -> str:
    """Why the people of one circle cannot go on in the other; nothing if they can."""
    if circle.pk == into.pk:
        return "A circle cannot join itself."
    if circle.programme_id != into.programme_id:
        return "The two circles belong to different programmes."
    if circle.children.open().exists():
        return f"Other circles belong to “{circle}”. Give them another centre or hub first."
    return _not_now(circle, into) or _too_many(circle, into) or _on_both_sides(circle, into)


def _not_now(circle: Circle, into: Circle) -> str:
    for each in (circle, into):
        if each.is_closed:
            return f"“{each}” is closed."
        if each.renewal_votes.open().exists():
            return f"“{each}” votes on its future now. Wait for the outcome."
    if into.closes_on or into.stage not in (*Circle.TAKING_MEMBERS, Stage.RENEWAL):
        return f"“{into}” takes nobody now."
    return ""


def combined(circle: Circle, into: Circle) -> int:
    """How many seats the two need together: people in both count once, offered seats are held."""
    seats = Membership.objects.current().filter(circle__in=(circle, into))
    return seats.values("person").distinct().count() + into.offers.open().count()


def _too_many(circle: Circle, into: Circle) -> str:
    people = combined(circle, into)
    if people > MOST:
        return f"Together they need {people} seats; a circle has {MOST} at most."
    return ""


def _on_both_sides(circle: Circle, into: Circle) -> str:
    for held_there, seated_here in ((circle, into), (into, circle)):
        held = Facilitation.objects.current().filter(circle=held_there).values("person")
        seats = Membership.objects.current().filter(circle=seated_here, person__in=held)
        if seat := seats.select_related("person").first():
            return (
                f"{seat.person} facilitates “{held_there}” and has a seat in “{seated_here}”. "
                "Nobody can be both in one circle: end one of them first."
            )
    return ""


def advice_on_merging(circle: Circle, into: Circle) -> str:
    """What to think of before, if the two together are more than the format is made for."""
    people, version = combined(circle, into), into.format_version
    if version.counts == "people" and people > version.size_max:
        words = version.size_in_words
        return f"Together they are {people}; “{into}” has a format made for {words}."
    return ""


@transaction.atomic
def merge_circles(circle: Circle, into: Circle, *, by: Member) -> Circle:
    """Seat everyone of the first circle in the second today, and close the first.

    Its history stays where it is, and its people keep what they could read. The second gets as many
    seats as it needs, and another term if it was in renewal. Whoever waited for the first is told.
    Merging twice changes nothing. Raises CannotChange for what obstacle_to_merging says.
    """
    rows = both_locked(circle.pk, into.pk)
    circle, into = rows[circle.pk], rows[into.pk]
    if circle.is_closed and circle.descendants.filter(descendant=into, kind="merge").exists():
        return into
    if obstacle := obstacle_to_merging(circle, into):
        raise CannotChange(obstacle)
    # Days differ between time zones. From the later one on, nothing is lost and nothing that
    # happened before they came is read.
    day = max(circle.today, into.today)
    into.capacity = max(into.capacity, combined(circle, into))
    into.save(update_fields=["capacity"])
    for seat in list(circle.memberships.current().select_related("person")):
        move_seat(seat, into, day=day)
    Lineage.objects.create(ancestor=circle, descendant=into, kind=Lineage.Kind.MERGE, on=day)
    close_circle(circle, by=by)
    if into.stage == Stage.RENEWAL:
        begin_next_term(into)
    settle(into)
    tell_of_merger(circle, into)
    planner.keep("circle", [circle.pk, into.pk])
    record(by, "merged circle", circle, circle=circle.pk, into=into.pk)
    return into


@transaction.atomic
def ask_to_merge(circle: Circle, into: Circle, *, by: Member, message: str = "") -> MergeRequest:
    """Ask those who look after the other circle whether it takes everyone in.

    Asking again replaces the former request; the same one twice changes nothing. Raises
    CannotChange for what obstacle_to_merging says.
    """
    rows = both_locked(circle.pk, into.pk)
    circle, into = rows[circle.pk], rows[into.pk]
    if obstacle := obstacle_to_merging(circle, into):
        raise CannotChange(obstacle)
    former = circle.merge_requests.open().first()
    if former and former.into_id == into.pk:
        return former
    if former:
        _answer(former, State.WITHDRAWN, by)
    request: MergeRequest = circle.merge_requests.create(into=into, asked_by=by, message=message)
    planner.keep("merge", [request.pk])
    record(by, "asked to merge", circle, circle=circle.pk, into=into.pk)
    return request


@transaction.atomic
def accept_merge(request: MergeRequest, *, by: Member) -> Circle:
    """Merge as asked, and return the circle that goes on. Accepting twice changes nothing.

    Raises CannotChange if the request was answered otherwise, or the two cannot merge any more.
    """
    request = _locked_request(request)
    if request.state == State.ACCEPTED:
        return request.into
    if request.state != State.OPEN:
        raise CannotChange("This request was answered already.")
    _answer(request, State.ACCEPTED, by)
    return merge_circles(request.circle, request.into, by=by)


@transaction.atomic
def decline_merge(request: MergeRequest, *, by: Member, as_asker: bool = False) -> MergeRequest:
    """Say no, or, as the one who asked, take the request back. What was answered stays so."""
    request = _locked_request(request)
    if request.state == State.OPEN:
        _answer(request, State.WITHDRAWN if as_asker else State.DECLINED, by)
        tell_of_refusal(request)
    return request


def _locked_request(request: MergeRequest) -> MergeRequest:
    rows = both_locked(request.circle_id, request.into_id)
    request = MergeRequest.objects.select_for_update().get(pk=request.pk)
    request.circle, request.into = rows[request.circle_id], rows[request.into_id]
    return request


def _answer(request: MergeRequest, state: str, by: Member) -> None:
    request.state, request.answered_by, request.answered_at = state, by, timezone.now()
    request.save(update_fields=["state", "answered_by", "answered_at"])
    planner.keep("merge", [request.pk])
