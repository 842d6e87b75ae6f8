"""Secret addresses: what a calendar reads there, and when it reads nothing any more."""

from datetime import UTC, datetime, time, timedelta

import pytest
import recurring_ical_events
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from sessions_app.actions.feeds import (
    CannotSubscribe,
    note_reading,
    open_feed,
    replace_feed,
    revoke_feed,
    secret_of,
)
from sessions_app.calendars.page import calendars_of
from sessions_app.models import CalendarFeed, Meeting
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    SeriesFactory,
)


def address_of(feed):
    return reverse("meetings:feed", args=[secret_of(feed)])


def meeting_in(circle, **ahead):
    starts_at = timezone.now().replace(microsecond=0) + timedelta(**ahead)
    return MeetingFactory(circle=circle, starts_at=starts_at)


def read(client, feed, **headers):
    return client.get(address_of(feed), **headers)


def names_in(response):
    return sorted(str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).events)


def series_in(circle, weeks=2, **fields):
    """A weekly series from next week, of which so many meetings are planned."""
    first = timezone.localdate() + timedelta(days=7)
    last = first + timedelta(weeks=weeks - 1)
    series = SeriesFactory(
        circle=circle, starts_on=first, at=time(15), planned_until=last, **fields
    )
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        starts_at = datetime.combine(day, time(15), UTC)
        MeetingFactory(circle=circle, series=series, nominal_on=day, starts_at=starts_at)
    return series


