from datetime import UTC, date, datetime

import pytest
import time_machine

from circles.actions import close_circle, reopen_circle
from circles.actions.refusals import CannotChange
from circles.actions.splits import Division, split_circle
from circles.lifecycle.alumni import left_behind_by
from circles.models import Circle, Lineage, Membership, Theme
from notifications.models import Reminder
from tests.circles.conftest import told, trail, url
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    RenewalVoteFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)
LONG_AGO = date(2020, 1, 6)


def seven(**fields):
    circle = CircleFactory(**{"stage": "active", "name": "Night owls"} | fields)
    return circle, MembershipFactory.create_batch(7, circle=circle)


def to_new(seats, **held):
    return Division(moving=[seat.pk for seat in seats], **held)


def test_split_ends_and_begins_seats_on_the_same_day(by):
    circle, seats = seven()
    seats[1].role = "host"
    seats[1].save()

    new = split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    former = list(
        circle.memberships.order_by("pk").values_list("joined_on", "left_on", "stayed_to_end")
    )
    assert former == [(LONG_AGO, TODAY, True)] * 3 + [(LONG_AGO, None, False)] * 4
    began = list(new.memberships.order_by("pk"))
    assert [(seat.person_id, seat.moved_from_id) for seat in began] == [
        (seat.person_id, seat.pk) for seat in seats[:3]
    ]
    assert {(seat.joined_on, seat.left_on) for seat in began} == {(TODAY, None)}
    assert [seat.role for seat in began] == ["member", "host", "member"]
    assert Lineage.objects.filter(ancestor=circle, descendant=new, kind="split", on=TODAY).exists()
    assert trail() == [("split circle", "Night owls")]


def test_first_joining_is_unchanged_by_a_split(by):
    circle, seats = seven()
    before = first_joinings()

    split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    assert first_joinings() == before
    assert set(before.values()) == {LONG_AGO}


def first_joinings():
    days = Membership.objects.order_by("joined_on").values_list("person", "joined_on")
    return dict(reversed(list(days)))


def test_new_circle_is_like_the_old_one_and_begins_forming(by):
    parent = CircleFactory()
    circle, seats = seven(
        parent=parent, visibility="hidden", time_zone="Asia/Tokyo", language="ja", capacity=9
    )
    theme = Theme.objects.create(name="Sleep")
    circle.themes.add(theme)

    new = split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    same = ("programme", "format_version", "parent", "visibility", "time_zone", "language")
    assert [getattr(new, field) for field in same] == [getattr(circle, field) for field in same]
    assert (new.stage, new.capacity, new.term_ends_on, new.started_on) == ("forming", 9, None, None)
    assert list(new.themes.all()) == [theme]


def test_split_out_of_renewal_begins_another_term_of_the_old_circle(by):
    circle, seats = seven(stage="renewal", term_ends_on=date(2026, 3, 31))

    split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    circle.refresh_from_db()
    assert (circle.stage, circle.term_ends_on) == ("active", date(2026, 9, 30))


def test_facilitators_go_where_they_are_sent(by):
    circle, seats = seven()
    both, old, moves = FacilitationFactory.create_batch(3, circle=circle)

    new = split_circle(
        circle,
        name="Larks",
        division=to_new(seats[:3], held_old=[both.pk, old.pk], held_new=[both.pk, moves.pk]),
        by=by,
    )

    held = {
        each: set(each.facilitations.current().values_list("person", flat=True))
        for each in (circle, new)
    }
    assert held[circle] == {both.person_id, old.person_id}
    assert held[new] == {both.person_id, moves.person_id}
    moves.refresh_from_db()
    assert moves.ended_on == TODAY


def test_leave_goes_along_with_the_seat(by):
    circle, seats = seven()
    away = seats[0].leaves.create(began_on=date(2026, 3, 1), back_by=date(2026, 4, 1))
    back = seats[1].leaves.create(began_on=date(2026, 2, 1), back_by=TODAY)

    new = split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    away.refresh_from_db()
    back.refresh_from_db()
    assert (away.ended_on, back.ended_on) == (TODAY, TODAY)
    leaves = [
        (leave.began_on, leave.back_by)
        for seat in new.memberships.all()
        for leave in seat.leaves.all()
    ]
    assert leaves == [(TODAY, date(2026, 4, 1))]


