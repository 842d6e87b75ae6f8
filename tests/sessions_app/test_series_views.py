from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from sessions_app.actions import cancel_meeting, change_meeting
from sessions_app.actions.series import end_series, plan_series
from sessions_app.forms.series import SeriesForm
from sessions_app.models import Meeting, MeetingDefaults, Series
from sessions_app.planning import series_proposal
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 28, 10, 0, tzinfo=UTC)  # A Monday.
THURSDAY = datetime(2026, 10, 1, 15, 0)
HTMX = {"HX-Request": "true"}
ASKED = {
    "day": "2026-10-01",
    "time": "15:00",
    "minutes": "60",
    "rhythm": "weekly_then_monthly",
    "first_many": "3",
    "ends": "count",
    "count": "5",
    "on_holiday": "shift",
    "country": "DE",
    "region": "Bayern",
    "days_off": "2026-10-08 to 2026-10-09\n2026-11-05",
    "place": "Room 1",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(client):
    """A facilitator in New York, signed in, with a circle in Berlin."""
    held = FacilitationFactory(
        circle__time_zone="Europe/Berlin",
        circle__stage="active",
        person__time_zone="America/New_York",
    )
    client.force_login(held.person)
    return held


def planned(held, *rules, **fields):
    asked = {"starts": THURSDAY, "minutes": 60} | fields
    rules = list(rules or ["FREQ=WEEKLY;BYDAY=TH;COUNT=6"])
    return plan_series(held.circle, by=held.person, rules=rules, **asked)


def at(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response):
    return " ".join(response.content.decode().split())


def test_planning_a_series_answers_with_its_page(client, held):
    response = client.post(at("series_new", held.circle.pk), ASKED)

    series = Series.objects.order_by("pk").first()
    assert response["Location"] == at("series", series.pk)
    assert said(response) == [
        "Planned: Every Thursday at 15:00 in Berlin, 3 times, then on the third Thursday of every "
        "month, 2 times."
    ]
    days = Meeting.objects.order_by("starts_at").values_list("held_on", flat=True)
    # The 8th and 9th are days off, the weekend follows: Monday.
    assert list(days) == [
        date(2026, 10, 1),
        date(2026, 10, 12),
        date(2026, 10, 15),
        date(2026, 11, 19),
        date(2026, 12, 17),
    ]
    assert (series.holidays_of, series.on_holiday, len(series.days_off)) == ("DE-BY", "shift", 3)


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"count": ""}, "count", "Say how many meetings."),
        ({"count": "0"}, "count", None),
        ({"ends": "until", "until": ""}, "until", "Say on which day."),
        (
            {"ends": "until", "until": "2026-09-30"},
            "until",
            "Choose a day after the first meeting.",
        ),
        ({"country": ""}, "country", "Choose the country that it is a part of."),
        ({"region": "Atlantis"}, "region", "We know no such part of this country."),
        (
            {"days_off": "Christmas"},
            "days_off",
            "“Christmas” is not a day. Write it as 2026-12-24.",
        ),
        ({"days_off": "2026-02-31"}, "days_off", None),
        ({"days_off": "2026-02-03 to 2026-02-01"}, "days_off", None),
        ({"days_off": "2025-01-01 to 2025-03-30\n2026-01-01 to 2026-03-30"}, "days_off", None),
        ({"rhythm": ""}, "rhythm", "Choose how often you meet."),
        ({"rhythm": "same"}, "rhythm", None),
        ({"first_many": "99"}, "first_many", None),
        ({"minutes": "5"}, "minutes", None),
    ],
)
def test_error_stands_at_its_field(typed, field, error):
    form = SeriesForm(ASKED | typed, zone=ZoneInfo("Europe/Berlin"))

    assert list(form.errors) == [field]
    assert error is None or form.errors[field] == [error]


def test_what_was_typed_stays_with_the_error(client, held):
    response = client.post(at("series_new", held.circle.pk), ASKED | {"day": "2026-09-20"})

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors["rhythm"] == ["That day has passed. Choose a later one."]
    assert form["place"].value() == "Room 1"
    assert not Series.objects.exists()


def test_dates_show_while_one_types(client, held):
    MeetingFactory(circle=held.circle, starts_at=datetime(2026, 10, 15, 13, 30, tzinfo=UTC))

    response = client.post(at("series_dates", held.circle.pk), ASKED, headers=HTMX)

    preview = response.context["preview"]
    words = text(response)
    assert words.count("<html") == 0
    assert response["Vary"].count("HX-Request") == 1
    assert [day.day.day for day in preview.days] == [1, 12, 15, 19, 17]
    assert "Thu 1 Oct 2026, 15:00</time><small> · Thu 09:00 your time" in words
    assert "instead of Thu 8 Oct: a day off" in words
    assert words.count("left out: the circle already meets then") == 1
    assert not Series.objects.exists()


