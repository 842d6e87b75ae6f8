"""What a circle's Slack or Teams channel is told: a meeting is near, was moved, has a recap.

A channel may have readers outside the circle: no names of people, no titles, no places, nothing
that was said. Each service has kinds of its own, so that a post goes to the one webhook whose
person it is owed to. Posts keep decent hours of the circle's zone.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Webhook
from circles.webhooks.posts import Post
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency
from sessions_app.decent_hours import decent
from sessions_app.local_time import moment_kept
from sessions_app.models import Meeting

ABOUT = "post"
NEAR, CHANGED, RECAP = "post_near", "post_changed", "post_recap"
GROUP = "Posts to a circle’s channel"
NINE, EARLIEST, LATEST = dt.time(9), dt.time(8), dt.time(20)
SOON = dt.timedelta(hours=2)
# Whoever changes a meeting often changes it again at once, or takes it back.
WAIT = dt.timedelta(minutes=2)
SERVICES = tuple(Webhook.Service.values)
State = Meeting.State


def near_moments(starts_at: dt.datetime, zone: ZoneInfo) -> list[dt.datetime]:
    """At nine on the day before, and two hours before unless that is early or late."""
    local = starts_at.astimezone(zone)
    eve = dt.datetime.combine(local.date() - dt.timedelta(days=1), NINE)
    soon = starts_at - SOON
    is_decent = EARLIEST <= soon.astimezone(zone).time() <= LATEST
    return [moment_kept(eve, zone), *([soon] if is_decent else [])]


def when_of(meeting: Meeting) -> str:
    """Its day and hours on the clocks of the circle, with the zone's name."""
    starts, ends = (at.astimezone(meeting.zone) for at in (meeting.starts_at, meeting.ends_at))
    return f"{date_format(starts, 'l j F, H:i')} to {ends:%H:%M} ({meeting.zone.key})"


def where_of(meeting: Meeting) -> list[str]:
    """Whether it is online or on site; never the place or the link itself."""
    online, on_site = bool(meeting.video_url), bool(meeting.place)
    if not (online or on_site):
        return []
    return ["Online and on site." if online and on_site else "Online." if online else "On site."]


def near_wanted(service: str) -> Callable[[Sequence[int]], Iterator[Wanted]]:
    def wanted(ids: Sequence[int]) -> Iterator[Wanted]:
        for meeting, webhook in _with_webhooks(ids, service, posts_near=True):
            if meeting.state == State.PLANNED:
                for due_at in near_moments(meeting.starts_at, meeting.zone):
                    yield Wanted(meeting.pk, webhook.connected_by_id or 0, due_at)

    return wanted


def recap_wanted(service: str) -> Callable[[Sequence[int]], Iterator[Wanted]]:
    def wanted(ids: Sequence[int]) -> Iterator[Wanted]:
        for meeting, webhook in _with_webhooks(ids, service, posts_recap=True):
            shared_at = meeting.recap_sent_at
            if shared_at and shared_at >= webhook.connected_at:
                due_at = decent(shared_at, meeting.zone)
                yield Wanted(meeting.pk, webhook.connected_by_id or 0, due_at)

    return wanted


def near_post(service: str) -> Callable[[Reminder], Letter]:
    def compose(reminder: Reminder) -> Letter:
        meeting, webhook = _to_post(reminder, service, posts_near=True)
        if meeting.state != State.PLANNED or meeting.starts_at <= timezone.now():
            raise NoLongerWanted("The meeting was called off or has begun.")
        if reminder.due_at not in near_moments(meeting.starts_at, meeting.zone):
            raise NoLongerWanted("The meeting was moved.")
        return _about(meeting, webhook, f"{meeting.circle} meets {when_of(meeting)}")

    return compose


def changed_post(service: str) -> Callable[[Reminder], Letter]:
    def compose(reminder: Reminder) -> Letter:
        if reminder.subject.startswith("circle:"):
            return _rhythm_post(reminder, service)
        meeting, webhook = _to_post(reminder, service, posts_changes=True)
        if meeting.has_started:
            raise NoLongerWanted("The meeting has begun, or its time is past.")
        if meeting.is_cancelled:
            return _about(
                meeting, webhook, f"{meeting.circle} does not meet {when_of(meeting)}", []
            )
        heading = f"Changed: {meeting.circle} meets {when_of(meeting)}"
        return _about(meeting, webhook, heading)

    return compose


def recap_post(service: str) -> Callable[[Reminder], Letter]:
    def compose(reminder: Reminder) -> Letter:
        meeting, webhook = _to_post(reminder, service, posts_recap=True)
        if not meeting.recap_is_shared:
            raise NoLongerWanted("The recap is not shared.")
        day = date_format(meeting.starts_at.astimezone(meeting.zone), "l j F")
        heading = f"The recap of {meeting.circle}, {day}, is there"
        return _about(meeting, webhook, heading, ["Only the circle’s own people can read it."])

    return compose


def tell_changed(meeting: Meeting, *, is_back: bool = False) -> None:
    """Owe the circle's channels that this meeting was moved, or called off, or is back as it was.

    What is back before the channels heard that it was off needs no word. Should decent hours come
    only after its time, the post does not wait for them.
    """
    subject, now = f"{ABOUT}:{meeting.pk}", timezone.now() + WAIT
    due_at = decent(now, meeting.zone)
    _tell(meeting.circle_id, subject, due_at if due_at < meeting.starts_at else now, is_back)


def tell_rhythm_changed(circle: Circle) -> None:
    """Owe the circle's channels, once, that several of its meetings changed."""
    _tell(circle.pk, f"circle:{circle.pk}", decent(timezone.now() + WAIT, circle.zone))


