"""Writing, seeing and sending an announcement in the browser; and the pages' queries."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from circles.announcing.letters import letter_of
from circles.forms.announcements import AnnouncementForm, PagePath, SendingForm
from circles.forms.milestones import MilestoneForm
from circles.models import Announcement, Milestone
from notifications.mail import bodies
from tests.factories import (
    FacilitationFactory,
    MembershipFactory,
    MilestoneFactory,
    announcement_to,
)

# The person, their roles, the circles they hold; then the rows. The preview also counts who gets
# it, in which circles, who not and why, and what else these people get.
LIST = 5
CHOOSE = 6
PREVIEW = 12
WORDS = {"subject": "The room changes", "text": "We meet upstairs."}


def url(name, *keys):
    return reverse(f"circles:{name}", args=keys)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("/goals/", "/goals/"), ("http://127.0.0.1:8000/goals/?show=past", "/goals/?show=past")],
)
def test_button_opens_a_page_of_ours(settings, typed, kept):
    settings.SITE_URL = "http://127.0.0.1:8000"

    assert PagePath(required=False).clean(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["https://evil.test/goals/", "//evil.test/", "/no-such-page/", "goals/", "/\\evil.test"],
)
def test_button_opens_nothing_else(typed):
    form = AnnouncementForm(WORDS | {"button_path": typed}, draft=Announcement(as_organiser=False))

    assert list(form.errors) == ["button_path"]


def test_draft_may_be_unfinished_but_a_preview_not():
    draft = Announcement(as_organiser=False)

    assert AnnouncementForm({"text": "One"}, draft=draft, is_saved=True).is_valid()
    assert list(AnnouncementForm({"text": "One"}, draft=draft).errors) == ["subject"]


def test_moment_is_on_the_senders_clock_and_must_exist():
    later = SendingForm({"when": "later"}, zone="UTC")

    assert list(later.errors) == ["at"]
    now = SendingForm({"when": "now", "at": "2026-01-01T10:00"}, zone="UTC")
    assert now.is_valid()
    assert now.cleaned_data["at"] is None


@pytest.mark.parametrize(
    ("typed", "days"), [("7, 0", [7, 0]), ("", []), ("0 3 3", [3, 0]), ("91", None), ("x", None)]
)
def test_days_before_are_typed_as_numbers(typed, days):
    form = MilestoneForm({"title": "T", "on": "2026-05-01", "tell_days": typed}, Milestone())

    assert (form.cleaned_data["tell_days"] if form.is_valid() else None) == days


@pytest.mark.django_db
def test_from_the_hub_to_the_letter_and_back(client, frozen):
    held = FacilitationFactory()
    MembershipFactory(circle=held.circle, person__name="Ama Mensah")
    client.force_login(held.person)

    started = client.post(url("announcement_start"), {"circle": held.circle_id})
    draft = Announcement.objects.get()
    kept = client.post(started.url, WORDS | {"save": "1"})
    seen = client.post(started.url, WORDS)
    preview = client.get(seen.url)
    sent = client.post(seen.url, {"when": "now"})
    waiting = client.get(sent.url)
    back = client.post(url("announcement_take_back", draft.pk))

    assert (kept.url, seen.url) == (url("announcements"), url("announcement_preview", draft.pk))
    assert (preview.context["reach"].in_words, preview.context["reach"].names) == (
        "1 person in 1 circle",
        ["Ama Mensah"],
    )
    assert "We meet upstairs." in preview.context["text"]
    assert waiting.context["announcement"].send_at == datetime(2026, 3, 10, 12, 5, tzinfo=UTC)
    assert back.url == started.url


@pytest.mark.django_db
def test_links_in_the_text_are_safe_links(frozen):
    draft = announcement_to(
        written_by=FacilitationFactory().person, text="<b>See</b> https://example.test/?a=1&b=2"
    )
    html = bodies(letter_of(draft)).html

    assert "<b>See" not in html
    assert '<a href="https://example.test/?a=1&amp;b=2" rel="nofollow">' in html


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_announcement_queries_do_not_grow(client, count, django_assert_num_queries):
    person = FacilitationFactory().person
    circles = [FacilitationFactory(person=person).circle for _ in range(count)]
    drafts = [announcement_to(*circles, written_by=person) for _ in range(count)]
    for circle in circles:
        MembershipFactory(circle=circle)
    client.force_login(person)

    with django_assert_num_queries(LIST):
        listed = client.get(url("announcements"))
    with django_assert_num_queries(CHOOSE):
        offered = client.get(url("announcement_choose"))
    with django_assert_num_queries(PREVIEW):
        preview = client.get(url("announcement_preview", drafts[0].pk))

    assert len(listed.context["page"]) == count
    assert len(offered.context["page"]) == count + 1
    assert preview.context["reach"].people == count


@pytest.mark.django_db
def test_programme_page_shows_its_days(editor, frozen):
    milestone = MilestoneFactory(title="Showcase", on=date(2026, 3, 20))
    page = url("programme", milestone.programme_id)

    shown = editor.get(page)
    editor.post(url("milestone_remove", milestone.pk))
    without = editor.get(page)
    editor.post(url("milestone_restore", milestone.pk))

    assert [day.title for day in shown.context["days"]] == ["Showcase"]
    assert (without.context["days"], without.context["removed"]) == ([], [milestone])
    assert [day.title for day in editor.get(page).context["days"]] == ["Showcase"]
