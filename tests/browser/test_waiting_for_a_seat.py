"""Finding a full circle, waiting, being offered the seat that frees, and joining late."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from circles.actions import leave_circle
from circles.models import Membership, WaitlistEntry
from notifications.models import Reminder
from tests.factories import (
    LONG_AGO,
    CharterFactory,
    CircleFactory,
    DecisionFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click(timeout=8000)


def follow(page, name):
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click(timeout=8000)


@pytest.fixture
def full():
    """An active circle of three with a history, and the next meeting planned."""
    circle = CircleFactory(
        name="Night owls", capacity=3, stage="active", purpose="Shift leads", started_on=LONG_AGO
    )
    MembershipFactory.create_batch(3, circle=circle)
    CharterFactory(circle=circle)
    past = MeetingFactory(
        circle=circle, starts_at=timezone.now() - timedelta(days=20), title="In confidence"
    )
    DecisionFactory(meeting=past, text="We meet in person", for_newcomers=True)
    DecisionFactory(meeting=past, text="Said among us")
    MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(days=3), title="Next one")
    return circle


def test_from_a_full_circle_to_a_late_seat(tab, sign_in, full, assert_accessible):
    member = PersonFactory(name="Ama Mensah")
    sign_in(tab, member, "/circles/")
    tab.get_by_label("Words").fill("shift")
    press(tab, "Show")
    follow(tab, "Night owls")
    expect(tab.get_by_text("Every seat is taken.")).to_be_visible()

    press(tab, "Join the waitlist")
    expect(tab.get_by_text("You are number 1 in line")).to_be_visible()
    assert_accessible(tab)

    leave_circle(full, person=full.memberships.current().first().person)
    tab.goto(tab.url.split("/circles/")[0] + "/")
    expect(tab.get_by_text("A seat in Night owls is held for you").first).to_be_visible()
    follow(tab, "Answer")
    press(tab, "Take the seat")

    expect(tab.get_by_text("In confidence")).to_have_count(0)
    follow(tab, "Catch up")
    expect(tab.get_by_text("We meet in person")).to_be_visible()
    expect(tab.get_by_text("in 3 days")).to_be_visible()
    expect(tab.get_by_text("Said among us")).to_have_count(0)
    assert_accessible(tab)
    assert Membership.objects.current().filter(circle=full, person=member).count() == 1
    assert WaitlistEntry.objects.get().end == "seated"
    assert Reminder.objects.filter(kind="seat_offer", recipient=member).count() == 1
