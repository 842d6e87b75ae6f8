"""An organiser's day: a programme, a circle, its facilitator; then a member finds it."""

import re

import pytest
from playwright.sync_api import expect

from circles.models import Circle
from tests.factories import CircleFactory, MembershipFactory, PersonFactory, organiser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def heading(page):
    return page.get_by_role("heading", level=1)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def set_up_a_circle(page):
    follow(page, "New programme")
    page.get_by_label("Name").fill("Step up")
    page.get_by_label("Career circle").check()
    press(page, "Set up the programme")
    follow(page, "New circle")
    page.get_by_label("Name").fill("Night owls")
    page.get_by_label("Format").select_option("Career circle")
    page.get_by_label("What it is for").fill("For shift leads")
    page.get_by_label("Seats").fill("12")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    press(page, "Set up the circle")


def appoint(page, words):
    follow(page, "Appoint a facilitator")
    page.get_by_label("Name, e-mail address or employee number").fill(words)
    press(page, "Search")
    page.get_by_role("button", name=re.compile(r"Appoint ?: Ruth Berg")).click()
    expect(page.get_by_text("Ruth Berg facilitates “Night owls”.")).to_be_visible()
    follow(page, "Night owls")


def journey(page, sign_in, member):
    set_up_a_circle(page)
    expect(heading(page)).to_have_text("Night owls")
    expect(
        page.get_by_text("This format is made for 6 to 10 people; this circle has 12 seats.").first
    ).to_be_visible()

    appoint(page, "ruth")
    press(page, "Start forming")
    expect(page.get_by_text("“Night owls” is now forming.")).to_be_visible()

    sign_in(page, member, "/circles/")
    follow(page, "Night owls")
    press(page, "Join this circle")
    expect(page.get_by_text("You have a seat in “Night owls”. Welcome.")).to_be_visible()
    page.get_by_text("Change my seat").click()
    follow(page, "Leave this circle")
    press(page, "Leave the circle")
    press(page, "Take my seat back")
    expect(page.get_by_text("You have had a seat since today.")).to_be_visible()
    assert Circle.objects.get().memberships.get().left_on is None


@pytest.fixture
def people():
    PersonFactory(name="Ruth Berg")
    return organiser(name="Grace Oduya"), PersonFactory(name="Ama Mensah")


def test_from_a_programme_to_a_seat(tab, sign_in, people):
    by, member = people
    sign_in(tab, by, "/programmes/")

    journey(tab, sign_in, member)


@pytest.fixture
def plain_tab(browser):
    """A browser that runs no script at all."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_from_a_programme_to_a_seat_without_scripts(plain_tab, sign_in, people):
    by, member = people
    sign_in(plain_tab, by, "/programmes/")

    journey(plain_tab, sign_in, member)


def test_seat_that_is_gone_is_said_in_place(tab, sign_in, people):
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(2, circle=circle)
    sign_in(tab, people[1], circle.get_absolute_url())
    MembershipFactory(circle=circle)

    press(tab, "Join this circle")

    expect(tab.get_by_text("The last seat has just been taken.")).to_be_visible()
    expect(tab.get_by_text("Every seat is taken.")).to_be_visible()
    expect(tab.get_by_text("3 members around the ring, no free seat")).to_have_count(1)


def test_closing_asks_and_can_be_undone(tab, sign_in, people):
    seat = MembershipFactory(circle__name="Night owls")
    sign_in(tab, people[0], seat.circle.get_absolute_url())

    follow(tab, "Close now")
    expect(tab.get_by_text("The seats of 1 person end today")).to_be_visible()
    press(tab, "Close the circle")
    expect(tab).to_have_url(re.compile(seat.circle.get_absolute_url()))
    press(tab, "Reopen")

    expect(tab.get_by_text("is open again; 1 person has a seat.")).to_be_visible()
    seat.refresh_from_db()
    assert seat.left_on is None
