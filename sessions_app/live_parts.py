"""What promises and notes bring to a live meeting: kinds of segments, and things to write down."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from circles.models import Charter
from members.forms import PeerloomForm
from members.models import Member
from sessions_app import actions
from sessions_app.agenda.kinds import Panel, SegmentKind, register
from sessions_app.forms import CaseNoteForm, DiscussionNoteForm
from sessions_app.live.entries import CAPTURES, CannotCapture, Entry, Line
from sessions_app.models import CaseNote, Commitment, DiscussionNote, Meeting, Topic
from sessions_app.opening import opening_of
from sessions_app.people import gathering_of
from sessions_app.presenters import case_note_people, first_presenter, is_presenting


def commitments(meeting: Meeting, person: Member) -> Panel:
    """What those who are there promised earlier, with the buttons for it."""
    drives = person.has_perm("sessions_app.drive_meeting", meeting)
    context = {"meeting": meeting, "turns": opening_of(meeting, person), "drives": drives}
    return Panel("sessions_app/panel_commitments.html", context)


def check_in(meeting: Meeting, person: Member) -> Panel:
    """Who is here, and what those who can't come wrote."""
    context = {"gathering": gathering_of(meeting), "viewer": person}
    return Panel("sessions_app/panel_check_in.html", context)


def commit(meeting: Meeting, person: Member) -> Panel:
    """What was promised in this meeting so far."""
    made = Commitment.objects.visible_to(person).filter(meeting=meeting)
    promises = list(made.select_related("owner").order_by("pk"))
    return Panel("sessions_app/panel_commit.html", {"meeting": meeting, "promises": promises})


def topics(meeting: Meeting, person: Member) -> Panel:
    """What waits for a hot seat, and what has it in this meeting."""
    mine = Topic.objects.visible_to(person).filter(circle=meeting.circle_id)
    runs = person.has_perm("sessions_app.run_topics", meeting.circle)
    context = {
        "meeting": meeting,
        "viewer": person,
        "runs": runs or person.has_perm("sessions_app.drive_meeting", meeting),
        "waiting": list(mine.waiting().select_related("owner")[:10]),
        "taken": list(mine.filter(meeting=meeting).select_related("owner")),
    }
    return Panel("sessions_app/panel_topics.html", context)


def keeps_notes(meeting: Meeting, _person: Member) -> bool:
    """Whether the charter in force keeps notes of what is discussed."""
    charter = Charter.objects.in_force().filter(circle=meeting.circle_id).first()
    return charter is not None and charter.keeps_discussion_notes


def _note_form(_meeting: Meeting, _person: Member, data: QueryDict | None) -> PeerloomForm:
    return DiscussionNoteForm(data)


def _save_note(form: PeerloomForm, meeting: Meeting, person: Member) -> None:
    try:
        actions.write_discussion_note(meeting, by=person, **form.cleaned_data)
    except actions.CannotNote as reason:
        raise CannotCapture(str(reason)) from None


def _notes(meeting: Meeting, _person: Member) -> Iterable[Line]:
    # Who reads the meeting reads its notes.
    notes = DiscussionNote.objects.filter(meeting=meeting)
    return _lines(notes.select_related("written_by"))


def _presents(meeting: Meeting, _person: Member) -> bool:
    return is_presenting(meeting)


def _case_form(meeting: Meeting, _person: Member, data: QueryDict | None) -> PeerloomForm:
    initial = {"presenter": first_presenter(meeting)}
    return CaseNoteForm(data, people=case_note_people(meeting), initial=initial)


def _save_case(form: Any, meeting: Meeting, person: Member) -> None:
    text = form.cleaned_data["text"]
    try:
        actions.write_case_note(meeting, presenter=form.chosen(), text=text, by=person)
    except actions.CannotNote as reason:
        raise CannotCapture(str(reason)) from None


def _case_notes(meeting: Meeting, person: Member) -> Iterable[Line]:
    notes = CaseNote.objects.visible_to(person).filter(meeting=meeting)
    return _lines(notes.select_related("written_by"))


def _have_case_notes(meeting: Meeting) -> set[int]:
    return set(CaseNote.objects.filter(meeting=meeting).values_list("presenter", flat=True))


def _lines(notes: Iterable[Any]) -> list[Line]:
    return [
        Line(note.text, note.written_by.short_name if note.written_by else "", note.written_at)
        for note in notes
    ]


def register_live_parts() -> None:
    """Called once, when Django has loaded the apps."""
    words: tuple[str, ...] = ("check-in", "wins", "welcome", "roll call", "open and plan check")
    register(SegmentKind("check_in", "Check-in", words, check_in))
    words = ("commitments", "review commitments", "review of commitments", "progress by group")
    register(SegmentKind("commitments", "Review commitments", words, commitments))
    words = ("commit", "commit and pulse", "new commitments")
    register(SegmentKind("commit", "Commit", words, commit))
    words = ("hot seat", "hot seats", "hot seats in peer groups", "spotlight", "topics")
    register(SegmentKind("topics", "Hot-seat topics", words, topics))
    CAPTURES.add(
        Entry(
            "discussion_note",
            "Note",
            "notebook-pen",
            50,
            form=_note_form,
            save=_save_note,
            lines=_notes,
            is_shared=True,
            is_offered=keeps_notes,
            heading="What was said that the circle wants to find again?",
            thanks="Noted. Your circle reads it.",
        )
    )
    CAPTURES.add(
        Entry(
            "case_note",
            "Note for the presenter",
            "lock-keyhole",
            60,
            form=_case_form,
            save=_save_case,
            lines=_case_notes,
            read_by=_have_case_notes,
            is_offered=_presents,
            heading="What should the presenter take along?",
            thanks="Only the presenter reads this now.",
        )
    )
