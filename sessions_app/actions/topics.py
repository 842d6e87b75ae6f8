"""Topics for the hot seat: raise one, take it up in a meeting, let it go, open it again."""

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle, Membership
from members.models import Member
from sessions_app.actions.screens import redraw_circle
from sessions_app.models import Meeting, Topic


class CannotRaise(Exception):
    """Why a topic is not noted, in words meant for the person who raised it."""


class CannotTakeUp(Exception):
    """Why a topic is not taken up, in words meant for the person who asked."""


@transaction.atomic
def raise_topic(circle: Circle, *, owner: Member, title: str) -> Topic:
    """Ask for a hot seat. Raises CannotRaise without a seat, and in a circle that is closed."""
    circle = locked(circle.pk)
    if circle.is_closed:
        raise CannotRaise("This circle is closed; it meets no more.")
    if not Membership.objects.current().filter(circle=circle, person=owner).exists():
        raise CannotRaise("You can bring a topic to a circle in which you have a seat.")
    topic = Topic.objects.create(
        circle=circle,
        owner=owner,
        title=title,
        raised_on=timezone.localdate(timezone=circle.zone),
    )
    redraw_circle(circle.pk)
    return topic


@transaction.atomic
def take_up(topic: Topic, *, meeting: Meeting | None = None) -> Topic:
    """Say which meeting gives it a hot seat; without one, the running or the next one.

    Raises CannotTakeUp for a topic that does not wait, for another circle's or a cancelled meeting,
    and where none is planned.
    """
    topic = _held(topic)
    if topic.state != Topic.State.WAITING:
        raise CannotTakeUp("This topic does not wait any more. Open it again first.")
    meetings = Meeting.objects.standing().filter(circle=topic.circle_id)
    found = meetings.filter(pk=meeting.pk) if meeting else meetings.upcoming()
    chosen = found.first()
    if chosen is None:
        raise CannotTakeUp("No meeting of this circle is planned that could take it up.")
    topic.state, topic.meeting = Topic.State.TAKEN, chosen
    topic.save(update_fields=["state", "meeting"])
    redraw_circle(topic.circle_id)
    return topic


@transaction.atomic
def let_go(topic: Topic) -> Topic:
    """Let a waiting topic go. One that was taken up or let go stays as it is."""
    topic = _held(topic)
    if topic.state == Topic.State.WAITING:
        topic.state = Topic.State.DROPPED
        topic.save(update_fields=["state"])
        redraw_circle(topic.circle_id)
    return topic


@transaction.atomic
def reopen(topic: Topic) -> Topic:
    """Let a topic wait again that was taken up or let go. A waiting one stays as it is."""
    topic = _held(topic)
    if topic.state != Topic.State.WAITING:
        topic.state, topic.meeting = Topic.State.WAITING, None
        topic.save(update_fields=["state", "meeting"])
        redraw_circle(topic.circle_id)
    return topic


def _held(topic: Topic) -> Topic:
    locked(topic.circle_id)
    rows = Topic.objects.select_for_update(of=["self"]).select_related("owner", "circle")
    return rows.get(pk=topic.pk)
