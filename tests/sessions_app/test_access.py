"""Who may open what in a circle: one row a route, one column a persona."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    hr_analyst,
    organiser,
)
from tests.walking import signed_in, walk

pytestmark = pytest.mark.django_db

# Of a hidden circle. The owner is the member whose goal and promise it is; the host has a
# facilitator beside them, so they run nothing.
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
ANSWER = (302, 404, 302, 302, 302, 302, 404, 404, 404, 404)
RUN_GET = (302, 404, 403, 403, 403, 200, 404, 404, 404, 404)
RUN_POST = (302, 404, 403, 403, 403, 302, 404, 404, 404, 404)
OWN_GET = (302, 404, 200, 403, 403, 403, 404, 404, 404, 404)
OWN_POST = (302, 404, 302, 403, 403, 403, 404, 404, 404, 404)
ACCESS = {
    "get home": EVERYBODY,
    # An organiser knows that every circle exists, and reads nothing of what it shares.
    "get circle": (302, 404, 200, 200, 200, 200, 404, 404, 200, 404),
    "get meeting_new": (302, 404, 403, 403, 403, 200, 404, 404, 403, 404),
    "post meeting_new": (302, 404, 403, 403, 403, 302, 404, 404, 403, 404),
    "get meeting": INSIDERS,
    "get meeting_edit": RUN_GET,
    "post meeting_edit": RUN_POST,
    "get meeting_cancel": RUN_GET,
    "post meeting_cancel": RUN_POST,
    "post meeting_restore": RUN_POST,
    "post rsvp": ANSWER,
    "get attendance": RUN_GET,
    "post attendance": RUN_POST,
    "post decision_add": RUN_POST,
    "get decision_remove": RUN_GET,
    "post decision_remove": RUN_POST,
    "post decision_tell": RUN_POST,
    "get catch_up": (302, 404, 200, 200, 200, 403, 404, 404, 403, 404),
    "get recap": RUN_GET,
    "post recap": RUN_POST,
    "post recap_share": RUN_POST,
    "get goals": EVERYBODY,
    "get goal_new": EVERYBODY,
    "post goal_new": (302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    "get goal": INSIDERS,
    "get goal_edit": OWN_GET,
    "post goal_edit": OWN_POST,
    "post check_in": OWN_POST,
    "post check_in_undo": OWN_POST,
    "post goal_reach": OWN_POST,
    "post goal_let_go": OWN_POST,
    "post goal_reopen": OWN_POST,
    "get commitments": EVERYBODY,
    "get promise_new": EVERYBODY,
    # The form offers the circles in which one has a seat; the facilitator has none.
    "post promise_new": (302, 422, 302, 302, 302, 422, 422, 422, 422, 422),
    "post commitment_keep": OWN_POST,
    "post commitment_partly": OWN_POST,
    "get commitment_carry": OWN_GET,
    "post commitment_carry": OWN_POST,
    "get commitment_drop": OWN_GET,
    "post commitment_drop": OWN_POST,
    "post commitment_undo": OWN_POST,
}
HELD = {"attendance", "decision_add", "decision_remove", "recap", "recap_share"}
GOALS = {
    "goal",
    "goal_edit",
    "check_in",
    "check_in_undo",
    "goal_reach",
    "goal_let_go",
    "goal_reopen",
}
ON_NOTHING = {"home", "goals", "goal_new", "commitments", "promise_new"}


def subject_of(name, circle, owner):
    """The row that the address names."""
    held = MeetingFactory(
        circle=circle,
        starts_at=timezone.now() - timedelta(days=1),
        held_on=timezone.localdate() - timedelta(days=1),
        recap="We met",
    )
    if name in ("circle", "meeting_new", "catch_up"):
        return circle
    if name in ("decision_remove", "decision_tell"):
        return DecisionFactory(meeting=held)
    if name in HELD:
        return held
    if name in GOALS:
        return GoalFactory(owner=owner, circle=circle)
    if name.startswith("commitment"):
        return CommitmentFactory(owner=owner, circle=circle)
    return MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(days=3))


def typed(name, circle):
    day = timezone.localdate() + timedelta(days=30)
    return {
        "meeting_new": {"day": day, "time": "15:00", "minutes": 60},
        "meeting_edit": {"day": day, "time": "15:00", "minutes": 60},
        "rsvp": {"coming": "yes"},
        "decision_add": {"text": "We meet at nine"},
        "recap": {"text": "We met"},
        "recap_share": {"text": "We met"},
        "goal_new": {"title": "Lead a team"},
        "goal_edit": {"title": "Lead a team"},
        "check_in": {"percent": 40, "confidence": 3},
        "promise_new": {"text": "Ask Dana", "circle": circle.pk},
        "commitment_carry": {"due_on": day},
        "commitment_drop": {"reason": "No time"},
    }.get(name, {})


def everybody():
    owner = MembershipFactory(circle__visibility="hidden")
    circle = owner.circle
    week_ago = timezone.localdate() - timedelta(days=7)
    people = {
        "visitor": None,
        "stranger": PersonFactory(),
        "owner": owner.person,
        "member": MembershipFactory(circle=circle).person,
        "host": MembershipFactory(circle=circle, role="host").person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "former member": MembershipFactory(circle=circle, left_on=week_ago).person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
        "superuser": PersonFactory(is_staff=True, is_superuser=True),
    }
    return owner, signed_in(people)


@pytest.fixture(scope="module")
def hidden(lasting_rows):
    """The owner's seat in a hidden circle, and the browsers of all personas."""
    return lasting_rows(everybody)


