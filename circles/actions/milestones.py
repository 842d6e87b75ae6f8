"""The days of a programme that organisers add; what people are told follows at once."""

import datetime as dt
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.models import Milestone, Programme
from circles.reminders.milestones import ABOUT
from members.actions import record
from members.models import Member
from notifications import planner

THERE_ALREADY = "This milestone is there already on that day."


class MilestoneFields(TypedDict, total=False):
    """What an organiser says about a milestone."""

    title: str
    on: dt.date
    words: str
    tell_days: list[int]


@transaction.atomic
def add_milestone(
    programme: Programme, *, by: Member | None, **fields: Unpack[MilestoneFields]
) -> Milestone:
    """Add a day, and plan what people are told. Raises CannotChange if it is there already."""
    milestone = _saved(Milestone(programme=_locked(programme.pk), created_by=by, **fields))
    plan_milestones(programme)
    record(by, "added milestone", milestone, programme=programme.pk)
    return milestone


@transaction.atomic
def change_milestone(
    milestone: Milestone, *, by: Member, **fields: Unpack[MilestoneFields]
) -> Milestone:
    """Change or move a day; its messages move along. Raises CannotChange if it is there already."""
    programme = _locked(milestone.programme_id)
    milestone = programme.milestones.get(pk=milestone.pk)
    for name, value in fields.items():
        setattr(milestone, name, value)
    _saved(milestone)
    plan_milestones(programme)
    record(by, "changed milestone", milestone, programme=programme.pk)
    return milestone


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Member) -> None:
    """Take a day away with its messages. Twice changes nothing; it can be restored."""
    programme = _locked(milestone.programme_id)
    if programme.milestones.current().filter(pk=milestone.pk).update(removed_at=timezone.now()):
        plan_milestones(programme)
        record(by, "removed milestone", milestone, programme=programme.pk)


@transaction.atomic
def restore_milestone(milestone: Milestone, *, by: Member) -> None:
    """Bring a removed day back. Raises CannotChange if the same was added in the meantime."""
    programme = _locked(milestone.programme_id)
    gone = programme.milestones.exclude(removed_at=None).filter(pk=milestone.pk).first()
    if gone:
        gone.removed_at = None
        _saved(gone)
        plan_milestones(programme)
        record(by, "restored milestone", gone, programme=programme.pk)


def plan_milestones(programme: Programme) -> None:
    """Make what is planned about its days what its dates and milestones want now."""
    circles = programme.circles.open().order_by("pk").values_list("pk", flat=True)
    planner.keep_all(ABOUT, circles.iterator())


def copy_milestones(programme: Programme, copy: Programme, *, days: int, by: Member | None) -> int:
    """Give a copy the same milestones, so many days later; returns how many."""
    shift = dt.timedelta(days=days)
    rows = [
        Milestone(
            programme=copy,
            title=each.title,
            on=each.on + shift,
            words=each.words,
            tell_days=each.tell_days,
            created_by=by,
        )
        for each in programme.milestones.current()
    ]
    return len(Milestone.objects.bulk_create(rows))


def _locked(programme_id: int) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme_id)


def _saved(milestone: Milestone) -> Milestone:
    try:
        with transaction.atomic():
            milestone.save()
    except IntegrityError as error:
        raise CannotChange(THERE_ALREADY, field="title") from error
    return milestone
