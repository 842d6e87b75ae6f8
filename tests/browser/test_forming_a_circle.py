"""From a new programme to an active circle: enrol, form, review, publish, sign, start."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from circles.actions import formation_run
from circles.actions.charter import sign_charter
from circles.actions.enrolments import enrol
from circles.actions.offers import accept_offer
from circles.models import Circle, Offer, Programme
from tests.factories import PersonFactory, organiser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click(timeout=8000)


def follow(page, name):
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click(timeout=8000)


@pytest.fixture
def people():
    """The organiser, the facilitator, one member who clicks and five who act beside her."""
    others = [PersonFactory(name=f"{name} Other") for name in ("Bea", "Cem", "Dan", "Eva", "Finn")]
    return (
        organiser(name="Grace"),
        PersonFactory(name="Ruth Berg"),
        PersonFactory(name="Ama"),
        others,
    )


def start_a_programme(page):
    today = timezone.localdate()
    follow(page, "New programme")
    page.get_by_label("Name", exact=True).fill("Write well")
    page.get_by_label("Study group").check()
    page.locator("[name=enrols_from]").fill(today.isoformat())
    page.locator("[name=enrols_until]").fill((today + dt.timedelta(days=9)).isoformat())
    press(page, "Set up the programme")
    expect(
        page.get_by_text("0 people are enrolled").or_(page.get_by_text("no people are"))
    ).to_be_visible()


def enrol_in_the_browser(page):
    follow(page, "Enrol")
    press(page, "Enrol")
    expect(page.get_by_text("You are enrolled.").first).to_be_visible()


def form_and_publish(page, facilitator):
    follow(page, "form circles")
    follow(page, "Form circles")
    page.get_by_label("Fewest people").fill("5")
    page.get_by_label("Best number of people").fill("6")
    press(page, "Save and check")
    expect(page.get_by_text("6 people enrolled: 1 circle of 5 to 6.")).to_be_visible()
    press(page, "Form the circles")
    expect(page.get_by_text("1 circle with 6 people")).to_be_visible()
    page.get_by_text("Why this circle").click()
    follow(page, "Move.*Ama")
    follow(page, "Staged circles")
    page.get_by_role("checkbox").first.check()
    press(page, "Choose their facilitator")
    page.get_by_label("Name, e-mail address or employee number").fill("ruth")
    press(page, "Search")
    page.get_by_role("button", name=re.compile("Ruth Berg")).click()
    expect(page.get_by_text("Ruth Berg is to hold it.")).to_be_visible()
    follow(page, "Staged circles")
    follow(page, "Publish")
    press(page, "Publish and invite")
    expect(page.get_by_text("1 circle is published; 6 people are invited.")).to_be_visible()


@pytest.fixture
def worker(monkeypatch):
    """Somebody who forms circles as soon as it is asked for."""

    def send(_name, args):
        formation_run.run_formation(args[0], is_fresh=args[1])

    monkeypatch.setattr(formation_run.current_app, "send_task", send)


@pytest.mark.usefixtures("worker")
def test_from_a_new_programme_to_an_active_circle(tab, sign_in, people):
    by, facilitator, member, others = people
    sign_in(tab, by, "/programmes/")
    start_a_programme(tab)
    sign_in(tab, member, "/circles/")
    enrol_in_the_browser(tab)
    for person in others:
        enrol(Programme.objects.get(), person=person)
    sign_in(tab, by, Programme.objects.get().get_absolute_url())
    form_and_publish(tab, facilitator)

    sign_in(tab, member, "/")
    follow(tab, "Answer")
    press(tab, "Take the seat")
    for offer in Offer.objects.open():
        accept_offer(offer)
    circle = Circle.objects.get()

    sign_in(tab, facilitator, circle.get_absolute_url())
    follow(tab, "Write it")
    press(tab, "Publish")
    tab.get_by_label("I have read this").check()
    press(tab, "Sign")
    for person in others:
        sign_charter(circle, 1, person=person)

    sign_in(tab, member, "/")
    follow(tab, "Read and sign")
    expect(tab.get_by_text("What confidentiality never covers")).to_be_visible()
    tab.get_by_label("I have read this").check()
    press(tab, "Sign")

    sign_in(tab, facilitator, circle.get_absolute_url())
    press(tab, "Start this circle")
    expect(tab.get_by_text("Active", exact=True)).to_be_visible()
    circle.refresh_from_db()
    assert (circle.stage, circle.memberships.current().count()) == ("active", 6)