@pytest.mark.parametrize("route", ACCESS)
def test_access_to_a_hidden_circle(hidden, route):
    seat, browsers = hidden
    method, name = route.split()
    args = [] if name in ON_NOTHING else [subject_of(name, seat.circle, seat.person).pk]
    address = reverse(f"meetings:{name}", args=args)

    found = walk(browsers, method, address, typed(name, seat.circle))

    assert found == dict(zip(PERSONAS, ACCESS[route], strict=True))


@pytest.mark.parametrize("number", [0, 2**63])
def test_impossible_numbers_are_not_found(client, number):
    client.force_login(PersonFactory())
    names = sorted({route.split()[1] for route in ACCESS} - ON_NOTHING)

    found = {}
    for name in names:
        method = "get" if f"get {name}" in ACCESS else "post"
        response = getattr(client, method)(reverse(f"meetings:{name}", args=[number]))
        found[name] = response.status_code

    assert found == dict.fromkeys(names, 404)


def test_host_of_a_circle_without_a_facilitator_runs_its_meetings(client):
    seat = MembershipFactory(role="host")
    client.force_login(seat.person)

    response = client.get(reverse("meetings:meeting_new", args=[seat.circle.pk]))

    assert response.status_code == 200


@pytest.mark.parametrize(
    "viewer",
    [organiser, hr_analyst, PersonFactory, lambda: PersonFactory(is_superuser=True)],
    ids=["organiser", "hr analyst", "stranger", "superuser"],
)
def test_outsiders_see_a_listed_circle_without_its_content(client, viewer):
    seat = MembershipFactory()
    starts_at = timezone.now() + timedelta(days=3)
    MeetingFactory(circle=seat.circle, starts_at=starts_at, title="Unspeakable meeting")
    past = MeetingFactory(circle=seat.circle, recap="Unspeakable recap", recap_sent_at=starts_at)
    DecisionFactory(meeting=past, text="Unspeakable decision")
    CommitmentFactory(circle=seat.circle, owner=seat.person, promise="Unspeakable promise")
    GoalFactory(circle=seat.circle, owner=seat.person, title="Unspeakable goal")
    client.force_login(viewer())

    response = client.get(seat.circle.get_absolute_url())

    assert "reads_content" not in response.context
    assert response.content.decode().count("Unspeakable") == 0


def test_member_sees_all_of_it(client):
    seat = MembershipFactory()
    starts_at = timezone.now() + timedelta(days=3)
    MeetingFactory(circle=seat.circle, starts_at=starts_at, title="Unspeakable meeting")
    past = MeetingFactory(circle=seat.circle, recap="Unspeakable recap", recap_sent_at=starts_at)
    DecisionFactory(meeting=past, text="Unspeakable decision")
    CommitmentFactory(circle=seat.circle, owner=seat.person, promise="Unspeakable promise")
    GoalFactory(circle=seat.circle, owner=seat.person, title="Unspeakable goal")
    client.force_login(MembershipFactory(circle=seat.circle).person)

    words = client.get(seat.circle.get_absolute_url()).content.decode()

    for kind in ("meeting", "recap", "decision", "promise", "goal"):
        assert f"Unspeakable {kind}" in words
