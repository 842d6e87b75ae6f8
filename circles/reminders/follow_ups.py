"""How it goes, months after somebody took a seat: asked on the day, and once more if need be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.follow_ups.moments import Moment, asked_at, moments, today_of
from circles.models import Membership, OutcomeFollowUp
from notifications.catalogue import (
    Kind,
    Wanted,
    declare,
    declare_dependents,
    declare_subjects,
)
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency

ASKED = "outcome_follow_up"
TOO_LATE = timedelta(days=30)
# A change of time zone moves nine o'clock by no more than this.
SAME_MORNING = timedelta(hours=36)
JUST_ASKED = timedelta(days=7)


def wanted(seat_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whoever still works here, at each moment they have neither answered nor skipped, and again
    after ten days; two queries, however many seats."""
    settled: dict[int, set[int]] = defaultdict(set)
    said = OutcomeFollowUp.objects.filter(membership__in=seat_ids)
    for seat_id, months, is_last in said.values_list("membership", "months", "is_last"):
        settled[seat_id] |= {months, 0} if is_last else {months}
    seats = Membership.objects.filter(pk__in=seat_ids).asked_how_it_goes()
    for seat in seats.select_related("person").order_by():
        for moment in _owed(seat, settled[seat.pk]):
            for due_at in asked_at(moment, seat.person):
                yield Wanted(seat.pk, seat.person_id, due_at)


def _owed(seat: Membership, settled: set[int]) -> list[Moment]:
    """The moments that are still asked; 0 among the settled ones stands for all to come."""
    if 0 in settled:
        return []
    left_on = seat.person.left_on
    return [
        moment
        for moment in moments(seat.joined_on)
        if moment.months not in settled and (left_on is None or moment.on < left_on)
    ]


def letter(reminder: Reminder) -> Letter:
    """The question, for who has neither answered it nor been asked it just now."""
    seat = _seat(reminder)
    moment = _moment(seat, reminder)
    _check_not_asked_twice(reminder, seat, moment)
    circle, months = seat.circle, moment.months
    return Letter(
        subject=f"How does it go, {months} months after you joined {circle.name}?",
        heading=f"{months} months on: how does it go?",
        paragraphs=[
            f"You joined {circle.name} on {date_format(seat.joined_on, 'j F Y')}. Say what became "
            "of your work since then, and what the circle did for it. It takes two minutes.",
            "Only you read your answers. They are counted together with those of many others, and "
            "never shown about fewer than five people. You can also say that you would rather not "
            "be asked.",
        ],
        facts=[("Open until", date_format(moment.last_day, "l j F Y"))],
        button_label="Say how it goes",
        button_url=absolute(reverse("circles:follow_up", args=[seat.pk])),
        why=f"You get this because you took a seat in {circle.name}.",
    )


def register_kinds() -> None:
    declare(
        Kind(
            ASKED,
            "How it goes, 3 to 24 months after you joined a circle",
            "How it goes",
            urgency=Urgency.BULK,
            compose=letter,
            about="membership",
            wanted=wanted,
            too_late=TOO_LATE,
        )
    )
    declare_dependents("circle", "membership", seats_of)
    declare_subjects("membership", all_seats)


def seats_of(circle_ids: Sequence[int]) -> Iterable[int]:
    """Every seat there ever was in these circles, and those they go on from."""
    rows = Membership.objects.filter(circle__in=circle_ids).order_by()
    keys = {key for row in rows.values_list("pk", "moved_from") for key in row if key}
    return sorted(keys)


def all_seats() -> Iterator[int]:
    seats = Membership.objects.asked_how_it_goes().order_by("pk")
    return seats.values_list("pk", flat=True).iterator()


def _seat(reminder: Reminder) -> Membership:
    seats = Membership.objects.asked_how_it_goes().select_related("circle", "person")
    seat = seats.filter(
        pk=reminder.subject.removeprefix("membership:"), person=reminder.recipient_id
    ).first()
    if seat is None or not seat.person.may_sign_in:
        raise NoLongerWanted("They are not asked about this seat any more.")
    return seat


def _moment(seat: Membership, reminder: Reminder) -> Moment:
    """The moment that this reminder asks for, while it is open and not settled."""
    rows = seat.follow_ups.values_list("months", "is_last")
    settled = {0 if is_last else months for months, is_last in rows}
    today = today_of(seat.person)
    for moment in _owed(seat, settled):
        for due_at in asked_at(moment, seat.person):
            if abs(due_at - reminder.due_at) < SAME_MORNING and today < moment.until:
                return moment
    raise NoLongerWanted("They have answered, asked not to be asked, or it is too late.")


def _check_not_asked_twice(reminder: Reminder, seat: Membership, moment: Moment) -> None:
    first_at, again_at = asked_at(moment, seat.person)
    asked = Reminder.objects.filter(
        kind=ASKED, subject=reminder.subject, recipient=reminder.recipient_id
    ).exclude(pk=reminder.pk)
    asked = asked.filter(state__in=[Reminder.State.DISPATCHED, Reminder.State.SENT])
    is_again = abs(again_at - reminder.due_at) < SAME_MORNING
    about = again_at if is_again else first_at
    if asked.filter(due_at__range=(about - SAME_MORNING, about + SAME_MORNING)).exists():
        raise NoLongerWanted("They were asked already, before their time zone changed.")
    if not is_again:
        return
    before = asked.filter(due_at__range=(first_at - SAME_MORNING, first_at + SAME_MORNING))
    if not before.filter(claimed_at__lte=timezone.now() - JUST_ASKED).exists():
        raise NoLongerWanted("They were asked just now, or were not to be asked at first.")
