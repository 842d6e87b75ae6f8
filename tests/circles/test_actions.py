from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError

from circles.actions import (
    MOVES,
    CannotChange,
    change_circle,
    close_circle,
    create_circle,
    join_circle,
    leave_circle,
    move_circle,
    reopen_circle,
)
from circles.models import Circle, Format, FormatVersion
from members.models import AuditEntry
from tests.circles.conftest import NOON, trail
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    ready_circle,
)

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
Stage = Circle.Stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def start(programme, by, **fields):
    decided = {
        "name": "Night owls",
        "programme": programme,
        "purpose": "For shift leads",
        "capacity": 8,
        "time_zone": "Europe/Berlin",
        "visibility": "public",
    } | fields
    return create_circle(of_format=Format.objects.get(key="career_circle"), by=by, **decided)


def test_new_circle_recruits_with_the_newest_version(programme, by):
    newest = FormatVersionFactory(format=Format.objects.get(key="career_circle"), number=2)

    circle = start(programme, by)

    circle.refresh_from_db()
    assert (circle.name, circle.stage, circle.format_version) == (
        "Night owls",
        Stage.RECRUITING,
        newest,
    )
    assert trail() == [("created circle", "Night owls")]


def test_new_circle_needs_a_format_of_the_programme(programme, by):
    programme.formats.set([Format.objects.get(key="mastermind")])

    with pytest.raises(CannotChange) as refusal:
        start(programme, by)

    assert str(refusal.value) == f"“{programme}” has no circles of the format “Career circle”."
    assert refusal.value.field == "of_format"


def test_new_circle_that_loses_the_race_for_its_name_is_told(programme, by):
    CircleFactory(name="NIGHT OWLS")

    with pytest.raises(CannotChange) as refusal:
        start(programme, by)

    assert str(refusal.value) == "There is already a circle with this name."
    assert refusal.value.field == "name"


def test_other_broken_constraints_are_not_mistaken_for_the_name(programme, by):
    with pytest.raises(IntegrityError, match="circle_seats_3_to_30"):
        start(programme, by, capacity=2)


def test_change_writes_what_is_different(by):
    circle = CircleFactory(name="Old", purpose="Same")

    changed = change_circle(circle, by=by, name="New", purpose="Same")

    changed.refresh_from_db()
    assert changed.name == "New"
    assert AuditEntry.objects.get().detail == {"circle": circle.pk, "fields": ["name"]}


def test_change_of_nothing_leaves_no_trace(by):
    circle = CircleFactory(purpose="Same", stage=Stage.CLOSED)

    change_circle(circle, by=by, purpose="Same")

    assert trail() == []


def test_capacity_never_goes_under_the_seats_taken(by):
    circle = CircleFactory(capacity=6)
    MembershipFactory.create_batch(4, circle=circle)
    MembershipFactory(circle=circle, left_on=YESTERDAY)

    assert change_circle(circle, by=by, capacity=4).capacity == 4
    with pytest.raises(CannotChange) as refusal:
        change_circle(circle, by=by, capacity=3)

    words = "4 people have a seat, so there cannot be fewer seats than that."
    assert (str(refusal.value), refusal.value.field) == (words, "capacity")


def test_closed_circle_does_not_change(by):
    circle = CircleFactory(stage=Stage.CLOSED)

    with pytest.raises(CannotChange, match="This circle is closed"):
        change_circle(circle, by=by, name="New")


def test_circle_moves_only_to_a_programme_with_its_format(programme, by):
    version = FormatVersion.objects.get(format=programme.formats.get())
    fitting = CircleFactory(format_version=version)
    other = CircleFactory()

    assert change_circle(fitting, by=by, programme=programme).programme == programme
    with pytest.raises(CannotChange) as refusal:
        change_circle(other, by=by, programme=programme)

    assert refusal.value.field == "programme"


def test_change_that_loses_the_race_for_a_name_is_told(by):
    CircleFactory(name="Night owls")

    with pytest.raises(CannotChange, match="already a circle"):
        change_circle(CircleFactory(), by=by, name="night owls")


EVERY_MOVE = [(before, after) for before in Stage.values for after in Stage.values]


@pytest.mark.parametrize(("before", "after"), EVERY_MOVE)
def test_stages_follow_their_order(by, before, after):
    circle = ready_circle() if before == Stage.FORMING else CircleFactory(stage=before)

    if after == before or after in MOVES[before]:
        assert move_circle(circle, after, by=by).stage == after
    else:
        with pytest.raises(CannotChange):
            move_circle(circle, after, by=by)
        circle.refresh_from_db()
        assert circle.stage == before


