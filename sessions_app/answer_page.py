"""What the page of an answer link shows: whether the link still holds, and what to do if not."""

from typing import Any

from members.models import Member
from sessions_app.actions.attendance import belongs
from sessions_app.answer_links import AnswerLink
from sessions_app.models import Attendance, Meeting, UsedAnswerLink


def page_of(link: AnswerLink) -> dict[str, Any]:
    """The page's `state` and what belongs to it.

    Nothing of the meeting is shown to someone who no longer belongs to its circle: a mail is kept
    for longer than a seat.
    """
    person = Member.objects.filter(pk=link.person_id).first()
    found = Meeting.objects.filter(pk=link.meeting_id).select_related("circle")
    meeting = found.first()
    if person is None or meeting is None:
        return {"state": "gone"}
    if not person.may_sign_in or not belongs(person, meeting.circle_id):
        return {"state": "left"}
    said = Attendance.objects.filter(meeting=meeting, person=person).first()
    return {
        "state": _state(link, meeting),
        "link": link,
        "meeting": meeting,
        "person": person,
        "said": said.rsvp if said else "",
        "update": said.update if said else "",
    }


def _state(link: AnswerLink, meeting: Meeting) -> str:
    if meeting.is_cancelled:
        return "cancelled"
    if meeting.has_ended:
        return "over"
    if meeting.starts_at.replace(microsecond=0) != link.starts_at:
        return "moved"
    used = UsedAnswerLink.objects.filter(digest=link.digest)
    return "used" if used.exists() else "open"
