"""What a circle's channel is told about meetings, when, and what it is never told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from circles.actions import webhooks as acts
from circles.webhooks.posts import body_for
from notifications import planner
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from sessions_app.actions.meetings import cancel_meeting, change_meeting, restore_meeting
from sessions_app.models import Meeting
from sessions_app.reminders import posts
from tests.factories import FacilitationFactory, MeetingFactory, WebhookFactory

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def meeting():
    """In ten days at three in the afternoon in Berlin, with much that no channel may read."""
    day = timezone.now().astimezone(BERLIN) + timedelta(days=10)
    starts_at = day.replace(hour=15, minute=0, second=0, microsecond=0).astimezone(UTC)
    return MeetingFactory(
        circle__name="Night owls",
        circle__stage="active",
        circle__time_zone="Europe/Berlin",
        starts_at=starts_at,
        time_zone="Europe/Berlin",
        title="Ada's secret plan",
        place="Room 7",
        video_url="https://video.test/room",
        recap="Ada decided to leave.",
    )


def planned(kind=""):
    rows = Reminder.objects.filter(kind__startswith=kind, state="planned").order_by("due_at")
    return list(rows.filter(kind__startswith="post_"))


@pytest.mark.parametrize(
    ("starts", "moments"),
    [
        # The clocks go back on 25 October 2026: nine is nine.
        ("2026-10-25 15:00", ["2026-10-24 09:00", "2026-10-25 13:00"]),
        ("2026-06-10 08:30", ["2026-06-09 09:00"]),  # half past six is no hour for a post
        ("2026-06-10 22:30", ["2026-06-09 09:00"]),
        ("2026-06-10 10:00", ["2026-06-09 09:00", "2026-06-10 08:00"]),
    ],
)
def test_near_is_the_morning_before_and_two_hours_before(starts, moments):
    starts_at = datetime.fromisoformat(starts).replace(tzinfo=BERLIN)

    found = posts.near_moments(starts_at, BERLIN)

    assert [f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}" for at in found] == moments


@pytest.mark.django_db
def test_connecting_plans_what_is_to_come_and_disconnecting_withdraws_it(meeting):
    by = FacilitationFactory(circle=meeting.circle).person
    chosen = {"posts_near": True, "posts_changes": True, "posts_recap": True}

    hook = acts.save_webhook(
        meeting.circle, "slack", by=by, address="https://hooks.slack.com/a", posts=chosen
    )
    due = [(each.kind, each.recipient, each.due_at) for each in planned()]
    acts.disconnect(hook, by=by)

    moments = posts.near_moments(meeting.starts_at, BERLIN)
    assert due == [("post_near_slack", by, at) for at in moments]
    assert planned() == []


@pytest.mark.django_db
def test_each_service_is_owed_to_whoever_connected_it_and_taken_over(meeting):
    slack = WebhookFactory(circle=meeting.circle)
    teams = WebhookFactory(circle=meeting.circle, service="teams")
    planner.keep("meeting", [meeting.pk])
    before = {(each.kind, each.recipient) for each in planned()}

    acts.take_over(slack, by=teams.connected_by)

    after = {(each.kind, each.recipient) for each in planned()}
    assert before == {
        ("post_near_slack", slack.connected_by),
        ("post_near_teams", teams.connected_by),
    }
    assert {person for _, person in after} == {teams.connected_by}


@pytest.mark.django_db
def test_keeping_asks_as_much_for_four_meetings_as_for_one(meeting, django_assert_num_queries):
    WebhookFactory(circle=meeting.circle)
    others = [
        MeetingFactory(circle=meeting.circle, starts_at=meeting.starts_at + timedelta(days=day))
        for day in (1, 2, 3)
    ]
    keys = [meeting.pk, *(each.pk for each in others)]

    for ids in ([meeting.pk], keys):
        # for each of two kinds and services the meetings and the webhooks; what is there; what is
        # missing
        with django_assert_num_queries(10):
            planner.keep(posts.ABOUT, ids)

    assert len(planned()) == 8


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["post_near", "post_changed", "post_recap"])
def test_post_says_when_and_nothing_of_the_circle(kind, meeting):
    webhook = WebhookFactory(circle=meeting.circle)
    Meeting.objects.filter(pk=meeting.pk).update(recap_sent_at=timezone.now())
    [due_at, *_] = posts.near_moments(meeting.starts_at, BERLIN)
    reminder = Reminder(
        kind=f"{kind}_slack",
        subject=f"post:{meeting.pk}",
        recipient=webhook.connected_by,
        due_at=due_at,
    )

    said = body_for("slack", compose(reminder)).decode()

    names = ["Ada", "secret", "Room 7", "video.test", "decided", webhook.connected_by.name]
    assert [each for each in names if each in said] == []
    assert "Night owls" in said
    assert f"/meetings/{meeting.pk}/" in said
    assert ("(Europe/Berlin)" in said) is (kind != "post_recap")


@pytest.mark.django_db
def test_what_is_moved_called_off_or_back_is_posted_as_it_is_by_then(meeting):
    webhook = WebhookFactory(circle=meeting.circle)

    change_meeting(meeting, starts=meeting.local_starts + timedelta(hours=1), minutes=60)
    [moved] = planned("post_changed")
    heading = compose(moved).heading
    cancel_meeting(meeting)
    [off] = planned("post_changed")
    off_heading = compose(off).heading
    restore_meeting(meeting)

    assert heading.startswith("Changed: Night owls meets ")
    assert "16:00 to 17:00 (Europe/Berlin)" in heading
    assert off_heading.startswith("Night owls does not meet ")
    assert planned("post_changed") == []  # nobody heard that it was off
    assert webhook.connected_by == moved.recipient


@pytest.mark.django_db
def test_another_title_is_no_word_to_a_channel(meeting):
    WebhookFactory(circle=meeting.circle)

    change_meeting(meeting, starts=meeting.local_starts, minutes=60, title="Another")

    assert planned("post_changed") == []


@pytest.mark.django_db
def test_several_changes_of_a_circle_are_one_post_about_the_next_meeting(meeting):
    WebhookFactory(circle=meeting.circle)

    posts.tell_rhythm_changed(meeting.circle)
    posts.tell_rhythm_changed(meeting.circle)

    [reminder] = planned("post_changed")
    letter = compose(reminder)
    assert letter.heading == "The meetings of Night owls have changed"
    assert letter.paragraphs == [f"The next one is {posts.when_of(meeting)}."]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["switch", "gone", "right", "moved", "called off"])
def test_post_is_not_sent_once_the_facts_forbid_it(change, meeting):
    webhook = WebhookFactory(circle=meeting.circle)
    planner.keep("meeting", [meeting.pk])
    reminder = planned()[0]
    rows = type(webhook).objects.filter(pk=webhook.pk)
    meetings = Meeting.objects.filter(pk=meeting.pk)
    {
        "switch": lambda: rows.update(posts_near=False),
        "gone": lambda: rows.update(gone_at=timezone.now()),
        "right": lambda: meeting.circle.facilitations.update(ended_on=timezone.localdate()),
        "moved": lambda: meetings.update(
            starts_at=meeting.starts_at + timedelta(days=2),
            ends_at=meeting.ends_at + timedelta(days=2),
        ),
        "called off": lambda: meetings.update(state="cancelled"),
    }[change]()

    with pytest.raises(NoLongerWanted):
        compose(reminder)


@pytest.mark.django_db
def test_recap_is_posted_once_shared_but_not_one_from_before_the_channel(meeting):
    webhook = WebhookFactory(circle=meeting.circle)
    meetings = Meeting.objects.filter(pk=meeting.pk)
    shared = {"state": "recap_sent", "recap_sent_at": timezone.now() + timedelta(minutes=1)}
    meetings.update(**shared)
    planner.keep("meeting", [meeting.pk])
    found = [each.kind for each in planned()]

    meetings.update(recap_sent_at=webhook.connected_at - timedelta(minutes=1))
    planner.keep("meeting", [meeting.pk])

    assert (found, planned()) == (["post_recap_slack"], [])
