"""The days of a programme, and who is told of them when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circles.actions.milestones import (
    add_milestone,
    change_milestone,
    remove_milestone,
    restore_milestone,
)
from circles.actions.programmes import duplicate_programme
from circles.actions.refusals import CannotChange
from circles.models import Programme
from circles.programmes.milestones import days_of, near, own_days, tell_days_in_words
from circles.reminders.milestones import milestone_letter
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from notifications.planner import keep
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    MilestoneFactory,
    ProgrammeFactory,
)

SHOWCASE = date(2026, 3, 30)


def owed():
    rows = Reminder.objects.filter(kind="programme_milestone", state="planned")
    return set(rows.values_list("recipient", "due_at"))


def nine(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture
def seat(db, frozen):
    return MembershipFactory()


def test_days_that_a_programmes_dates_give():
    programme = Programme(
        enrols_from=date(2026, 1, 1),
        enrols_until=date(2026, 1, 31),
        starts_on=date(2026, 2, 1),
        ends_on=date(2026, 8, 1),
    )

    days = days_of(programme, [])

    assert [(day.title, day.on, day.tell_days) for day in days] == [
        ("Enrolment opens", date(2026, 1, 1), ()),
        ("Last day of enrolment", date(2026, 1, 31), ()),
        ("The programme begins", date(2026, 2, 1), (0,)),
        ("Halfway", date(2026, 5, 2), (0,)),
        ("The programme ends", date(2026, 8, 1), (14,)),
    ]
    assert own_days(Programme()) == []
    assert [day.title for day in near(days, date(2026, 7, 20))] == ["The programme ends"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([7, 0], "7 days before and on the day"),
        ([0], "on the day"),
        ([1, 14, 3], "14 days before, 3 days before and 1 day before"),
        ([], ""),
    ],
)
def test_when_people_are_told_in_words(days, words):
    assert tell_days_in_words(days) == words


def test_milestone_is_told_at_nine_on_each_ones_clock(seat, by):
    far = MembershipFactory(circle=seat.circle, person__time_zone="Asia/Tokyo").person
    host = FacilitationFactory(circle=seat.circle).person

    add_milestone(seat.circle.programme, by=by, title="Showcase", on=SHOWCASE)

    moments = [nine(date(2026, 3, 23)), nine(SHOWCASE)]
    assert owed() == {
        *((seat.person_id, at) for at in moments),
        *((host.pk, at) for at in moments),
        *((far.pk, at - timedelta(hours=9)) for at in moments),
    }


def test_moving_removing_and_restoring_take_messages_along(seat, by):
    programme = seat.circle.programme
    milestone = add_milestone(programme, by=by, title="Showcase", on=SHOWCASE, tell_days=[0])

    milestone = change_milestone(milestone, by=by, on=SHOWCASE + timedelta(days=1))
    moved = owed()
    remove_milestone(milestone, by=by)
    removed = owed()
    restore_milestone(milestone, by=by)

    assert moved == owed() == {(seat.person_id, nine(SHOWCASE + timedelta(days=1)))}
    assert removed == set()


def test_newcomer_is_told_and_a_leaver_is_not(seat, by):
    add_milestone(seat.circle.programme, by=by, title="Showcase", on=SHOWCASE, tell_days=[0])
    newcomer = MembershipFactory(circle=seat.circle).person
    seat.circle.memberships.exclude(person=newcomer).update(left_on=date(2026, 3, 10))

    keep("circle", [seat.circle_id])

    assert owed() == {(newcomer.pk, nine(SHOWCASE))}


def test_somebody_in_two_circles_is_told_once(seat, by):
    programme = seat.circle.programme
    MembershipFactory(circle=CircleFactory(programme=programme), person=seat.person)
    add_milestone(programme, by=by, title="Showcase", on=SHOWCASE, words="Bring one thing.")
    first, second = Reminder.objects.filter(due_at=nine(SHOWCASE)).order_by("subject")

    letter = milestone_letter(first)

    assert (letter.heading, letter.paragraphs) == ("Showcase", ["Bring one thing."])
    assert letter.facts == [("Programme", programme.name), ("When", "Monday 30 March 2026")]
    with pytest.raises(NoLongerWanted):
        milestone_letter(second)
    seat.delete()
    assert milestone_letter(second).heading == "Showcase"


def test_milestone_that_was_moved_is_not_told(seat, by):
    milestone = add_milestone(seat.circle.programme, by=by, title="Showcase", on=SHOWCASE)
    reminder = Reminder.objects.get(due_at=nine(SHOWCASE))
    type(milestone).objects.update(on=SHOWCASE + timedelta(days=3))

    with pytest.raises(NoLongerWanted, match="moved"):
        milestone_letter(reminder)


@pytest.mark.django_db
def test_same_milestone_is_not_added_twice(by):
    programme = ProgrammeFactory()
    add_milestone(programme, by=by, title="Showcase", on=SHOWCASE)

    with pytest.raises(CannotChange, match="there already"):
        add_milestone(programme, by=by, title="Showcase", on=SHOWCASE)


@pytest.mark.django_db
def test_copy_has_the_milestones_as_far_from_its_first_day(by):
    programme = ProgrammeFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    MilestoneFactory(programme=programme, title="Showcase", on=SHOWCASE, tell_days=[3])
    MilestoneFactory(programme=programme, removed_at=nine(SHOWCASE))

    copy = duplicate_programme(programme, name="Again", by=by, starts_on=date(2027, 1, 1))
    plain = duplicate_programme(programme, name="Bare", by=by)

    assert (copy.starts_on, copy.ends_on) == (date(2027, 1, 1), date(2027, 6, 30))
    (milestone,) = copy.milestones.all()
    assert (milestone.title, milestone.on, milestone.tell_days) == (
        "Showcase",
        date(2027, 3, 30),
        [3],
    )
    assert (plain.starts_on, plain.milestones.count()) == (None, 0)
