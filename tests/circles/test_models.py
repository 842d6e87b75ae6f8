import pytest

from circles.models import Circle
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    PersonFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def test_facilitated_by_is_what_one_holds_today():
    held = FacilitationFactory()
    FacilitationFactory(person=held.person, ended_on="2021-01-01")
    FacilitationFactory()

    assert list(Circle.objects.facilitated_by(held.person)) == [held.circle]


def test_joined_by_is_where_one_sits_today():
    seat = MembershipFactory()
    MembershipFactory(person=seat.person, left_on="2021-01-01")
    MembershipFactory()

    assert list(Circle.objects.joined_by(seat.person)) == [seat.circle]


def test_visible_are_listed_circles_ones_own_and_all_for_organisers():
    listed, hidden = CircleFactory(), CircleFactory(visibility="hidden")
    member = MembershipFactory(circle=hidden).person
    facilitator = FacilitationFactory(circle=hidden).person
    former = MembershipFactory(circle=hidden, left_on="2021-01-01").person
    retired = FacilitationFactory(circle=hidden, ended_on="2021-01-01").person

    known = {
        person: set(Circle.objects.visible_to(person))
        for person in (PersonFactory(), member, facilitator, former, retired, organiser())
    }

    assert list(known.values()) == [
        {listed},
        {listed, hidden},
        {listed, hidden},
        {listed},
        {listed},
        {listed, hidden},
    ]


def test_with_seats_counts_each_seat_once():
    circle = CircleFactory(capacity=6)
    MembershipFactory.create_batch(2, circle=circle)
    MembershipFactory(circle=circle, left_on="2021-01-01")
    FacilitationFactory.create_batch(3, circle=circle)

    counted = Circle.objects.filter(facilitations__isnull=False).with_seats().distinct().get()

    assert (counted.taken, counted.seats_left) == (2, 4)


def test_names_in_words():
    seat = MembershipFactory.build(circle__name="Night owls", person__name="Ama Mensah")
    held = FacilitationFactory.build(circle__name="Night owls", person__name="Ruth Berg")
    version = FormatVersionFactory.build(format__name="Pairs", number=3)

    assert str(seat) == "Ama Mensah in Night owls"
    assert str(held) == "Ruth Berg for Night owls"
    assert str(version) == "Pairs (version 3)"


def test_agenda_is_the_segments_of_the_definition():
    agenda = [{"name": "Talk", "minutes": 30, "mode": "circle"}]

    assert FormatVersionFactory.build(definition={"agenda": agenda}).agenda == agenda