@pytest.mark.parametrize(
    ("fields", "moving", "words"),
    [
        ({"stage": "paused"}, 3, "A circle that is paused cannot be divided."),
        ({"stage": "closed"}, 3, "A circle that is closed cannot be divided."),
        ({"closes_on": TODAY}, 3, "Its closing round is open. Cancel that first."),
        ({}, 2, "Each side needs at least 3 people."),
        ({}, 5, "Each side needs at least 3 people."),
    ],
)
def test_split_is_refused_in_words(by, fields, moving, words):
    circle, seats = seven(**fields)

    with pytest.raises(CannotChange, match=words):
        split_circle(circle, name="Larks", division=to_new(seats[:moving]), by=by)

    assert (Circle.objects.count(), Lineage.objects.count()) == (1, 0)


def test_split_is_refused_while_the_circle_votes_and_with_too_few(by):
    circle, seats = seven(stage="renewal")
    RenewalVoteFactory(circle=circle)
    small = CircleFactory(stage="active")
    few = MembershipFactory.create_batch(5, circle=small)

    for each, some, words in ((circle, seats, "votes on its future"), (small, few, "at least 3")):
        with pytest.raises(CannotChange, match=words):
            split_circle(each, name="Larks", division=to_new(some[:3]), by=by)


def test_split_is_refused_when_the_people_or_the_name_changed(by):
    circle, seats = seven()
    CircleFactory(name="larks")

    with pytest.raises(CannotChange, match="already a circle") as taken:
        split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)
    seats[0].left_on = TODAY
    seats[0].save()
    with pytest.raises(CannotChange, match="The circle has changed"):
        split_circle(circle, name="Doves", division=to_new(seats[:3]), by=by)

    assert taken.value.field == "name"


def test_everyone_hears_of_the_split(by):
    circle, seats = seven()

    new = split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    owed = Reminder.objects.filter(kind="circle_split", subject=f"circle:{new.pk}")
    assert set(owed.values_list("recipient", flat=True)) == {seat.person_id for seat in seats}


def test_reopening_the_old_circle_the_same_day_leaves_those_who_moved(by):
    circle, seats = seven(started_on=LONG_AGO)
    split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)
    close_circle(circle, by=by)

    reopen_circle(circle, by=by)

    assert set(circle.memberships.current()) == set(seats[3:])


def test_who_moved_still_finds_a_hidden_circle_and_an_outsider_does_not(by):
    circle, seats = seven(visibility="hidden")

    split_circle(circle, name="Larks", division=to_new(seats[:3]), by=by)

    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC), tick=False):
        assert list(left_behind_by(seats[0].person)) == [circle]
        assert circle in Circle.objects.visible_to(seats[0].person)
    assert circle not in Circle.objects.visible_to(MembershipFactory().person)


def answers(circle, seats, moving, **more):
    sides = {f"seat_{seat.pk}": "move" if seat in moving else "stay" for seat in seats}
    held = {f"held_{held.pk}": "both" for held in circle.facilitations.current()}
    return {"name": "Larks"} | sides | held | more


def test_facilitator_divides_on_one_page_and_is_warned_of_small_circles(client):
    circle, seats = seven(format_version__size_min=4)
    client.force_login(FacilitationFactory(circle=circle).person)

    asked = client.get(url("split", circle))
    response = client.post(url("split", circle), answers(circle, seats, seats[:3]))

    assert len(asked.context["form"].seat_fields) == 7
    new = Circle.objects.get(name="Larks")
    assert (response.url, new.memberships.count()) == (new.get_absolute_url(), 3)
    assert told(response) == [
        ("success", "“Larks” has come out of “Night owls”. Its people are told."),
        ("warning", "“Larks” has 3 people; its format is made for 4 to 12 people."),
    ]


def test_split_form_counts_the_sides_and_names_who_is_missing(client, by):
    circle, seats = seven()
    client.force_login(by)

    uneven = client.post(url("split", circle), answers(circle, seats, seats[:1]))
    missing = client.post(url("split", circle), answers(circle, seats[1:], seats[1:4]))
    CircleFactory(name="Larks")
    taken = client.post(url("split", circle), answers(circle, seats, seats[:3]))

    words = "Each side needs at least 3 people: 6 would stay and 1 go."
    assert uneven.context["form"].non_field_errors() == [words]
    assert missing.context["form"].errors == {
        f"seat_{seats[0].pk}": [f"Say where {seats[0].person} goes."]
    }
    assert taken.context["form"].errors == {"name": ["There is already a circle with this name."]}


def test_split_page_keeps_what_was_said_when_the_circle_changed(client, by):
    circle, seats = seven(stage="active")
    circle.closes_on = TODAY
    circle.save()
    client.force_login(by)

    response = client.post(url("split", circle), answers(circle, seats, seats[:3]))

    assert response.context["form"].non_field_errors() == [
        "Its closing round is open. Cancel that first."
    ]
