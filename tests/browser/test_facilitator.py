"""A facilitator's week: the hub, a meeting planned, held and wrapped up."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from circles.models import Circle
from sessions_app.models import Meeting
from tests.factories import FacilitationFactory, MeetingFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held():
    return FacilitationFactory(
        circle__name="Night owls",
        circle__stage=Circle.Stage.ACTIVE,
        circle__time_zone="Europe/Berlin",
    )


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


def test_hub_leads_to_scheduling_and_then_is_at_peace(tab, sign_in, held):
    day = timezone.localdate() + timedelta(days=9)
    sign_in(tab, held.person, "/hub/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your circle needs you")

    follow(tab, "Schedule one")
    tab.get_by_label("Day").fill(day.isoformat())
    tab.get_by_label("Starts at").fill("15:00")
    tab.get_by_label("Place").fill("Room Baltic")
    press(tab, "Schedule it")
    expect(tab.get_by_text("15:00 in Europe/Berlin.")).to_be_visible()

    tab.goto(tab.url.split("/meetings/")[0] + "/hub/")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your circle is going well")
    meeting = Meeting.objects.get()
    assert (meeting.held_on, meeting.minutes, meeting.place) == (day, 60, "Room Baltic")


def test_meeting_is_wrapped_up_in_three_steps(tab, sign_in, held):
    came = MembershipFactory(circle=held.circle, person__name="Ama Mensah").person
    MembershipFactory(circle=held.circle, person__name="Joon Kim")
    meeting = MeetingFactory(circle=held.circle, starts_at=timezone.now() - timedelta(hours=3))
    sign_in(tab, held.person, meeting.get_absolute_url())

    follow(tab, "Note it")
    tab.get_by_label("Ama Mensah").check()
    press(tab, "Save")
    expect(tab.get_by_text("1 person noted")).to_be_visible()

    tab.get_by_label("What did the circle decide?").fill("We meet at nine")
    press(tab, "Write it down")
    expect(tab.get_by_text("Decision written down.")).to_be_visible()

    follow(tab, "Draft it")
    tab.get_by_label("Recap").fill("Ama brought a real situation.\n\nWe tried the troika.")
    press(tab, "Keep as a draft")
    expect(tab.get_by_text("a draft is kept")).to_be_visible()
    follow(tab, "Go on")
    press(tab, "Share with the circle")
    expect(tab.get_by_text("Everyone in the circle gets the recap by mail.")).to_be_visible()

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.RECAP_SENT
    assert list(meeting.attendances.filter(attended=True).values_list("person", flat=True)) == [
        came.pk
    ]


def test_meeting_is_called_off_and_held_after_all(tab, sign_in, held):
    meeting = MeetingFactory(circle=held.circle, starts_at=timezone.now() + timedelta(days=3))
    sign_in(tab, held.person, meeting.get_absolute_url())

    follow(tab, "Cancel")
    press(tab, "Cancel the meeting")
    expect(tab.get_by_text("This meeting was cancelled.")).to_be_visible()
    press(tab, "Hold it after all")
    expect(tab.get_by_text("The meeting takes place again, as it was planned.")).to_be_visible()

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED


@pytest.mark.parametrize("width", [320, 1280])
def test_hub_is_accessible_and_never_scrolls_sideways(tab, sign_in, held, assert_accessible, width):
    tab.set_viewport_size({"width": width, "height": 800})
    person = MembershipFactory(circle=held.circle).person
    meeting = MeetingFactory(circle=held.circle, starts_at=timezone.now() - timedelta(days=3))
    meeting.attendances.create(person=person, attended=False)

    sign_in(tab, held.person, "/hub/")

    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(tab)


def test_pages_of_a_past_meeting_are_accessible(tab, sign_in, held, assert_accessible):
    MembershipFactory(circle=held.circle)
    meeting = MeetingFactory(circle=held.circle, starts_at=timezone.now() - timedelta(days=3))

    for path in ("", "attendance/", "recap/", "cancel/"):
        sign_in(tab, held.person, meeting.get_absolute_url() + path)

        assert_accessible(tab)
