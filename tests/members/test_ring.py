import math
from itertools import combinations

import pytest

from members import ring


def people(count, **marks):
    return [ring.Person(f"Person{n} Family", f"P{n}", **marks) for n in range(count)]


@pytest.mark.parametrize("capacity", range(1, 21))
@pytest.mark.parametrize("with_facilitator", [False, True])
def test_seats_never_touch_and_stay_in_the_frame(capacity, with_facilitator):
    guide = [ring.Person("Dana Okafor", "DO", is_facilitator=True)] if with_facilitator else []

    drawn = ring.seat([*people(capacity // 2), *guide], capacity=capacity)

    assert len(drawn.seats) == capacity + len(guide)
    for one, other in combinations(drawn.seats, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > one.radius + other.radius
    for seat in drawn.seats:
        assert seat.radius <= seat.x <= drawn.width - seat.radius
        assert seat.radius <= seat.y <= drawn.height - seat.radius
        assert not seat.label or seat.label_y <= drawn.height


def test_first_person_sits_at_the_top():
    drawn = ring.seat(people(4), capacity=4)

    top = drawn.seats[0]
    assert (top.person.initials, top.x, top.y) == ("P0", 160, 160 - drawn.radius)


def test_free_seats_follow_the_members_and_one_of_them_says_so():
    drawn = ring.seat(people(3), capacity=6)

    assert [seat.person is None for seat in drawn.seats] == [False] * 3 + [True] * 3
    assert [seat.label for seat in drawn.seats[3:]] == ["a free seat", "", ""]
    assert drawn.free == 3


def test_facilitator_faces_the_top_and_takes_no_seat():
    guide = ring.Person("Dana Okafor", "DO", is_facilitator=True)

    drawn = ring.seat([guide, *people(5)], capacity=7)

    bottom = max(drawn.seats, key=lambda seat: seat.y)
    assert bottom.person == guide
    assert (len(drawn.seats), drawn.free) == (8, 2)


def test_more_people_than_seats_are_all_seated():
    drawn = ring.seat(people(9), capacity=7)

    assert [seat.person.initials for seat in drawn.seats] == [f"P{n}" for n in range(9)]
    assert drawn.free == 0


def test_a_large_circle_shows_initials_only():
    drawn = ring.seat(people(13), capacity=13)

    assert [seat.label for seat in drawn.seats] == [""] * 13


@pytest.mark.parametrize(("places", "label"), [(8, "Bartholomä…"), (9, "Bartholo…")])
def test_a_long_name_is_shortened_to_its_room(places, label):
    person = ring.Person("Bartholomäus Šimečková", "BŠ")

    drawn = ring.seat([person], capacity=places)

    assert drawn.seats[0].label == label


def test_title_says_who_has_which_part():
    members = [
        ring.Person("Ama Mensah", "AM", is_viewer=True, is_presenter=True),
        ring.Person("Joon Kim", "JK", is_host=True),
        ring.Person("Dana Okafor", "DO", is_facilitator=True),
    ]

    drawn = ring.seat(members, capacity=3)

    assert drawn.title == (
        "2 members around the ring, 1 free seat; Joon hosts; Ama presents; Dana facilitates"
    )
    assert drawn.description == "Ama Mensah (you), Joon Kim, Dana Okafor (facilitator)"
    assert (drawn.hosts, drawn.presenters, drawn.facilitators) == (["Joon"], ["Ama"], ["Dana"])


def test_an_empty_circle_says_so():
    drawn = ring.seat([], capacity=5)

    assert drawn.title == "0 members around the ring, 5 free seats"
    assert drawn.description == "Nobody is seated yet."


def test_a_circle_without_seats_is_an_empty_ring():
    drawn = ring.seat([], capacity=0)

    assert drawn.seats == []