def test_dates_show_skipped_holidays_problems_and_nothing_yet(client, held):
    address = at("series_dates", held.circle.pk)

    skipping = client.post(address, ASKED | {"on_holiday": "skip"}, headers=HTMX)
    past = client.post(address, ASKED | {"day": "2020-01-31"}, headers=HTMX)
    nothing = client.post(address, {}, headers=HTMX)
    whole = client.post(address, ASKED)

    assert "Left out: Thu 8 Oct (a day off)." in text(skipping)
    assert "That day has passed. Choose a later one." in text(past)
    assert "Fill in the day, the time and how often" in text(nothing)
    # Without JavaScript the same button answers with the page and what was typed.
    assert (whole.status_code, whole.context["form"]["place"].value()) == (200, "Room 1")
    assert "instead of Thu 8 Oct" in text(whole)


@pytest.mark.parametrize("count", [1, 4])
def test_series_page_queries_do_not_grow(client, held, count, django_assert_num_queries):
    series = planned(held, f"FREQ=WEEKLY;BYDAY=TH;COUNT={count}")

    # User, series, its chain, the count of meetings, the meetings, the days that have one, circles
    # held, roles.
    with django_assert_num_queries(8):
        response = client.get(at("series", series.pk))

    assert len(response.context["meetings"]) == count
    assert f"Every Thursday at 15:00 in Berlin, {'once' if count == 1 else '4 times'}" in text(
        response
    )


def test_series_page_says_what_is_left_out_and_when_its_zone_is_gone(client, held):
    MeetingFactory(circle=held.circle, starts_at=datetime(2026, 10, 15, 13, 30, tzinfo=UTC))
    series = planned(held, on_holiday="skip", days_off=[date(2026, 10, 22)])

    words = text(client.get(at("series", series.pk)))
    Series.objects.update(time_zone="Mars/Olympus")
    lost = text(client.get(at("series", series.pk)))

    assert "<span>22 October</span> <small>a day off" in words
    assert "<span>15 October</span> <small>the circle already meets then" in words
    assert "no longer known here" not in words
    assert "is no longer known here" in lost


def test_changing_a_series_asks_first_and_says_what_becomes_of_answers(client, held):
    series = planned(held)
    meetings = list(Meeting.objects.order_by("starts_at"))
    AttendanceFactory(meeting=meetings[2], rsvp="going")
    change_meeting(meetings[1], starts=datetime(2026, 10, 9, 9), minutes=60)
    address = at("series_edit", series.pk)
    initial = client.get(address).context["form"].initial
    typed = {name: value for name, value in initial.items() if value} | {"time": "16:00"}

    asked = client.post(address, typed)
    again = client.post(address, typed | {"again": "1"})
    confirmed = client.post(address, typed | {"confirmed": "1"})

    words = text(asked)
    assert "Every Thursday at 16:00 in Berlin, 6 times" in words
    assert "Five meetings move to another time." in words
    assert "One answer was for an old time: that person is asked again." in words
    assert "One meeting was set by hand and stays where it is." in words
    assert '<input type="hidden" name="time" value="16:00">' in words
    assert str(again.context["form"]["time"].value()) == "16:00"
    assert confirmed["Location"] == at("series", series.pk)
    assert Meeting.objects.get(pk=meetings[2].pk).local_starts.hour == 16


def test_new_rhythm_is_shown_and_refused_in_the_form(client, held):
    series = planned(held)
    typed = {"day": "2026-10-01", "time": "15:00", "minutes": 60, "rhythm": "fortnightly"}
    typed |= {"ends": "never", "series": series.pk, "on_holiday": "meet"}

    dates = client.post(at("series_dates", held.circle.pk), typed, headers=HTMX)
    refused = client.post(at("series_edit", series.pk), typed | {"day": "2026-09-01"})

    assert "Every second Thursday at 15:00 in Berlin" in text(dates)
    assert "Thu 15 Oct 2026, 15:00" in text(dates)
    assert "already meets" not in text(dates)
    assert refused.context["form"].errors["rhythm"] == ["That day has passed. Choose a later one."]


def test_meeting_of_a_series_asks_how_far_a_change_goes(client, held):
    planned(held)
    second = Meeting.objects.order_by("starts_at")[1]
    typed = {"day": "2026-10-09", "time": "15:00", "minutes": 60, "scope": "following"}
    address = at("meeting_edit", second.pk)

    unsaid = client.post(address, typed | {"scope": ""})
    asked = client.post(address, typed)
    client.post(address, typed | {"confirmed": "1"})
    alone = client.post(address, typed | {"day": "2026-10-10", "scope": "this"})
    clash = client.post(address, typed | {"day": "2026-10-16", "scope": "this"})

    assert unsaid.context["form"].errors["scope"] == ["Choose one."]
    assert "Every Friday at 15:00 in Berlin, 5 times" in text(asked)
    assert alone["Location"] == second.get_absolute_url()
    assert clash.status_code == 422
    days = Meeting.objects.order_by("pk").values_list("held_on", flat=True)
    assert [(day.month, day.day) for day in days] == [
        (10, 1), (10, 10), (10, 16), (10, 23), (10, 30), (11, 6)
    ]  # fmt: skip
    page = text(client.get(second.get_absolute_url()))
    assert "One of a series:" in page
    assert "set by hand, away from its usual time" in page


