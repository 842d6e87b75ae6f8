"""What a meeting leaves behind: decisions and the recap."""

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from members.models import Member
from notifications import planner
from sessions_app.models import Decision, Meeting


class CannotWrite(Exception):
    """Why nothing is written down, in words meant for the facilitator."""


class CannotShare(Exception):
    """Why a recap is not shared, in words meant for the facilitator."""


class RecapChanged(Exception):
    """Somebody else saved the recap since it was opened; `meeting` holds their words."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__("Somebody else saved this recap while you wrote. Theirs is kept below.")
        self.meeting = meeting


@transaction.atomic
def write_decision(
    meeting: Meeting, *, text: str, by: Member, for_newcomers: bool = False
) -> Decision:
    """Write down what the circle decided. Raises CannotWrite before a meeting, or if cancelled."""
    meeting = _locked(meeting)
    _refuse_unheld(meeting)
    return meeting.decisions.create(text=text, written_by=by, for_newcomers=for_newcomers)


@transaction.atomic
def correct_decision(decision: Decision, *, text: str, for_newcomers: bool) -> None:
    """Put it in better words. One that was removed meanwhile stays removed."""
    Decision.objects.filter(pk=decision.pk).update(text=text, for_newcomers=for_newcomers)


@transaction.atomic
def tell_newcomers(decision: Decision, *, told: bool) -> None:
    """Let whoever joins later read the decision, or no longer. Doing it twice changes nothing."""
    Decision.objects.filter(pk=decision.pk).update(for_newcomers=told)


@transaction.atomic
def remove_decision(decision: Decision) -> None:
    """Take a decision back. Doing it twice changes nothing."""
    Decision.objects.filter(pk=decision.pk).delete()


@transaction.atomic
def save_recap(meeting: Meeting, text: str, *, by: Member, based_on: str | None = None) -> Meeting:
    """Keep the recap; nobody but facilitators reads it until it is shared.

    `based_on` is the recap_version the writer began with: when another one is stored by now,
    RecapChanged is raised and nothing is overwritten. Raises CannotWrite before the meeting, for a
    cancelled one, and for taking away all words of a shared recap.
    """
    meeting = _locked(meeting)
    _refuse_unheld(meeting)
    if based_on not in (None, meeting.recap_version) and meeting.recap != text:
        raise RecapChanged(meeting)
    if meeting.recap_is_shared and not text.strip():
        raise CannotWrite("The circle has this recap already. Correct it rather than emptying it.")
    meeting.recap, meeting.recap_by = text, by
    meeting.save(update_fields=["recap", "recap_by"])
    return meeting


@transaction.atomic
def share_recap(meeting: Meeting) -> Meeting:
    """Show the recap to the circle and owe it to everyone by mail, once however often it is called.

    Raises CannotShare while the meeting lasts, for a cancelled one, and for an empty recap.
    """
    locked(meeting.circle_id)
    meeting = _locked(meeting)
    if meeting.recap_is_shared:
        return meeting
    if meeting.is_cancelled:
        raise CannotShare("This meeting was cancelled; there is nothing to recap.")
    if not meeting.has_ended:
        raise CannotShare("The meeting is not over yet. Your draft is kept; share it afterwards.")
    if not meeting.recap.strip():
        raise CannotShare("The recap is empty. Write a line or two first.")
    meeting.state, meeting.recap_sent_at = Meeting.State.RECAP_SENT, timezone.now()
    meeting.save(update_fields=["state", "recap_sent_at"])
    planner.keep("meeting", [meeting.pk])
    return meeting


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _refuse_unheld(meeting: Meeting) -> None:
    if meeting.is_cancelled:
        raise CannotWrite("This meeting was cancelled; there is nothing to write down.")
    if not meeting.has_started:
        raise CannotWrite("The meeting has not begun yet.")
