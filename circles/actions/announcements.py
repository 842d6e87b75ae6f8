"""Writing to the people of circles: drafts, sending at a moment, taking back until then."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.announcing.recipients import circles_of, people_of
from circles.models import Announcement, AnnouncementCircle, Circle, Programme
from circles.models.announcement import ABOUT
from circles.rules import circles_held
from members.actions import record
from members.models import Member
from members.rules import is_organiser
from notifications import planner

State = Announcement.State
# "Send now" waits so long, so that it can be taken back.
REGRET = timedelta(minutes=5)
LATEST = timedelta(days=366)
GONE_OUT = "It has gone out, so it cannot be changed any more."


class Words(TypedDict, total=False):
    """What a writer says, and to whom beside the members."""

    subject: str
    text: str
    button_label: str
    button_path: str
    with_facilitators: bool
    with_enrolled: bool


@transaction.atomic
def start_announcement(
    *,
    by: Member,
    circles: Collection[int] = (),
    programme: Programme | None = None,
    instead: Announcement | None = None,
) -> Announcement:
    """A draft to these circles or to a whole programme; of `instead`, the same with others.

    A draft of theirs in which nothing was written yet is replaced. Raises CannotChange for circles
    that they may not write to, and without any.
    """
    held = set(circles) <= circles_held(by)
    if not is_organiser(by) and (programme or not held):
        raise CannotChange("You can write to the circles you facilitate. Choose among those.")
    if programme is None and not circles:
        raise CannotChange("Choose at least one circle.")
    fields = {"programme": programme, "as_organiser": programme is not None or not held}
    if instead:
        draft = _locked_draft(instead)
        draft.with_enrolled = draft.with_enrolled and programme is not None
        draft.parts.all().delete()
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.save()
    else:
        Announcement.objects.drafts().filter(written_by=by, subject="", text="").delete()
        draft = Announcement.objects.create(written_by=by, **fields)
    if programme is None:
        _aim(draft, circles)
    return draft


def _aim(draft: Announcement, circles: Collection[int]) -> None:
    open_ones = Circle.objects.open().filter(pk__in=circles).order_by("pk")
    AnnouncementCircle.objects.bulk_create(
        AnnouncementCircle(announcement=draft, circle_id=pk)
        for pk in open_ones.values_list("pk", flat=True)
    )


@transaction.atomic
def write_announcement(announcement: Announcement, **words: Unpack[Words]) -> Announcement:
    """Keep what was written. Raises CannotChange once it is confirmed."""
    draft = _locked_draft(announcement)
    for name, value in words.items():
        setattr(draft, name, value)
    draft.save(update_fields=[*words])
    return draft


@transaction.atomic
def confirm_announcement(
    announcement: Announcement, *, by: Member, at: datetime | None = None
) -> Announcement:
    """Let it go out at that moment, or in five minutes; until then it can be taken back.

    Confirming twice changes nothing. Raises CannotChange if it says nothing, reaches nobody, or the
    moment has passed.
    """
    draft = _locked(announcement)
    if not draft.is_draft:
        return draft
    now = timezone.now()
    if not draft.is_whole:
        raise CannotChange("Write a subject and a text before you send it.")
    if at and not now < at <= now + LATEST:
        raise CannotChange("Choose a moment from now on, within a year.", field="at")
    if not people_of(draft).exists():
        raise CannotChange("Nobody would get this. Choose other circles.")
    draft.state, draft.send_at = State.WAITING, at or now + REGRET
    draft.save(update_fields=["state", "send_at"])
    record(by, "confirmed announcement", draft, announcement=draft.pk)
    return draft


@transaction.atomic
def take_back_announcement(announcement: Announcement, *, by: Member) -> Announcement:
    """Make a draft of it again; twice changes nothing. Raises CannotChange once it has gone out."""
    waiting = _locked(announcement)
    if waiting.is_draft:
        return waiting
    if not waiting.is_waiting:
        raise CannotChange(GONE_OUT)
    waiting.state, waiting.send_at = State.DRAFT, None
    waiting.save(update_fields=["state", "send_at"])
    record(by, "took back announcement", waiting, announcement=waiting.pk)
    return waiting


@transaction.atomic
def discard_announcement(announcement: Announcement) -> None:
    """Throw a draft away. Raises CannotChange for what was confirmed."""
    _locked_draft(announcement).delete()


@transaction.atomic
def send_announcement(announcement: Announcement) -> None:
    """Owe it to everyone who belongs to it at this moment, once, if it is due and not taken back.

    Circles that its writer may not write to any more are dropped, and the writer is told.
    """
    due = _locked(announcement)
    if not due.is_waiting or not due.send_at or due.send_at > timezone.now():
        return
    left = circles_of(due).order_by().values("pk")
    if not due.programme_id:
        due.parts.exclude(circle__in=left).update(is_dropped=True)
    people = people_of(due).count()
    may_write = people and (is_organiser(due.written_by) or not due.as_organiser)
    due.state = State.SENT if may_write else State.STOPPED
    due.sent_at, due.reached = timezone.now(), people if may_write else 0
    due.save(update_fields=["state", "sent_at", "reached"])
    planner.keep(ABOUT, [due.pk])
    record(due.written_by, f"announcement {due.state}", due, announcement=due.pk, people=people)


def _locked(announcement: Announcement) -> Announcement:
    rows = Announcement.objects.select_for_update(of=("self",))
    return rows.select_related("written_by", "programme").get(pk=announcement.pk)


def _locked_draft(announcement: Announcement) -> Announcement:
    draft = _locked(announcement)
    if not draft.is_draft:
        raise CannotChange(GONE_OUT if not draft.is_waiting else "Take it back first.")
    return draft
