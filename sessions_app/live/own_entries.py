"""What every circle writes down as it meets: promises, decisions, plus and delta."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import QueryDict

from members.models import Member
from sessions_app.actions.commitments import CannotPromise, promise
from sessions_app.actions.live import CannotLead, capture_decision
from sessions_app.agenda.duties import SCRIBES
from sessions_app.forms.live import DecidedForm, PlusDeltaForm, PromisedForm
from sessions_app.live.entries import CAPTURES, CLOSING, CannotCapture, Entry, Line
from sessions_app.models import Commitment, Meeting, PlusDelta
from sessions_app.people import gathering_of


def register_own_entries() -> None:
    """Declare them, once at start-up."""
    CAPTURES.add(COMMITMENT)
    CAPTURES.add(DECISION)
    CLOSING.add(COMMIT)
    CLOSING.add(PLUS_DELTA)


def _next_day(meeting: Meeting) -> date | None:
    """The day of the circle's next meeting: a promise is usually due then."""
    later = Meeting.objects.filter(circle=meeting.circle_id, state=Meeting.State.PLANNED)
    days = later.filter(starts_at__gt=meeting.starts_at).order_by("starts_at")
    return days.values_list("held_on", flat=True).first()


def _owners(meeting: Meeting, person: Member) -> list[Member]:
    """Oneself; for whoever drives or keeps the minutes, also the others at the table."""
    here = [guest.person for guest in gathering_of(meeting).guests if not guest.is_facilitator]
    writes = person.has_perm("sessions_app.drive_meeting", meeting)
    writes = writes or meeting.roles.filter(person=person, role__in=SCRIBES).exists()
    others = [each for each in here if each != person] if writes else []
    return [each for each in here if each == person] + others


def _promised_form(meeting: Meeting, person: Member, data: QueryDict | None) -> PromisedForm:
    owners = _owners(meeting, person)
    initial = {"due_on": _next_day(meeting)}
    return PromisedForm(
        data, owners=owners, viewer=person, initial=initial, auto_id="commitment-%s"
    )


def _commit_form(meeting: Meeting, person: Member, data: QueryDict | None) -> PromisedForm:
    initial = {"due_on": _next_day(meeting)}
    form = PromisedForm(data, owners=[person], viewer=person, initial=initial, auto_id="commit-%s")
    form.fields["text"].label = "What do you do until you meet again?"
    return form


def _save_promise(form: Any, meeting: Meeting, person: Member) -> None:
    given = form.cleaned_data
    owner = person if given["owner"] == person.pk else Member.objects.get(pk=given["owner"])
    try:
        promise(
            meeting.circle,
            owner=owner,
            text=given["text"],
            due_on=given["due_on"],
            meeting=meeting,
        )
    except CannotPromise as reason:
        raise CannotCapture(str(reason)) from None


def _promises(meeting: Meeting, _person: Member) -> Iterable[Line]:
    # Who reads the meeting reads what was promised in it.
    made = Commitment.objects.filter(meeting=meeting).select_related("owner")
    return [
        Line(each.promise, each.owner.short_name, each.created_at)
        for each in made.order_by("created_at", "pk")
    ]


def _promised_by(meeting: Meeting) -> set[int]:
    return set(Commitment.objects.filter(meeting=meeting).values_list("owner", flat=True))


def _has_seat(meeting: Meeting, person: Member) -> bool:
    return person.has_perm("sessions_app.promise", meeting.circle)


def _may_promise(meeting: Meeting, person: Member) -> bool:
    return _has_seat(meeting, person) or bool(_owners(meeting, person))


def _decided_form(_meeting: Meeting, _person: Member, data: QueryDict | None) -> DecidedForm:
    return DecidedForm(data, auto_id="decision-%s")


def _save_decision(form: Any, meeting: Meeting, person: Member) -> None:
    try:
        capture_decision(meeting, text=form.cleaned_data["text"], by=person)
    except CannotLead as reason:
        raise CannotCapture(str(reason)) from None


def _decisions(meeting: Meeting, _person: Member) -> Iterable[Line]:
    made = meeting.decisions.order_by("written_at", "pk")
    return [
        Line(each.text, each.written_by.short_name if each.written_by else "", each.written_at)
        for each in made.select_related("written_by")
    ]


def _plus_delta_form(_meeting: Meeting, _person: Member, data: QueryDict | None) -> PlusDeltaForm:
    return PlusDeltaForm(data, auto_id="plus-delta-%s")


def _save_plus_delta(form: Any, meeting: Meeting, person: Member) -> None:
    PlusDelta.objects.bulk_create(
        PlusDelta(meeting=meeting, side=side, text=text, written_by=person)
        for side in PlusDelta.Side.values
        for text in form.cleaned_data[side]
    )


def _plus_deltas(meeting: Meeting, _person: Member) -> Iterable[Line]:
    said = meeting.plus_deltas.all()
    signs = {PlusDelta.Side.PLUS: "+", PlusDelta.Side.DELTA: "Δ"}
    # Without names: it is about the meeting, not about who minds what.
    return [
        Line(f"{signs[PlusDelta.Side(each.side)]} {each.text}", "", each.written_at)
        for each in said
    ]


def _said_by(meeting: Meeting) -> set[int]:
    said = PlusDelta.objects.filter(meeting=meeting, written_by__isnull=False)
    return set(said.values_list("written_by", flat=True))


COMMITMENT = Entry(
    key="commitment",
    label="Promise",
    icon="handshake",
    place=10,
    form=_promised_form,
    save=_save_promise,
    lines=_promises,
    is_shared=True,
    is_offered=_may_promise,
    title="Promised",
    heading="Note a promise",
    thanks="Promised. Everyone here sees it.",
)
DECISION = Entry(
    key="decision",
    label="Decision",
    icon="gavel",
    place=20,
    form=_decided_form,
    save=_save_decision,
    lines=_decisions,
    is_shared=True,
    title="Decided",
    heading="Note a decision",
)
COMMIT = Entry(
    key="commit",
    label="One promise each",
    icon="handshake",
    place=10,
    form=_commit_form,
    save=_save_promise,
    lines=_promises,
    is_shared=True,
    is_offered=_has_seat,
    done_by=_promised_by,
    title="Promised today",
    heading="Your one promise",
    thanks="Promised. Your circle asks you about it next time.",
)
PLUS_DELTA = Entry(
    key="plus_delta",
    label="Plus and delta",
    icon="plus",
    place=20,
    form=_plus_delta_form,
    save=_save_plus_delta,
    lines=_plus_deltas,
    is_shared=True,
    done_by=_said_by,
    title="Plus and delta",
    heading="Plus and delta",
    thanks="Written down, without your name beside it.",
)
