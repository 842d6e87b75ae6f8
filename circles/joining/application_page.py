"""What the pages of an application show: the questions, and who reads and decides."""

from typing import Any

from circles.forms.joining import DecisionForm
from circles.models import Application, Circle, Programme
from circles.programmes.questions import AskingForm, answer_form
from members.models import Member


def ask_form(circle: Circle, data: Any = None) -> AskingForm:
    """The programme's questions. Fetch the circle with for_cards()."""
    return answer_form(circle.programme.questions, data, seen_by=who_reads(circle))


def who_reads(circle: Circle) -> str:
    """Said at the form, before anything is typed."""
    facilitated = any(not held.has_left for held in circle.held_by)
    decide = "the circle’s facilitators" if facilitated else "organisers"
    if circle.programme.approval == Programme.Approval.VOTE:
        seen = "The circle’s members and facilitators read this, because the circle votes"
        then = "" if facilitated else "; organisers too, if the vote has no result"
        return f"{seen}{then}. After the decision nobody but you does."
    note = (
        "; organisers, should it have none by then"
        if facilitated
        else ", because nobody who works here facilitates this circle now"
    )
    return f"Only {decide} read this{note}. After the decision nobody but you does."


def application_page(application: Application, person: Member) -> dict[str, Any]:
    """The context of templates/circles/application.html."""
    is_open = application.is_open
    mine = application.person_id == person.pk
    this = Application.objects.filter(pk=application.pk)
    vote = application.votes.filter(person=person).first() if not mine else None
    decides = is_open and not mine and this.decided_by(person).exists()
    return {
        "application": application,
        "circle": application.circle,
        "is_mine": mine,
        "is_voted_on": is_open and this.voted_on().exists(),
        "may_vote": is_open and this.votable_by(person).exists(),
        "may_decide": decides,
        "decides_as_organiser": decides
        and not application.circle.facilitations.current().filter(person=person).exists(),
        "vote": vote,
        "form": DecisionForm() if decides else None,
    }
