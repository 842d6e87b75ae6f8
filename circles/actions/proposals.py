"""Circles that people propose: they come about when enough others would join."""

import datetime as dt
from typing import Unpack

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from circles.actions.circles import (
    CircleFields,
    changed_fields,
    check_format,
    new_circle,
    write_fields,
)
from circles.actions.refusals import CannotChange
from circles.models import (
    Circle,
    CircleQuerySet,
    Facilitation,
    Format,
    Membership,
    Programme,
    Support,
)
from circles.reminders import proposals as letters
from members.actions import record
from members.models import Member
from notifications import planner

Stage, Starters = Circle.Stage, Programme.Starters
IDLE = dt.timedelta(days=60)
LAUNCHED_ALREADY = "This circle has started already. You can ask for a seat on its page."
NOT_PROPOSED = "This is no proposal any more."


class CannotSupport(Exception):
    """Why a proposal is not supported, in words meant for the person who asked."""


@transaction.atomic
def propose_circle(*, of_format: Format, by: Member, **fields: Unpack[CircleFields]) -> Circle:
    """Write a proposal down, with its proposer as the first supporter.

    Raises CannotChange if the programme takes no proposals, does not have the format, or the name
    is taken.
    """
    _check_programme(fields["programme"])
    circle = new_circle(of_format, Stage.PROPOSED, fields, proposed_by=by)
    Support.objects.create(circle=circle, person=by)
    record(by, "proposed circle", circle, circle=circle.pk)
    return circle


@transaction.atomic
def start_as_facilitator(
    *, of_format: Format, by: Member, **fields: Unpack[CircleFields]
) -> Circle:
    """Start a circle that looks for members, facilitated by the person who starts it.

    Raises CannotChange if the programme leaves that to organisers, does not have the format, or the
    name is taken.
    """
    programme = _locked(fields["programme"])
    if programme.is_archived or programme.starters == Starters.ORGANISERS:
        raise CannotChange(f"In “{programme}” only organisers start circles.", field="programme")
    circle = new_circle(of_format, Stage.RECRUITING, fields)
    Facilitation.objects.create(circle=circle, person=by, appointed_on=circle.today)
    planner.keep("circle", [circle.pk])
    record(by, "started circle", circle, circle=circle.pk)
    return circle


@transaction.atomic
def support_circle(circle: Circle, *, person: Member) -> Circle:
    """Count the person in; the circle launches by itself once enough do. Twice changes nothing.

    Raises CannotSupport when the proposal cannot come about any more, or has already.
    """
    # Lock the circle, so that it is launched once, and not after it was declined.
    circle = _locked_circle(circle)
    if obstacle := obstacle_to_support(circle, person):
        raise CannotSupport(obstacle)
    Support.objects.get_or_create(circle=circle, person=person)
    if supporters(circle).count() >= circle.programme.supporters_needed:
        _launch(circle, by=None)
    return circle


@transaction.atomic
def take_back_support(circle: Circle, *, person: Member) -> bool:
    """No longer count the person in; return whether they were.

    Raises CannotSupport to the proposer, who withdraws the proposal instead, and once it launched.
    """
    circle = _locked_circle(circle)
    if circle.stage != Stage.PROPOSED:
        raise CannotSupport(LAUNCHED_ALREADY if not circle.is_closed else NOT_PROPOSED)
    if circle.proposed_by_id == person.pk:
        raise CannotSupport("It is your own proposal. Withdraw it instead.")
    removed, _ = Support.objects.filter(circle=circle, person=person).delete()
    return bool(removed)


@transaction.atomic
def change_proposal(
    circle: Circle, *, by: Member, of_format: Format, **fields: Unpack[CircleFields]
) -> Circle:
    """Change a proposal, its format too. Raises CannotChange as propose_circle does."""
    circle = _proposed(circle)
    if fields["programme"] != circle.programme:
        _check_programme(fields["programme"])
    check_format(fields["programme"], of_format, field="of_format")
    changes = changed_fields(circle, fields)
    if circle.format_version.format_id != of_format.pk:
        version = of_format.versions.order_by("-number").first()
        Circle.objects.filter(pk=circle.pk).update(format_version=version)
        record(by, "changed proposal", circle, circle=circle.pk, fields=["format"])
    if changes:
        write_fields(circle, fields, changes)
        record(by, "changed proposal", circle, circle=circle.pk, fields=changes)
    return circle


