"""Who may open what of promises, topics, attendance and notes, in a hidden circle."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AttendanceFactory,
    CaseNoteFactory,
    CharterFactory,
    CommitmentFactory,
    DecisionFactory,
    DiscussionNoteFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    TopicFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

# The owner is the member whose promise, topic and case note it is.
PERSONAS = (
    "visitor",
    "stranger",
    "owner",
    "member",
    "host",
    "facilitator",
    "former member",
    "hr analyst",
    "organiser",
    "superuser",
)
EVERYBODY = (302, 200, 200, 200, 200, 200, 200, 200, 200, 200)
INSIDERS = (302, 404, 200, 200, 200, 200, 404, 404, 404, 404)
INSIDERS_POST = (302, 404, 302, 302, 302, 302, 404, 404, 404, 404)
SEATED_POST = (302, 404, 302, 302, 302, 403, 404, 404, 404, 404)
RUN_GET = (302, 404, 403, 403, 403, 200, 404, 404, 404, 404)
RUN_POST = (302, 404, 403, 403, 403, 302, 404, 404, 404, 404)
OWN_GET = (302, 404, 200, 403, 403, 403, 404, 404, 404, 404)
OWN_POST = (302, 404, 302, 403, 403, 403, 404, 404, 404, 404)
TAKE_POST = (302, 404, 302, 403, 302, 302, 404, 404, 404, 404)
# A case note exists for its presenter alone.
PRESENTER_GET = (302, 404, 200, 404, 404, 404, 404, 404, 404, 404)
PRESENTER_POST = (302, 404, 302, 404, 404, 404, 404, 404, 404, 404)
ACCESS = {
    "post commitment_carry_undo": OWN_POST,
    "post commitment_on_it": OWN_POST,
    "post commitment_on_it_undo": OWN_POST,
    "get commitment_evidence": OWN_GET,
    "post commitment_evidence": OWN_POST,
    # An organiser knows that every circle exists, and reads nothing of what it shares.
    "get topics": (302, 404, 200, 200, 200, 200, 404, 404, 403, 404),
    "get topic_new": (302, 404, 200, 200, 200, 403, 404, 404, 403, 404),
    "post topic_new": (302, 404, 302, 302, 302, 403, 404, 404, 403, 404),
    "post topic_take": TAKE_POST,
    "post topic_drop": OWN_POST,
    "post topic_reopen": TAKE_POST,
    "post attendance_own": SEATED_POST,
    "get decision_edit": RUN_GET,
    "post decision_edit": RUN_POST,
    "get discussion_note_new": INSIDERS,
    "post discussion_note_new": INSIDERS_POST,
    "get discussion_note_delete": RUN_GET,
    "post discussion_note_delete": RUN_POST,
    "get case_notes": EVERYBODY,
    "get case_note_new": INSIDERS,
    "post case_note_new": INSIDERS_POST,
    "get case_note_destroy": PRESENTER_GET,
    "post case_note_destroy": PRESENTER_POST,
    "get case_notes_destroy": EVERYBODY,
    "post case_notes_destroy": (302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
}
ON_NOTHING = {"case_notes", "case_notes_destroy"}


@pytest.fixture
def world():
    owner = MembershipFactory(circle__visibility="hidden")
    circle = owner.circle
    CharterFactory(circle=circle, keeps_discussion_notes=True)
    last_week = timezone.localdate() - timedelta(days=7)
    people = {
        "visitor": None,
        "stranger": PersonFactory(),
        "owner": owner.person,
        "member": MembershipFactory(circle=circle).person,
        "host": MembershipFactory(circle=circle, role="host").person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "former member": MembershipFactory(circle=circle, left_on=last_week).person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
        "superuser": PersonFactory(is_staff=True, is_superuser=True),
    }
    held = MeetingFactory(circle=circle, starts_at=timezone.now() - timedelta(days=1))
    AttendanceFactory(meeting=held, person=owner.person, attended=True)
    return {"circle": circle, "owner": owner.person, "people": people, "held": held}


def subject_of(name, world):
    """The row that the address names, made anew so that each persona finds it as it was."""
    circle, owner, held = world["circle"], world["owner"], world["held"]
    if name in ("topics", "topic_new"):
        return circle
    made = {
        "commitment_": lambda: CommitmentFactory(owner=owner, circle=circle),
        "topic_": lambda: TopicFactory(owner=owner, circle=circle),
        "decision_": lambda: DecisionFactory(meeting=held),
        "discussion_note_delete": lambda: DiscussionNoteFactory(meeting=held),
        "case_note_destroy": lambda: CaseNoteFactory(meeting=held, presenter=owner),
    }
    return next((make() for start, make in made.items() if name.startswith(start)), held)


def test_access_to_a_hidden_circle(client, world):
    typed = {
        "topic_new": {"title": "How to delegate"},
        "decision_edit": {"text": "We meet at nine"},
        "discussion_note_new": {"text": "We talked"},
        "case_note_new": {"text": "Ask first", "presenter": world["owner"].pk},
    }
    got = {route: [] for route in ACCESS}
    for person in world["people"].values():
        if person:
            client.force_login(person)
        for route, statuses in got.items():
            method, name = route.split()
            args = [] if name in ON_NOTHING else [subject_of(name, world).pk]
            address = reverse(f"meetings:{name}", args=args)
            statuses.append(getattr(client, method)(address, typed.get(name, {})).status_code)

    assert {route: tuple(statuses) for route, statuses in got.items()} == ACCESS


@pytest.mark.parametrize("number", [0, 2**63])
def test_impossible_numbers_are_not_found(client, number):
    client.force_login(PersonFactory())
    got = {}
    for route in ACCESS:
        method, name = route.split()
        if name not in ON_NOTHING:
            address = reverse(f"meetings:{name}", args=[number])
            got[route] = getattr(client, method)(address).status_code

    assert set(got.values()) == {404}