@pytest.mark.django_db
def test_feed_holds_the_meetings_of_all_circles_or_of_one(client, settings):
    seat = MembershipFactory(circle__name="Night owls")
    other = MembershipFactory(circle__name="Early birds", person=seat.person)
    held = FacilitationFactory(circle__name="Held", person=seat.person)
    for circle in (seat.circle, other.circle, held.circle, CircleFactory(name="Foreign")):
        meeting_in(circle, days=3)
    meeting_in(seat.circle, days=-61)
    meeting_in(seat.circle, days=-59)
    off = meeting_in(seat.circle, days=5)
    Meeting.objects.filter(pk=off.pk).update(state="cancelled", recap="Unspeakable")

    everything = read(client, open_feed(seat.person))
    one = read(client, open_feed(seat.person, circle=other.circle))

    assert names_in(everything) == ["Early birds", "Held", *["Night owls"] * 3]
    assert names_in(one) == ["Early birds"]
    assert b"STATUS:CANCELLED" in everything.content
    assert b"Unspeakable" not in everything.content
    assert b"X-WR-CALNAME:Peerloom: Early birds" in one.content
    assert everything["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.django_db
def test_feed_reads_a_series_by_its_rule_for_two_years(client):
    seat = MembershipFactory(circle__stage="active")
    series = series_in(seat.circle)
    ended = series_in(MembershipFactory(circle__stage="active", person=seat.person).circle)
    ended.ended_at = timezone.now()
    ended.save()
    pausing = MembershipFactory(circle__stage="paused", person=seat.person).circle
    series_in(pausing, weeks=1)
    bare = MembershipFactory(circle__stage="active", person=seat.person).circle
    SeriesFactory(circle=bare, ended_at=timezone.now())

    calendar = Calendar.from_ical(read(client, open_feed(seat.person)).content)

    today = timezone.localdate()
    found = recurring_ical_events.of(calendar).between(today, today + timedelta(days=1000))
    days = {}
    for event in found:
        days.setdefault(str(event["SUMMARY"]), []).append(event.start.date())
    assert len(days[series.circle.name]) in (104, 105, 106, 107)
    assert days[series.circle.name][0] == series.starts_on
    assert len(days[ended.circle.name]) == 2
    assert len(days[pausing.name]) == 1
    assert bare.name not in days


@pytest.mark.django_db
def test_who_left_loses_the_circle_at_once(client):
    seat = MembershipFactory()
    meeting_in(seat.circle, days=3)
    series_in(seat.circle)
    whole, one = open_feed(seat.person), open_feed(seat.person, circle=seat.circle)
    seat.left_on = timezone.localdate()
    seat.save()

    assert names_in(read(client, whole)) == names_in(read(client, one)) == []


@pytest.mark.django_db
def test_unknown_revoked_and_ownerless_addresses_are_not_found(client):
    feed = open_feed(PersonFactory())
    gone = open_feed(PersonFactory(left_on=timezone.localdate()))
    address = address_of(feed)
    assert client.get(address).status_code == 200

    former = replace_feed(feed)
    revoke_feed(former)

    for dead in (address, address_of(former), address_of(gone), address_of(feed)[:-6] + "x.ics"):
        assert client.get(dead).status_code == 404
    assert CalendarFeed.objects.filter(person=feed.person, revoked_at=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_feed_queries_do_not_grow_and_an_unchanged_one_is_not_sent(
    client, count, django_assert_num_queries
):
    seat = MembershipFactory()
    for number in range(count):
        meeting_in(seat.circle, days=number + 1)
    feed = open_feed(seat.person)
    series_in(seat.circle)
    # The feed with its person and circle, meetings, series, when it was read.
    with django_assert_num_queries(4):
        first = read(client, feed)
    again = read(client, feed, headers={"if-none-match": first["ETag"]})
    meeting_in(seat.circle, days=30)
    changed = read(client, feed, headers={"if-none-match": first["ETag"]})

    assert len(Calendar.from_ical(first.content).events) == count + 1
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.django_db
def test_reading_is_noted_once_an_hour():
    feed = open_feed(PersonFactory())
    note_reading(feed)
    feed.refresh_from_db()
    noted = feed.read_at

    note_reading(feed)
    feed.refresh_from_db()
    assert feed.read_at == noted

    CalendarFeed.objects.update(read_at=noted - timedelta(hours=2))
    note_reading(feed)
    feed.refresh_from_db()
    assert feed.read_at > noted


@pytest.mark.django_db
def test_page_makes_shows_replaces_and_revokes(client):
    seat = MembershipFactory(circle__name="Night owls")
    client.force_login(seat.person)
    page, new = reverse("meetings:calendars"), reverse("meetings:feed_open")
    assert client.get(page).content.count(b"Make an address") == 2

    client.post(new, {"circle": seat.circle.pk})
    response = client.post(new, follow=True)
    whole, one = response.context["calendars"]
    assert f'value="{whole.address}"' in response.content.decode()
    assert whole.webcal.startswith("webcal://")
    assert b"No calendar has read it yet." in response.content
    client.get(f"/{whole.address.split('/', 3)[3]}")

    client.post(reverse("meetings:feed_replace", args=[one.feed.pk]))
    client.post(reverse("meetings:feed_revoke", args=[whole.feed.pk]))
    whole_now, one_now = calendars_of(seat.person)
    assert whole_now.feed is None
    assert whole_now.address == ""
    assert one_now.address != one.address
    for name in ("feed_replace", "feed_revoke"):
        shown = client.get(reverse(f"meetings:{name}", args=[one_now.feed.pk]))
        assert shown.context["feed"] == one_now.feed


@pytest.mark.django_db
def test_nobody_subscribes_to_a_circle_of_others(client):
    seat = MembershipFactory()
    feed = open_feed(seat.person, circle=seat.circle)
    seat.left_on = timezone.localdate()
    seat.save()
    client.force_login(seat.person)

    asked = client.post(reverse("meetings:feed_open"), {"circle": seat.circle.pk}, follow=True)
    client.post(reverse("meetings:feed_replace", args=[feed.pk]))

    assert "Only people with a seat" in asked.content.decode()
    assert CalendarFeed.objects.active().get() == feed
    with pytest.raises(CannotSubscribe):
        open_feed(PersonFactory(), circle=seat.circle)
