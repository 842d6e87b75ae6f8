"""A member's days: a circle found, a meeting answered, a promise kept, a goal that moves."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from circles.models import Circle
from sessions_app.models import Attendance, CheckIn, Commitment, Goal
from tests.factories import (
    CircleFactory,
    CommitmentFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def meeting_of(circle):
    return MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(days=2, minutes=5))


def test_newcomer_finds_a_circle_answers_promises_and_sets_a_goal(tab, sign_in):
    circle = CircleFactory(name="Night owls", stage=Circle.Stage.ACTIVE)
    meeting_of(circle)
    person = PersonFactory(name="Ama Mensah")

    sign_in(tab, person, "/")
    expect(tab.get_by_text("You are not in a circle yet")).to_be_visible()
    follow(tab, "Find a circle")
    follow(tab, "Night owls")
    press(tab, "Join this circle")
    expect(tab.get_by_role("heading", name="Next meeting")).to_be_visible()

    press(tab, "I’m coming")
    expect(tab.get_by_role("button", name="You’re coming")).to_be_visible()
    expect(tab.get_by_text("Everyone is coming.")).to_be_visible()

    follow(tab, "Promise something")
    tab.get_by_label("What do you promise?").fill("Ask Dana for twenty minutes")
    press(tab, "Promise it")
    expect(tab.get_by_text("Promised. Your circle sees it.")).to_be_visible()

    follow(tab, "Goals")
    follow(tab, "Set a goal")
    tab.get_by_label("What do you want to reach?").fill("Run a planning round alone")
    tab.get_by_label("Share with a circle").select_option("Night owls")
    press(tab, "Set this goal")
    expect(tab.get_by_text("Shared with Night owls.")).to_be_visible()

    assert Attendance.objects.get(person=person).rsvp == Attendance.Rsvp.GOING
    assert Commitment.objects.get(owner=person).circle == circle
    assert Goal.objects.get(owner=person).circle == circle


def test_member_who_cannot_come_tells_the_circle_without_leaving_the_page(tab, sign_in):
    seat = MembershipFactory()
    meeting_of(seat.circle)
    sign_in(tab, seat.person, "/")
    tab.evaluate("window.stayed = true")

    press(tab, "Can’t come")
    tab.get_by_label("What should the circle know?").fill("On a train.\nI kept my promise.")
    with tab.expect_response("**/rsvp/"):
        press(tab, "Tell the circle")

    assert tab.evaluate("window.stayed")
    assert Attendance.objects.get().update == "On a train.\nI kept my promise."


def test_promise_is_ticked_off_and_taken_back_in_place(tab, sign_in):
    seat = MembershipFactory()
    made = CommitmentFactory(owner=seat.person, circle=seat.circle)
    sign_in(tab, seat.person, "/")
    tick = tab.get_by_role("button", name=f"Kept: {made.promise}")

    tick.click()
    expect(tick).to_have_attribute("aria-pressed", "true")
    expect(tick).to_be_focused()
    tick.click()
    expect(tick).to_have_attribute("aria-pressed", "false")

    made.refresh_from_db()
    assert made.is_open


def test_promise_is_carried_from_its_menu(tab, sign_in):
    seat = MembershipFactory()
    made = CommitmentFactory(owner=seat.person, circle=seat.circle)
    sign_in(tab, seat.person, "/promises/")

    tab.get_by_text(f"More for: {made.promise}").locator("xpath=..").click()
    follow(tab, "Carry to a later day")
    press(tab, "Carry it")
    expect(tab.get_by_text("carried once")).to_be_visible()

    made.refresh_from_db()
    assert made.times_carried == 1


def test_goal_is_checked_in_from_home(tab, sign_in):
    goal = GoalFactory()
    sign_in(tab, goal.owner, "/")

    tab.get_by_text("Check in").first.click()
    tab.get_by_label("How far along?").fill("40")
    tab.get_by_label("High", exact=True).check()
    tab.get_by_label("What moved, or what is in the way?").fill("Asked Dana")
    press(tab, "Check in")
    expect(tab.get_by_text("Noted: 40 %.")).to_be_visible()
    expect(tab.get_by_role("img", name=f"{goal.title}: 40")).to_be_visible()

    assert CheckIn.objects.get().confidence == CheckIn.Confidence.HIGH


def test_form_with_an_error_keeps_what_was_typed_and_says_where(page, sign_in):
    sign_in(page, PersonFactory(), "/goals/new/")
    title = page.get_by_label("What do you want to reach?")

    title.fill("Run a planning round alone")
    page.get_by_label("By when?").fill("2020-01-01")
    press(page, "Set this goal")

    expect(page.get_by_role("alert")).to_contain_text("Please check one thing")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(title).to_have_value("Run a planning round alone")


def test_meeting_is_answered_without_a_script(browser, sign_in):
    seat = MembershipFactory()
    meeting_of(seat.circle)
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, seat.person, "/")

    press(page, "Can’t come")
    page.get_by_label("What should the circle know?").fill("On a train")
    press(page, "Tell the circle")

    expect(page.get_by_text("Your circle knows.")).to_be_visible()
    assert Attendance.objects.get().update == "On a train"
    page.context.close()


def test_pages_of_a_member_are_accessible(tab, sign_in, assert_accessible):
    seat = MembershipFactory()
    meeting_of(seat.circle)
    CommitmentFactory(owner=seat.person, circle=seat.circle, times_carried=1, state="carried")
    GoalFactory(owner=seat.person, circle=seat.circle)

    for path in ("/", "/goals/", "/promises/", "/goals/new/", "/promises/new/"):
        sign_in(tab, seat.person, path)

        assert_accessible(tab)