def test_ending_asks_first_and_is_taken_back(client, held):
    series = planned(held)
    meetings = list(Meeting.objects.order_by("starts_at"))

    asked = text(client.get(at("series_end", series.pk)))
    assert "6 meetings to come." in asked
    client.post(at("series_end", series.pk))
    page = text(client.get(at("series", series.pk)))
    assert "This series has ended" in page
    assert "Let it go on after all" in page
    edit = client.get(at("series_edit", series.pk))
    assert edit["Location"] == at("series", series.pk)
    MeetingFactory(circle=held.circle, starts_at=meetings[1].starts_at)
    response = client.post(at("series_undo", series.pk))

    assert said(response)[-2:] == [
        "The series goes on, and its meetings take place again.",
        "1 of them stay cancelled: the circle meets then already.",
    ]
    end_series(series)
    with time_machine.travel(NOW + timedelta(days=100), tick=False):
        late = client.post(at("series_undo", series.pk))
    assert said(late)[-1] == "All of its meetings are past. Plan a new series instead."


def test_defaults_are_what_the_next_meeting_begins_with(client, held):
    address = at("meeting_defaults", held.circle.pk)

    wrong = client.post(address, {"quorum": "1"})
    client.post(address, {"place": "Room 9", "video_url": "meet.example.test", "quorum": "3"})
    client.post(address, {"place": "Room 8", "video_url": "meet.example.test", "quorum": "3"})

    form = client.get(at("series_new", held.circle.pk)).context["form"]
    assert wrong.status_code == 422
    assert MeetingDefaults.objects.get().quorum == 3
    assert (form["place"].value(), form["video_url"].value()) == (
        "Room 8",
        "https://meet.example.test",
    )


@pytest.mark.parametrize(
    ("per_month", "rhythm"),
    [(1, "weekly_then_monthly"), (2, "fortnightly"), (4, "weekly"), (None, "weekly_then_monthly")],
)
def test_form_proposes_what_the_circle_named(per_month, rhythm):
    circle = CircleFactory.build(
        time_zone="Europe/Berlin",
        meets_weekday=3,
        meets_at=THURSDAY.time(),
        format_version=FormatVersionFactory.build(
            definition={"cadence": {"per_month": per_month, "minutes": 90}}
        ),
    )
    circle.pk = 0

    first = series_proposal(circle)

    assert (first["rhythm"], first["day"], first["time"]) == (
        rhythm,
        date(2026, 10, 1),
        THURSDAY.time(),
    )


@pytest.mark.parametrize(
    ("typed", "rules"),
    [
        ({"rhythm": "weekly"}, ["FREQ=WEEKLY;BYDAY=FR"]),
        ({"rhythm": "fortnightly", "ends": "until", "until": "2026-12-31"},
         ["FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20261231T225959Z"]),
        ({"rhythm": "monthly_weekday"}, ["FREQ=MONTHLY;BYDAY=-1FR"]),
        ({"rhythm": "monthly_last_weekday"}, ["FREQ=MONTHLY;BYDAY=-1FR"]),
        ({"rhythm": "monthly_date"}, ["FREQ=MONTHLY;BYMONTHDAY=30"]),
        ({"rhythm": "monthly_last_day"}, ["FREQ=MONTHLY;BYMONTHDAY=-1"]),
        ({"rhythm": "fortnightly_then_monthly"},
         ["FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=6", "FREQ=MONTHLY;BYDAY=2FR"]),
        ({"rhythm": "weekly_then_monthly", "ends": "count", "count": "4"},
         ["FREQ=WEEKLY;BYDAY=FR;COUNT=4"]),
        ({"rhythm": "weekly_then_monthly", "ends": "until", "until": "2026-11-06"},
         ["FREQ=WEEKLY;BYDAY=FR;UNTIL=20261106T225959Z"]),
    ],
)  # fmt: skip
def test_choices_stand_for_rules(typed, rules):
    usual = {"day": "2026-10-30", "time": "15:00", "minutes": "60"}
    usual |= {"on_holiday": "meet", "ends": "never"}
    form = SeriesForm(usual | typed, zone=ZoneInfo("Europe/Berlin"))

    assert form.is_valid(), form.errors
    assert form.asked()["rules"] == rules


def test_cancelled_meetings_of_a_series_are_not_to_come(client, held):
    series = planned(held)
    cancel_meeting(series.meetings.first())
    client.force_login(MembershipFactory(circle=held.circle).person)

    page = client.get(at("series", series.pk))

    assert len(page.context["meetings"]) == 5
    assert at("series_edit", series.pk) not in text(page)
