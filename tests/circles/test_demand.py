import pytest
from django.urls import reverse

from circles.actions import CannotChange
from circles.actions.demand import meet_demand
from circles.actions.offers import accept_offer, decline_offer
from circles.actions.waitlist import join_waitlist
from circles.joining.demand import demands_of
from circles.models import Circle, Format, FormatVersion, Offer, Theme
from notifications.models import Reminder
from tests.factories import (
    CircleFactory,
    MembershipFactory,
    PersonFactory,
    WaitlistEntryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(programme):
    """A full career circle, a format that begins with six."""
    version = FormatVersion.objects.get(format__key="career_circle")
    circle = CircleFactory(
        programme=programme, format_version=version, capacity=3, time_zone="Europe/Berlin"
    )
    MembershipFactory.create_batch(3, circle=circle)
    circle.themes.add(Theme.objects.create(name="Leading a team"))
    return circle


def summary(programme):
    return [(demand.format.key, demand.people) for demand in demands_of(programme)]


def test_demand_stands_when_as_many_wait_as_the_format_needs(programme, full):
    WaitlistEntryFactory.create_batch(5, circle=full)
    assert summary(programme) == []

    WaitlistEntryFactory(circle=full)

    assert summary(programme) == [("career_circle", 6)]


def test_demand_counts_people_once_and_not_who_is_offered_such_a_seat(programme, full):
    people = PersonFactory.create_batch(6)
    other = CircleFactory(programme=programme, format_version=full.format_version, capacity=3)
    for circle in (full, other):
        for person in people:
            WaitlistEntryFactory(circle=circle, person=person)
    assert summary(programme) == [("career_circle", 6)]

    Circle.objects.filter(pk=other.pk).update(capacity=4)
    meet_demand_offer = other.offers.create(
        person=people[0], reason="waitlist", expires_at="2099-01-01T00:00Z"
    )

    assert (summary(programme), meet_demand_offer.is_open) == ([], True)


def test_nobody_waits_for_a_hub_of_circles(programme):
    version = FormatVersion.objects.get(format__key="expert_hub")
    hub = CircleFactory(programme=programme, format_version=version)
    WaitlistEntryFactory.create_batch(3, circle=hub)

    assert summary(programme) == []


def test_organisers_get_one_mail_a_demand(programme, full, by):
    for person in PersonFactory.create_batch(8):
        join_waitlist(full, person=person)

    assert [owed.recipient for owed in Reminder.objects.filter(kind="waitlist_demand")] == [by]


def test_meeting_a_demand_offers_the_seats_in_order(programme, full, by):
    entries = WaitlistEntryFactory.create_batch(9, circle=full)

    circle = meet_demand(programme, Format.objects.get(key="career_circle"), by=by)

    assert (circle.name, circle.capacity, circle.time_zone) == (
        "Career circle 1",
        8,
        "Europe/Berlin",
    )
    assert [theme.name for theme in circle.themes.all()] == ["Leading a team"]
    offered = circle.offers.open().order_by("pk").values_list("person", flat=True)
    assert list(offered) == [entry.person_id for entry in entries[:8]]
    assert full.waitlist.waiting().count() == 9
    with pytest.raises(CannotChange, match="Not enough people wait"):
        meet_demand(programme, Format.objects.get(key="career_circle"), by=by)


def test_place_in_the_old_line_ends_with_accepting_and_not_with_declining(programme, full, by):
    entries = WaitlistEntryFactory.create_batch(6, circle=full)
    circle = meet_demand(programme, Format.objects.get(key="career_circle"), by=by)
    first, second = circle.offers.order_by("pk")[:2]

    accept_offer(first)
    decline_offer(second)

    ends = {entry.person_id: entry.end for entry in full.waitlist.all()}
    assert [ends[entry.person_id] for entry in entries[:3]] == ["seated", "", ""]


def test_button_on_the_programmes_page_sets_the_circle_up(client, programme, full, by):
    WaitlistEntryFactory.create_batch(6, circle=full)
    client.force_login(by)
    page = client.get(programme.get_absolute_url()).content.decode()
    url = reverse("circles:demand_meet", args=[programme.pk, "career_circle"])

    answers = [client.post(url) for _ in range(2)]

    assert page.count("6 people wait for another career circle") == 1
    new = Circle.objects.exclude(pk=full.pk).get()
    assert [answer["Location"] for answer in answers] == [
        new.get_absolute_url(),
        programme.get_absolute_url(),
    ]
    assert Offer.objects.open().count() == 6