def _tell(circle_id: int, subject: str, due_at: dt.datetime, is_back: bool = False) -> None:
    """One query where nothing is connected. What waits to be said is said as it is by then."""
    live = Webhook.objects.live().filter(circle=circle_id, posts_changes=True)
    for webhook in live.select_related("connected_by"):
        kind = f"{CHANGED}_{webhook.service}"
        unsaid = actions.withdraw(subject, kind=kind)
        if webhook.connected_by and not (is_back and unsaid):
            actions.plan(kind, subject=subject, recipients=[webhook.connected_by], due_at=due_at)


def _rhythm_post(reminder: Reminder, service: str) -> Letter:
    key = int(reminder.subject.removeprefix("circle:"))
    webhook = _webhook(key, reminder, service, posts_changes=True)
    circle = webhook.circle
    meetings = Meeting.objects.filter(circle=circle, state=State.PLANNED)
    coming = meetings.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    said = "No meeting is planned at the moment."
    if coming:
        said = f"The next one is {when_of(coming)}."
    return Post(
        subject="",
        heading=f"The meetings of {circle} have changed",
        paragraphs=[said],
        why="",
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        webhook_id=webhook.pk,
    )


def _about(
    meeting: Meeting, webhook: Webhook, heading: str, paragraphs: list[str] | None = None
) -> Post:
    return Post(
        subject="",
        heading=heading,
        paragraphs=where_of(meeting) if paragraphs is None else paragraphs,
        why="",
        button_label="Open the meeting",
        button_url=absolute(meeting.get_absolute_url()),
        webhook_id=webhook.pk,
    )


def _with_webhooks(
    ids: Sequence[int], service: str, **posts: bool
) -> Iterator[tuple[Meeting, Webhook]]:
    """These meetings, each with its circle's live webhook; two queries, however many."""
    meetings = list(Meeting.objects.filter(pk__in=ids))
    circles = {meeting.circle_id for meeting in meetings}
    live = Webhook.objects.live().filter(circle__in=circles, service=service, **posts)
    webhooks = {webhook.circle_id: webhook for webhook in live}
    for meeting in meetings:
        if webhook := webhooks.get(meeting.circle_id):
            yield meeting, webhook


def _to_post(reminder: Reminder, service: str, **posts: bool) -> tuple[Meeting, Webhook]:
    """The meeting and where it is posted, if that may still be. Raises NoLongerWanted."""
    key = reminder.subject.removeprefix(f"{ABOUT}:")
    meeting = Meeting.objects.select_related("circle").filter(pk=key).first()
    if meeting is None:
        raise NoLongerWanted("The meeting is gone.")
    return meeting, _webhook(meeting.circle_id, reminder, service, **posts)


def _webhook(circle_id: int, reminder: Reminder, service: str, **posts: bool) -> Webhook:
    live = Webhook.objects.live().select_related("circle")
    theirs = live.filter(circle=circle_id, service=service, connected_by=reminder.recipient)
    webhook = theirs.filter(**posts).first()
    if webhook is None:
        raise NoLongerWanted("The channel is disconnected, gone, or does not want these.")
    return webhook


def _of_meetings(ids: Sequence[int]) -> Iterable[int]:
    """Those of the meetings whose circle ever had a webhook. One query."""
    circles = Webhook.objects.order_by().values("circle")
    return Meeting.objects.filter(pk__in=ids, circle__in=circles).values_list("pk", flat=True)


def _of_webhooks(ids: Sequence[int]) -> Iterable[int]:
    """The meetings to come of the webhooks' circles, and those whose recap came lately."""
    circles = Webhook.objects.filter(pk__in=ids).values("circle")
    since = timezone.now() - dt.timedelta(days=3)
    meetings = Meeting.objects.filter(circle__in=circles)
    coming = meetings.filter(starts_at__gt=since)
    return (coming | meetings.filter(recap_sent_at__gt=since)).values_list("pk", flat=True)


def _all() -> Iterable[int]:
    circles = Webhook.objects.order_by().values("circle")
    since = timezone.now() - dt.timedelta(days=3)
    meetings = Meeting.objects.filter(circle__in=circles, starts_at__gt=since).order_by()
    return meetings.values_list("pk", flat=True).iterator()


def _kinds(service: str) -> tuple[Kind, ...]:
    label = Webhook.Service(service).label
    return (
        Kind(
            f"{NEAR}_{service}",
            f"{label}: a meeting is near",
            GROUP,
            Urgency.PROMPT,
            compose=near_post(service),
            about=ABOUT,
            wanted=near_wanted(service),
            channels=(service,),
            too_late=dt.timedelta(hours=1),
        ),
        Kind(
            f"{CHANGED}_{service}",
            f"{label}: a meeting was moved or called off",
            GROUP,
            compose=changed_post(service),
            channels=(service,),
        ),
        Kind(
            f"{RECAP}_{service}",
            f"{label}: the recap of a meeting is there",
            GROUP,
            compose=recap_post(service),
            about=ABOUT,
            wanted=recap_wanted(service),
            channels=(service,),
            too_late=dt.timedelta(days=1),
        ),
    )


KINDS = tuple(kind for service in SERVICES for kind in _kinds(service))


def register_kinds() -> None:
    for kind in KINDS:
        declare(kind)
    declare_dependents("meeting", ABOUT, _of_meetings)
    declare_dependents("webhook", ABOUT, _of_webhooks)
    declare_subjects(ABOUT, _all)
