"""A circle's hour, from finding its time to the promises that open the next one; two browsers."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from members.models import Member
from notifications.tasks import send_due
from sessions_app.models import Attendance, Commitment, Decision, Meeting, PlusDelta, Series
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGENDA = [
    {"name": "Check-in", "minutes": 15, "mode": "member"},
    {"name": "Commitments", "minutes": 25, "mode": "member"},
    {"name": "Hot seat", "minutes": 20, "mode": "presenter", "times": 1, "protocol": "hot_seat"},
]
STEPS = [{"name": "Say the problem", "minutes": 5}, {"name": "Ideas", "minutes": 15}]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click(timeout=8000)


def follow(page, name):
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click(timeout=8000)


@pytest.fixture
def circle():
    """Ruth facilitates, Ama hosts, Joon is its third; they have met once before."""
    version = FormatVersionFactory(
        definition={
            "agenda": AGENDA,
            "rotating_roles": ["host", "presenter"],
            "protocols": {"hot_seat": {"name": "Hot seat", "steps": STEPS}},
            "cadence": {"per_month": 2},
        }
    )
    circle = CircleFactory(name="Stepping up", format_version=version, stage="active")
    FacilitationFactory(circle=circle, person__name="Ruth Berg")
    MembershipFactory(circle=circle, person__name="Ama Mensah", role="host")
    MembershipFactory(circle=circle, person__name="Joon Kim")
    return circle


@pytest.fixture
def other_tab(browser):
    """A second browser of its own, on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def named(name):
    return Member.objects.get(name__startswith=name)


def find_a_time(page, phone):
    """Everyone paints, times are proposed, one is taken; returns its first meeting."""
    follow(page, "Find a time")
    press(page, "Ask everyone")
    for tab in (page, phone):
        tab.goto(page.url)
        follow(tab, "Say when you can")
        press(tab, "Weekdays 9–17")
        press(tab, "Save")
    press(page, "Propose times now")
    phone.goto(page.url)
    phone.get_by_role("radio", name="Works for me").first.check()
    press(phone, "Vote")
    expect(phone.get_by_text("Works:").first).to_be_visible()
    follow(page, "Take this one")
    press(page, "Take it")
    expect(page.get_by_text("The meetings are planned").first).to_be_visible()
    return Meeting.objects.order_by("starts_at").first()


def answer_from_the_mail(page, person):
    """Open the mail's link signed out: showing it changes nothing, pressing answers."""
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2), tick=True):
        send_due()
    invited = next(each for each in mail.outbox if each.to == [person.email] and each.alternatives)
    kinds = [each.mimetype.partition(";")[0] for each in invited.alternatives]
    assert "text/calendar" in kinds
    link = re.search(r"https?://[^/]+(/\S*answer\S*)", invited.body)[1]
    origin = page.url.split("/times/")[0]
    page.context.clear_cookies()
    page.goto(origin + link)
    assert not Attendance.objects.exclude(rsvp="").exists()
    press(page, "Yes, I’m coming")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re coming")


def begins_now(meeting):
    starts = timezone.now() + dt.timedelta(minutes=2)
    ends = starts + dt.timedelta(minutes=60)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=starts, ends_at=ends, held_on=starts.date()
    )


def meet(page, phone):
    """Ruth leads on the shared screen; Ama follows on her phone, and both write at once."""
    press(page, "Begin the meeting")
    expect(phone.get_by_role("heading", name="Check-in", level=1)).to_be_visible(timeout=4000)
    press(phone, "I’m here")
    page.keyboard.press("n")
    page.locator("#entry-decision summary").click()
    page.locator("#entry-decision textarea").fill("We meet at nine")
    phone.locator("#entry-commitment summary").click()
    phone.locator("#entry-commitment [name=text]").fill("Ask Dana for twenty minutes")
    page.locator("#entry-decision").get_by_role("button", name="Write it down").click()
    phone.locator("#entry-commitment").get_by_role("button", name="Write it down").click()
    for tab in (page, phone):
        captured = tab.locator("#captured")
        expect(captured.get_by_text("We meet at nine")).to_be_visible(timeout=4000)
        expect(captured.get_by_text("Ask Dana for twenty minutes")).to_be_visible(timeout=4000)


def close(page, phone):
    """What is left is skipped; the phone loses its network meanwhile and catches up."""
    phone.context.set_offline(True)
    page.locator("#live-more summary").click()
    while not page.locator("#live-end").count():
        page.locator("#live-skip-segment").click()
        page.wait_for_timeout(300)
    expect(phone.locator("[data-live-offline]")).to_be_visible(timeout=8000)
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="Before you go")).to_be_visible(timeout=8000)
    phone.locator("[name=plus]").fill("Everyone spoke")
    phone.locator("#entry-close-plus_delta").get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Everyone spoke")).to_be_visible(timeout=4000)
    press(page, "End the meeting")
    expect(page.get_by_role("heading", name="The meeting has ended")).to_be_visible()


def share_the_recap(page):
    follow(page, "To the meeting’s page")
    follow(page, "Draft it")
    expect(page.get_by_label("Recap")).to_have_value(re.compile("Ama"))
    press(page, "Share with the circle")
    expect(page.get_by_text("Everyone in the circle gets the recap by mail.")).to_be_visible()


def test_hour_of_a_circle_from_finding_it_to_what_opens_the_next(
    page, other_tab, sign_in, circle, assert_accessible
):
    ruth, ama = named("Ruth"), named("Ama")
    sign_in(page, ruth, circle.get_absolute_url())
    sign_in(other_tab, ama, "/")

    meeting = find_a_time(page, other_tab)
    answer_from_the_mail(other_tab, ama)
    begins_now(meeting)
    path = f"/meetings/{meeting.pk}/live/"
    sign_in(page, ruth, path)
    sign_in(other_tab, ama, path)
    meet(page, other_tab)
    assert_accessible(page)
    close(page, other_tab)
    share_the_recap(page)

    following = Meeting.objects.upcoming().filter(series__in=Series.objects.all()).first()
    sign_in(other_tab, ama, following.get_absolute_url())
    opens = other_tab.get_by_role("region", name="You open with these")
    expect(opens.get_by_role("button", name="Kept: Ask Dana for twenty minutes")).to_be_visible()
    here = Attendance.objects.filter(meeting=meeting, attended=True)
    assert set(here.values_list("person", flat=True)) == {ruth.pk, ama.pk}
    assert [each.text for each in Decision.objects.all()] == ["We meet at nine"]
    assert [each.owner for each in Commitment.objects.all()] == [ama]
    assert [each.text for each in PlusDelta.objects.all()] == ["Everyone spoke"]
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.RECAP_SENT
