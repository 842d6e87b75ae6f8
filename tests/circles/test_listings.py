"""The database keeps the listings: whatever writes to circles and seats."""

import datetime as dt

import pytest
from django.utils import timezone

from circles.hours import slot_mask, starts_within
from circles.models import Circle, Listing, Membership, Offer
from tests.factories import (
    CircleFactory,
    MembershipFactory,
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def listed(circle):
    return Listing.objects.get(pk=circle.pk)


def offer(circle):
    return Offer.objects.create(
        circle=circle,
        person=PersonFactory(),
        reason="invitation",
        expires_at=timezone.now() + dt.timedelta(days=1),
    )


def test_new_circle_is_listed_with_what_is_searched():
    circle = CircleFactory(name="Owls", language="pt-BR", place="Porto", where="both", capacity=5)

    listing = listed(circle)

    assert (listing.name, listing.stage, listing.language) == ("Owls", "recruiting", "pt")
    assert (listing.place, listing.where, listing.free_seats) == ("Porto", "both", 5)
    assert listing.format == circle.format_version.format
    assert (listing.programme, listing.themes, listing.slot) == (circle.programme, [], None)


def test_seats_and_offers_count_as_they_come_and_go():
    circle = CircleFactory(capacity=5)
    seat = MembershipFactory(circle=circle)
    held = offer(circle)
    assert listed(circle).free_seats == 3

    Membership.objects.filter(pk=seat.pk).update(left_on=dt.date(2026, 1, 1))
    assert listed(circle).free_seats == 4

    Offer.objects.filter(pk=held.pk).update(state="declined", answered_at=timezone.now())
    assert listed(circle).free_seats == 5

    Membership.objects.bulk_create(
        Membership(circle=circle, person=person, joined_on=dt.date(2026, 1, 1))
        for person in PersonFactory.create_batch(6)
    )
    assert listed(circle).free_seats == 0

    Membership.objects.filter(circle=circle).delete()
    assert listed(circle).free_seats == 5


@pytest.mark.parametrize("stage", ["proposed", "paused", "renewal"])
def test_circle_that_takes_nobody_has_no_free_seat(stage):
    assert listed(CircleFactory(stage=stage)).free_seats == 0


def test_closed_and_hidden_circles_are_not_listed():
    circle = CircleFactory()

    for change in ({"stage": "closed"}, {"visibility": "hidden"}):
        Circle.objects.filter(pk=circle.pk).update(**change)
        assert Listing.objects.count() == 0
        Circle.objects.filter(pk=circle.pk).update(stage="active", visibility="public")
        assert Listing.objects.count() == 1


def test_deleted_circle_leaves_no_listing():
    circle = CircleFactory()
    circle.themes.add(ThemeFactory())

    circle.delete()

    assert Listing.objects.count() == 0


def test_themes_are_listed_as_they_are_chosen_and_renamed():
    circle, theme = CircleFactory(), ThemeFactory(name="Öffentlich reden")

    circle.themes.add(theme)
    assert listed(circle).themes == [theme.pk]
    assert "offentlich" in listed(circle).text.words

    theme.name = "Verhandeln"
    theme.save()
    assert "verhandeln" in listed(circle).text.words

    circle.themes.clear()
    assert listed(circle).themes == []


def test_renamed_format_is_found_by_its_new_name():
    circle = CircleFactory()
    its_format = circle.format_version.format

    its_format.name = "Werkstatt"
    its_format.save()

    assert "werkstatt" in listed(circle).text.words


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Mars/Olympus"]
)
def test_slot_is_where_the_clocks_put_it(zone):
    circle = CircleFactory(meets_weekday=6, meets_at=dt.time(23, 30), time_zone=zone)
    minutes = circle.format_version.meeting_minutes
    today = timezone.now().date()

    mask = slot_mask(6, dt.time(23, 30), minutes, zone, today)

    assert starts_within(mask, minutes) == 1 << listed(circle).slot