def test_moves_lead_from_proposal_to_meeting():
    steps = {(before, after) for before, moves in MOVES.items() for after in moves}

    assert steps == {
        ("recruiting", "forming"),
        ("forming", "recruiting"),
        ("forming", "active"),
    }


def test_first_meeting_stage_notes_the_day(by):
    circle = ready_circle()

    move_circle(circle, "active", by=by)

    circle.refresh_from_db()
    assert (circle.stage, circle.started_on) == (Stage.ACTIVE, TODAY)
    entry = AuditEntry.objects.get()
    assert entry.detail == {"circle": circle.pk, "before": "forming", "after": "active"}


def test_moving_twice_leaves_one_entry(by):
    circle = CircleFactory(stage=Stage.RECRUITING)

    move_circle(circle, "forming", by=by)
    move_circle(circle, "forming", by=by)

    assert trail() == [("moved circle", circle.name)]


def test_closing_ends_every_seat_today(by):
    circle = CircleFactory(stage=Stage.ACTIVE, started_on=date(2025, 1, 1))
    stayed = MembershipFactory(circle=circle, joined_on=date(2025, 1, 1))
    coming = MembershipFactory(circle=circle, joined_on=TOMORROW)
    gone = MembershipFactory(circle=circle, joined_on=date(2025, 1, 1), left_on=YESTERDAY)
    held = FacilitationFactory(circle=circle)

    close_circle(circle, by=by)

    for row in (circle, stayed, coming, gone, held):
        row.refresh_from_db()
    assert (circle.stage, circle.ended_on) == (Stage.CLOSED, TODAY)
    assert (stayed.left_on, stayed.stayed_to_end) == (TODAY, True)
    assert (coming.left_on, coming.stayed_to_end) == (TOMORROW, True)
    assert (gone.left_on, gone.stayed_to_end) == (YESTERDAY, False)
    assert held.ended_on is None
    assert trail() == [("closed circle", circle.name)]


def test_closing_twice_changes_nothing(by):
    circle = CircleFactory()
    close_circle(circle, by=by)

    with time_machine.travel(NOON + timedelta(days=3)):
        again = close_circle(circle, by=by)

    assert again.ended_on == TODAY
    assert trail() == [("closed circle", circle.name)]


def test_closing_before_an_imported_first_day(by):
    circle = CircleFactory(started_on=TOMORROW)

    assert close_circle(circle, by=by).ended_on == TOMORROW


def test_reopening_the_same_day_gives_back_the_seats_of_those_who_stayed(by):
    circle = CircleFactory(stage=Stage.ACTIVE, started_on=date(2025, 1, 1))
    stayed = MembershipFactory(circle=circle)
    left = MembershipFactory(circle=circle)
    leave_circle(circle, person=left.person)
    close_circle(circle, by=by)

    reopened = reopen_circle(circle, by=by)

    stayed.refresh_from_db()
    assert (reopened.stage, reopened.ended_on) == (Stage.PAUSED, None)
    assert list(circle.memberships.current()) == [stayed]
    assert stayed.stayed_to_end is False
    assert trail()[-1] == ("reopened circle", circle.name)


def test_reopening_later_leaves_the_seats_ended(by):
    circle = CircleFactory()
    MembershipFactory(circle=circle)
    close_circle(circle, by=by)

    with time_machine.travel(NOON + timedelta(days=1)):
        reopened = reopen_circle(circle, by=by)

    assert (reopened.stage, reopened.memberships.current().count()) == (Stage.RECRUITING, 0)


def test_reopening_an_imported_circle_without_a_last_day(by):
    circle = CircleFactory(stage=Stage.CLOSED)

    assert reopen_circle(circle, by=by).stage == Stage.RECRUITING


def test_reopening_twice_changes_nothing(by):
    circle = CircleFactory(stage=Stage.CLOSED, started_on=date(2025, 1, 1))
    reopen_circle(circle, by=by)

    assert reopen_circle(circle, by=by).stage == Stage.PAUSED
    assert trail() == [("reopened circle", circle.name)]


def test_coming_back_to_a_reopened_circle_is_no_longer_the_end(by):
    circle = CircleFactory()
    seat = MembershipFactory(circle=circle, left_on=TODAY, stayed_to_end=True)

    back = join_circle(circle, person=seat.person)

    assert (back.pk, back.left_on, back.stayed_to_end) == (seat.pk, None, False)
