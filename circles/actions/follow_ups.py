from typing import Any

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.follow_ups.moments import Moment, next_moment, open_moment, today_of
from circles.models import Membership, OutcomeFollowUp
from members.models import Member
from notifications import planner

ANSWERS = (
    *("level", "disputes_records", "people", "budget", "breadth", "comment"),
    *("helped_level", "helped_people", "helped_budget", "helped_breadth"),
)


class CannotAnswer(Exception):
    """Why there is nothing to answer, in words meant for the person who wrote."""


@transaction.atomic
def answer_follow_up(
    seat: Membership, *, person: Member, months: int, **answers: Any
) -> OutcomeFollowUp:
    """Keep what the person says for this moment; answering again replaces it.

    Raises CannotAnswer when another moment is open by now, or none.
    """
    locked(seat.circle_id)
    moment = _open(seat, person)
    if moment.months != months:
        raise CannotAnswer(
            f"Meanwhile the question for {moment.months} months is here, and the one for {months} "
            "is closed. What you wrote still stands here: look it over and save it for now."
        )
    kept = {name: answers[name] for name in ANSWERS if name in answers}
    now = {"person": person, "answered_at": timezone.now(), "skipped_at": None}
    found, _ = seat.follow_ups.update_or_create(months=months, defaults=kept | now)
    planner.keep("membership", [seat.pk])
    return found


@transaction.atomic
def skip_follow_up(seat: Membership, *, person: Member) -> None:
    """Ask nothing more at this moment. An answer that is there stays. Raises CannotAnswer."""
    locked(seat.circle_id)
    moment = _open(seat, person)
    skipped = {"person": person, "skipped_at": timezone.now()}
    seat.follow_ups.get_or_create(months=moment.months, defaults=skipped)
    planner.keep("membership", [seat.pk])


@transaction.atomic
def stop_follow_ups(seat: Membership, *, person: Member) -> None:
    """Ask nothing more about this circle. Doing it twice changes nothing."""
    locked(seat.circle_id)
    today = today_of(person)
    moment = open_moment(seat.joined_on, today) or next_moment(seat.joined_on, today)
    if moment is None or seat.follow_ups.filter(is_last=True).exists():
        return
    skipped = {"person": person, "skipped_at": timezone.now(), "is_last": True}
    found, is_new = seat.follow_ups.get_or_create(months=moment.months, defaults=skipped)
    if not is_new:
        found.is_last = True
        found.save(update_fields=["is_last"])
    planner.keep("membership", [seat.pk])


@transaction.atomic
def resume_follow_ups(seat: Membership, *, person: Member) -> None:
    """Ask about this circle again, also at the moment at which they stopped. Nothing said is lost.

    Doing it twice changes nothing.
    """
    locked(seat.circle_id)
    last = seat.follow_ups.visible_to(person).filter(is_last=True)
    last.filter(answered_at=None).delete()
    last.update(is_last=False)
    planner.keep("membership", [seat.pk])


def _open(seat: Membership, person: Member) -> Moment:
    moment = open_moment(seat.joined_on, today_of(person))
    if moment is None:
        raise CannotAnswer("Nothing is asked about this circle now.")
    return moment