@transaction.atomic
def withdraw_proposal(circle: Circle, *, by: Member) -> Circle:
    """Give the proposal up; its supporters are told. Raises CannotChange once it launched."""
    circle = _proposed(circle)
    _close(circle)
    letters.plan(letters.WITHDRAWN, circle, but=by)
    record(by, "withdrew proposal", circle, circle=circle.pk)
    return circle


@transaction.atomic
def decline_proposal(circle: Circle, *, by: Member, words: str) -> Circle:
    """Close the proposal with an answer that its proposer and supporters read.

    Raises CannotChange once it launched.
    """
    circle = _proposed(circle)
    circle.answer = words
    _close(circle)
    letters.plan(letters.DECLINED, circle)
    record(by, "declined proposal", circle, circle=circle.pk)
    return circle


@transaction.atomic
def launch_proposal(circle: Circle, *, by: Member) -> Circle:
    """Launch it without waiting for more supporters. Raises CannotChange if it is none any more."""
    circle = _proposed(circle)
    _launch(circle, by=by)
    return circle


@transaction.atomic
def close_idle_proposal(circle_id: int) -> bool:
    """Close a proposal that nobody newly supports, and tell its proposer; once, however often."""
    circle = idle_proposals().select_for_update(of=("self",)).filter(pk=circle_id).first()
    if circle is None:
        return False
    _close(circle)
    letters.plan(letters.IDLE, circle)
    record(None, "closed idle proposal", circle, circle=circle.pk)
    return True


def idle_proposals(now: dt.datetime | None = None) -> CircleQuerySet:
    """Proposals that nobody has supported for sixty days, besides whoever proposed them."""
    since = (now or timezone.now()) - IDLE
    recent = Support.objects.filter(since__gt=since).values("circle")
    proposed = Circle.objects.filter(stage=Stage.PROPOSED, created_at__lte=since)
    return proposed.exclude(proposed_by=None).exclude(pk__in=recent)


def supporters(circle: Circle) -> QuerySet[Support]:
    """Those who count: people who are still here."""
    here = Q(person__left_on=None) | Q(person__left_on__gt=circle.today)
    return circle.supports.filter(here, person__is_active=True)


def obstacle_to_support(circle: Circle, person: Member) -> str:
    """Why the person cannot support it; nothing if they can."""
    if circle.stage != Stage.PROPOSED:
        return "This proposal is closed." if circle.is_closed else LAUNCHED_ALREADY
    if circle.programme.is_archived:
        return f"“{circle.programme}” is archived, so this circle cannot start there."
    if circle.programme.starters != Starters.EVERYONE:
        return f"“{circle.programme}” takes no proposals now. An organiser decides about this one."
    if person.has_left:
        return "Only people who work here can support it."
    if circle.facilitations.current().filter(person=person).exists():
        return "You facilitate this circle, so you cannot also have a seat in it."
    return ""


def _launch(circle: Circle, *, by: Member | None) -> None:
    """Look for members, with the supporters seated in their order while seats last."""
    held = circle.facilitations.current().values("person")
    taken = circle.memberships.current().count()
    seated = circle.memberships.current().values("person")
    coming = supporters(circle).exclude(person__in=held).exclude(person__in=seated)
    Membership.objects.bulk_create(
        Membership(circle=circle, person_id=support.person_id, joined_on=circle.today)
        for support in coming.order_by("since", "pk")[: max(0, circle.capacity - taken)]
    )
    circle.stage = Stage.RECRUITING
    circle.save(update_fields=["stage"])
    letters.plan(letters.LAUNCHED, circle)
    planner.keep("circle", [circle.pk])
    record(by, "launched proposal", circle, circle=circle.pk)


def _close(circle: Circle) -> None:
    circle.stage, circle.ended_on = Stage.CLOSED, circle.today
    circle.save(update_fields=["stage", "ended_on", "answer"])
    planner.keep("circle", [circle.pk])


def _locked(programme: Programme) -> Programme:
    """As it is now, and not archived or changed before the circle is there."""
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _check_programme(programme: Programme) -> None:
    now = _locked(programme)
    if now.is_archived or now.starters != Starters.EVERYONE:
        raise CannotChange(f"“{now}” takes no proposals now.", field="programme")


def _locked_circle(circle: Circle) -> Circle:
    rows = Circle.objects.select_related("programme").select_for_update(of=("self",))
    return rows.get(pk=circle.pk)


def _proposed(circle: Circle) -> Circle:
    circle = _locked_circle(circle)
    if circle.stage != Stage.PROPOSED:
        raise CannotChange(LAUNCHED_ALREADY if not circle.is_closed else NOT_PROPOSED)
    return circle
