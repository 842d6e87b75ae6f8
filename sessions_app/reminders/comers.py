"""Newcomers and leavers: whose calendar does not yet know what the others' knows."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from circles.models import Membership
from members.models import Member
from notifications.catalogue import kind_named
from notifications.models import Reminder
from sessions_app.models import Invitation, Meeting, Series
from sessions_app.models.series import MEETING_STAGES
from sessions_app.reminders.invitations import CANCELLATION, INVITATION, WAIT, WAITING

AT_ONCE = 1000
TRIED_AGAIN_AFTER = timedelta(days=1)
Pair = tuple[str, int]


def tell_newcomers() -> int:
    """Owe the invitations of their circle to who has a seat and was not told; returns how many.

    Only what others were invited to: what nobody was told of is still on its way to everybody.
    """
    pairs = [
        *((f"series:{pk}", person) for pk, person in _untold(_series_told(), "series")),
        *((f"meeting:{pk}", person) for pk, person in _untold(_meetings_told(), "meetings")),
    ]
    return _owe(INVITATION, pairs)


def tell_leavers() -> int:
    """Owe it to who left that their calendar lets go of what is to come; returns how many."""
    held = Membership.objects.current().filter(person=OuterRef("person"))
    of_series = Invitation.objects.filter(
        ~Exists(held.filter(circle=OuterRef("series__circle"))),
        Q(series__ended_at=None)
        | Exists(Meeting.objects.upcoming().filter(series=OuterRef("series"))),
        method=Invitation.Method.REQUEST,
        series__isnull=False,
    )
    of_meetings = Invitation.objects.filter(
        ~Exists(held.filter(circle=OuterRef("meeting__circle"))),
        method=Invitation.Method.REQUEST,
        meeting__series=None,
        meeting__ends_at__gt=timezone.now(),
    )
    pairs = [
        *((f"series:{pk}", person) for pk, person in of_series.values_list("series", "person")),
        *((f"meeting:{pk}", person) for pk, person in of_meetings.values_list("meeting", "person")),
    ]
    return _owe(CANCELLATION, pairs)


def _series_told() -> QuerySet[Any, Any]:
    told = Invitation.objects.filter(series=OuterRef("pk"), method=Invitation.Method.REQUEST)
    to_come = Meeting.objects.upcoming().filter(series=OuterRef("pk"))
    running = Series.objects.running().filter(Exists(told), Exists(to_come))
    return running.order_by().values("pk")


def _meetings_told() -> QuerySet[Any, Any]:
    told = Invitation.objects.filter(meeting=OuterRef("pk"), method=Invitation.Method.REQUEST)
    return Meeting.objects.upcoming().filter(Exists(told), series=None).order_by().values("pk")


def _untold(things: QuerySet[Any, Any], name: str) -> list[tuple[int, int]]:
    """Pairs of a thing and a person with a seat in its circle whose calendar does not hold it."""
    field = name.removesuffix("s") if name == "meetings" else name
    known = Invitation.objects.filter(
        person=OuterRef("person"),
        method=Invitation.Method.REQUEST,
        **{field: OuterRef("thing")},
    )
    seats = (
        Membership.objects.current()
        .here()
        .filter(circle__stage__in=MEETING_STAGES)
        # Named first, so that all that follows is about the same row of the circle's.
        .annotate(thing=F(f"circle__{name}"))
        .filter(~Exists(known), thing__in=things)
    )
    return list(seats.order_by("pk").values_list("thing", "person")[:AT_ONCE])


def _owe(kind: str, pairs: list[Pair]) -> int:
    """Plan those that are neither waiting nor were refused lately.

    What was withdrawn, because its facts changed before it was sent, was not tried.
    """
    pairs = pairs[:AT_ONCE]
    refused = ~Q(state=Reminder.State.SENT) & ~Q(problem__startswith="Withdrawn")
    lately = Q(created_at__gt=timezone.now() - TRIED_AGAIN_AFTER)
    tried = set(
        Reminder.objects.filter(
            Q(state__in=WAITING) | refused & lately,
            kind=kind,
            subject__in={subject for subject, _ in pairs},
        ).values_list("subject", "recipient")
    )
    reached = set(
        Member.objects.current()
        .filter(pk__in={person for _, person in pairs}, email__isnull=False)
        .values_list("pk", flat=True)
    )
    due_at, urgency = timezone.now() + WAIT, kind_named(kind).urgency
    rows = [
        Reminder(kind=kind, subject=subject, recipient_id=person, due_at=due_at, urgency=urgency)
        for subject, person in pairs
        if person in reached and (subject, person) not in tried
    ]
    return len(Reminder.objects.bulk_create(rows, ignore_conflicts=True))
