"""Who is asked how it goes, when, and what the letter checks again."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from circles.models import Membership
from circles.reminders.follow_ups import ASKED, all_seats, seats_of, wanted
from notifications import planner
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from tests.circles.conftest import NOON
from tests.factories import (
    CircleFactory,
    MembershipFactory,
    OutcomeFollowUpFactory,
    PersonFactory,
)

# Three months before the frozen 10 March 2026.
JOINED = date(2025, 12, 10)
MORNING = datetime(2026, 3, 10, 9, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def seated(**fields):
    fields = {"circle__started_on": JOINED, "joined_on": JOINED} | fields
    return MembershipFactory(**fields)


def asked_about(*seats):
    return {row.subject_id for row in wanted([seat.pk for seat in seats])}


def planned(seat):
    rows = Reminder.objects.filter(subject=f"membership:{seat.pk}", state="planned")
    return list(rows.order_by("due_at").values_list("due_at", flat=True))


def reminder(seat, due_at=MORNING, **fields):
    return Reminder.objects.create(
        kind=ASKED, subject=f"membership:{seat.pk}", recipient=seat.person, due_at=due_at, **fields
    )


def test_six_moments_each_asked_twice_with_two_queries(django_assert_num_queries):
    seats = [seated(), seated(), seated()]

    with django_assert_num_queries(2):  # what was said, seats with their people
        rows = list(wanted([seat.pk for seat in seats]))

    assert len(rows) == 3 * 12
    assert rows[0] == (rows[0].subject_id, rows[0].recipient_id, MORNING)
    assert rows[1].due_at == MORNING + timedelta(days=10)


def test_answered_and_skipped_moments_are_not_asked():
    seat = seated()
    OutcomeFollowUpFactory(membership=seat, months=3)
    OutcomeFollowUpFactory(membership=seat, months=6, answered_at=None, skipped_at=NOON)

    assert [row.due_at.date() for row in wanted([seat.pk])][:2] == [
        date(2026, 9, 10),
        date(2026, 9, 20),
    ]

    OutcomeFollowUpFactory(membership=seat, months=9, is_last=True)

    assert list(wanted([seat.pk])) == []


def test_alumni_are_asked_and_who_left_the_organisation_is_not():
    left = seated(left_on=date(2026, 2, 1))
    closed = seated(circle__stage="closed", left_on=date(2026, 2, 1), stayed_to_end=True)
    gone = seated(person__left_on=date(2026, 6, 10))

    assert asked_about(left, closed) == {left.pk, closed.pk}
    # Only what was due before their last day; that day itself is no more.
    assert [row.due_at for row in wanted([gone.pk])] == [MORNING, MORNING + timedelta(days=10)]


def test_who_looked_in_for_some_days_or_at_what_never_began_is_not_asked():
    short = seated(left_on=JOINED + timedelta(days=27))
    undone = seated(left_on=JOINED)
    never = seated(circle__stage="closed", circle__started_on=None, left_on=date(2026, 2, 1))

    assert asked_about(short, undone, never) == set()


def test_chain_is_asked_about_its_first_seat_only():
    first = seated(left_on=JOINED + timedelta(days=5), stayed_to_end=True)
    moved = seated(person=first.person, moved_from=first, joined_on=first.left_on)
    back = seated(person=first.person, circle=first.circle, joined_on=date(2026, 3, 1))

    assert asked_about(first, moved, back) == {first.pk}
    assert list(seats_of([moved.circle_id])) == [first.pk, moved.pk]
    assert list(all_seats()) == [first.pk]


def test_what_happens_to_a_circle_reaches_the_follow_ups_of_its_seats():
    seat = seated()

    planner.keep("circle", [seat.circle_id])

    assert planned(seat)[:2] == [MORNING, MORNING + timedelta(days=10)]

    Membership.objects.filter(pk=seat.pk).update(left_on=JOINED)
    planner.keep("circle", [seat.circle_id])

    assert planned(seat) == []


def test_history_does_not_flood(django_assert_num_queries):
    # Every month of three years; none is owed more than one question and its reminder by now.
    days = [JOINED - timedelta(days=30 * months) for months in range(-2, 34)]
    circle = CircleFactory(started_on=days[-1])
    people = PersonFactory.create_batch(len(days))
    Membership.objects.bulk_create(
        Membership(circle=circle, person=person, joined_on=day)
        for person, day in zip(people, days, strict=True)
    )

    # Seats, what was said about them, their people, reminders there are, planning.
    with django_assert_num_queries(5):
        planner.keep("membership", Membership.objects.values_list("pk", flat=True))

    now = Reminder.objects.filter(kind=ASKED, due_at__lte=NOON)
    assert max(Counter(now.values_list("recipient", flat=True)).values()) <= 2
    assert not now.filter(due_at__lt=NOON - timedelta(days=30)).exists()
    before = Membership.objects.filter(joined_on__lt=NOON.date() - timedelta(days=31 * 26))
    subjects = [f"membership:{pk}" for pk in before.values_list("pk", flat=True)]
    assert len(subjects) > 3
    assert not Reminder.objects.filter(subject__in=subjects).exists()


def test_letter_says_what_is_asked_and_until_when():
    seat = seated(circle__name="Night owls")

    letter = compose(reminder(seat))

    assert letter.subject == "How does it go, 3 months after you joined Night owls?"
    assert letter.facts == [("Open until", "Tuesday 9 June 2026")]
    assert letter.button_url.endswith(f"/follow-ups/{seat.pk}/")


@pytest.mark.parametrize(
    "change",
    [
        lambda seat: OutcomeFollowUpFactory(membership=seat),
        lambda seat: OutcomeFollowUpFactory(
            membership=seat, answered_at=None, skipped_at=NOON, months=6, is_last=True
        ),
        lambda seat: Membership.objects.filter(pk=seat.pk).update(left_on=JOINED),
        lambda seat: type(seat.person).objects.update(left_on=NOON.date()),
        lambda seat: type(seat.person).objects.update(is_active=False),
        lambda seat: seat.delete(),
    ],
    ids=["answered", "stopped", "undone", "left", "locked out", "gone"],
)
def test_letter_is_withdrawn_when_the_facts_changed(change):
    seat = seated()
    owed = reminder(seat)

    change(seat)

    with pytest.raises(NoLongerWanted):
        compose(owed)


def test_letter_that_comes_after_the_next_moment_is_withdrawn():
    owed = reminder(seated())

    with time_machine.travel(datetime(2026, 6, 10, 9, tzinfo=UTC)), pytest.raises(NoLongerWanted):
        compose(owed)


def test_nobody_is_asked_twice_because_their_time_zone_changed():
    seat = seated()
    reminder(seat, MORNING - timedelta(hours=8), state="sent", sent_at=NOON, claimed_at=NOON)

    with pytest.raises(NoLongerWanted, match="asked already"):
        compose(reminder(seat))


@pytest.mark.parametrize(
    ("asked_days_ago", "is_asked_again"), [(10, True), (3, False), (None, False)]
)
def test_reminder_comes_some_days_after_the_question(asked_days_ago, is_asked_again):
    seat = seated(joined_on=date(2025, 11, 28))
    first = datetime(2026, 2, 28, 9, tzinfo=UTC)
    if asked_days_ago:
        at = NOON - timedelta(days=asked_days_ago)
        reminder(seat, first, state="sent", sent_at=at, claimed_at=at)
    again = reminder(seat, first + timedelta(days=10))

    try:
        asked = bool(compose(again))
    except NoLongerWanted:
        asked = False

    assert asked == is_asked_again
