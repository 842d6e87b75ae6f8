from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import CheckIn, Goal
from tests.factories import CheckInFactory, GoalFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

KEY = "5f0c1a1e-3d5c-4c55-9f0e-6f1c2f1f9b10"


@pytest.fixture
def seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)
    return seat


def at(name, *args):
    return reverse(f"meetings:{name}", args=args)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("count", [1, 4])
def test_goal_list_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    for _ in range(count):
        CheckInFactory(goal=GoalFactory(owner=seat.person, circle=seat.circle))

    # User, goals counted and read, circles held, roles.
    with django_assert_num_queries(5):
        response = client.get(at("goals"))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 4])
def test_goal_page_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    goal = GoalFactory(owner=seat.person, circle=seat.circle)
    CheckInFactory.create_batch(count, goal=goal)

    # User, goal, check-ins counted and read, circles held, roles.
    with django_assert_num_queries(6):
        response = client.get(goal.get_absolute_url())

    assert len(response.context["page"]) == count


def test_lists_show_ones_own_goals_by_state(client, seat):
    active = GoalFactory(owner=seat.person)
    reached = GoalFactory(owner=seat.person, state=Goal.State.REACHED)
    peer = MembershipFactory(circle=seat.circle).person
    GoalFactory(owner=peer, circle=seat.circle)

    assert list(client.get(at("goals")).context["page"]) == [active]
    assert list(client.get(at("goals"), {"show": "past"}).context["page"]) == [reached]


def test_empty_list_offers_the_first_step(client, seat):
    words = client.get(at("goals")).content.decode()

    assert "You have no goal yet" in words
    assert words.count(f'href="{at("goal_new")}"') == 1


def test_goal_is_set_once_by_a_double_click(client, seat):
    typed = {"title": "Lead a team", "why": "To\r\ngrow", "form_key": KEY}

    first = client.post(at("goal_new"), typed)
    second = client.post(at("goal_new"), typed)

    goal = Goal.objects.get()
    assert first["Location"] == second["Location"] == goal.get_absolute_url()
    assert (goal.owner, goal.title, goal.why) == (seat.person, "Lead a team", "To\ngrow")


def test_goal_form_offers_only_ones_own_circles(client, seat):
    MembershipFactory()
    left = MembershipFactory(person=seat.person, left_on=timezone.localdate())

    form = client.get(at("goal_new"), {"circle": seat.circle.pk}).context["form"]
    refused = client.post(at("goal_new"), {"title": "Lead", "circle": left.circle.pk})

    assert list(form.fields["circle"].queryset) == [seat.circle]
    assert form["circle"].value() == str(seat.circle.pk)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["circle"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "Lead\x00"}, "title"),
        ({"why": "x" * 2001}, "why"),
        ({"target_on": "soon"}, "target_on"),
        ({"target_on": "2020-01-01"}, "target_on"),
        ({"target_on": "99999-01-01"}, "target_on"),
        ({"circle": "0"}, "circle"),
        ({"circle": "x"}, "circle"),
        ({"circle": str(2**63)}, "circle"),
    ],
)
def test_goal_form_keeps_what_was_typed(client, seat, typed, field):
    typed = {"title": "Lead a team", "why": "To grow"} | typed

    response = client.post(at("goal_new"), typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in typed} == typed
    assert not Goal.objects.exists()


def test_goal_is_changed_and_an_old_target_may_stay(client, seat):
    goal = GoalFactory(owner=seat.person, target_on="2020-01-01")

    form = client.get(at("goal_edit", goal.pk)).context["form"]
    response = client.post(
        at("goal_edit", goal.pk),
        {"title": "After", "target_on": "2020-01-01", "circle": seat.circle.pk},
    )

    assert form["title"].value() == goal.title
    assert response["Location"] == goal.get_absolute_url()
    goal.refresh_from_db()
    assert (goal.title, goal.circle) == ("After", seat.circle)
    assert goal.shared_at is not None


def test_goal_shared_with_a_circle_one_left_can_be_edited_as_it_is(client):
    seat = MembershipFactory(left_on=timezone.localdate())
    goal = GoalFactory(owner=seat.person, circle=seat.circle)
    client.force_login(seat.person)

    client.post(at("goal_edit", goal.pk), {"title": "After", "circle": seat.circle.pk})

    goal.refresh_from_db()
    assert (goal.title, goal.circle) == ("After", seat.circle)


def test_changing_a_goal_keeps_what_was_typed(client, seat):
    goal = GoalFactory(owner=seat.person)

    response = client.post(at("goal_edit", goal.pk), {"title": "x" * 161})

    assert response.status_code == 422
    assert response.context["form"]["title"].value() == "x" * 161


def test_check_in_from_home_leads_back_home(client, seat):
    goal = GoalFactory(owner=seat.person)
    typed = {"percent": "40", "confidence": "4", "note": "Asked Dana", "next": "/"}

    response = client.post(at("check_in", goal.pk), typed)

    found = CheckIn.objects.get()
    assert response["Location"] == "/"
    assert said(response) == ["Noted: 40 %."]
    assert (found.percent, found.confidence, found.note) == (40, 4, "Asked Dana")


def test_double_click_checks_in_once_and_a_second_visit_again(client, seat):
    goal = GoalFactory(owner=seat.person)
    typed = {"percent": "100", "confidence": "4"}

    client.post(at("check_in", goal.pk), typed | {"form_key": KEY})
    response = client.post(at("check_in", goal.pk), typed | {"form_key": KEY})
    client.post(at("check_in", goal.pk), typed | {"form_key": KEY.replace("5f", "6f")})

    assert said(response)[0] == "100 %! If that was it, mark the goal as reached."
    assert CheckIn.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"percent": "half"}, "percent"),
        ({"percent": ""}, "percent"),
        ({"percent": str(10**30)}, "percent"),
        ({"confidence": "6"}, "confidence"),
        ({"confidence": ""}, "confidence"),
        ({"note": "x" * 501}, "note"),
        ({"note": "a\x00b"}, "note"),
    ],
)
def test_check_in_keeps_what_was_typed(client, seat, typed, field):
    goal = GoalFactory(owner=seat.person)
    typed = {"percent": "40", "confidence": "4", "note": "Asked Dana"} | typed

    response = client.post(at("check_in", goal.pk), typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in typed} == typed
    assert not CheckIn.objects.exists()


def test_goal_that_is_reached_takes_no_check_in(client, seat):
    goal = GoalFactory(owner=seat.person, state=Goal.State.REACHED)

    response = client.post(at("check_in", goal.pk), {"percent": 40, "confidence": 4})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This goal is no longer active. Take it up again to check in."
    ]


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("goal_reach", Goal.State.REACHED, "Reached. Well done!"),
        ("goal_let_go", Goal.State.DROPPED, "Let go. You can take it up again at any time."),
    ],
)
def test_goal_is_settled_once_and_taken_up_again(client, seat, name, state, words):
    goal = GoalFactory(owner=seat.person)

    client.post(at(name, goal.pk))
    response = client.post(at(name, goal.pk))

    goal.refresh_from_db()
    assert goal.state == state
    assert said(response) == [words]

    client.post(at("goal_reopen", goal.pk))

    goal.refresh_from_db()
    assert goal.state == Goal.State.ACTIVE


@pytest.mark.parametrize("shared", [True, False])
def test_fields_say_who_will_see_what_is_typed(client, seat, shared):
    goal = GoalFactory(owner=seat.person, circle=seat.circle if shared else None)

    words = client.get(goal.get_absolute_url()).content.decode()

    told = {
        True: "Everyone in the circle and its facilitators see this.",
        False: "Only you see this.",
    }
    assert told[shared] in words
    assert told[not shared] not in words


def test_peer_sees_the_goal_without_its_buttons(client, seat):
    peer = MembershipFactory(circle=seat.circle).person
    goal = GoalFactory(owner=peer, circle=seat.circle, why="Because it matters")
    CheckInFactory(goal=goal, percent=35, note="Slowly")

    words = client.get(goal.get_absolute_url()).content.decode()

    assert "Because it matters" in words
    assert "Slowly" in words
    assert "<form" not in words.split("<main")[1].split("</main>")[0]


def test_check_ins_come_twenty_at_a_time(client, seat):
    goal = GoalFactory(owner=seat.person)
    today = timezone.localdate()
    rows = [CheckInFactory(goal=goal, on=today - timedelta(days=day)) for day in range(21)]

    assert list(client.get(goal.get_absolute_url()).context["page"]) == rows[:20]
    assert list(client.get(goal.get_absolute_url(), {"page": 2}).context["page"]) == rows[20:]


def test_stranger_learns_nothing_of_a_private_goal(client):
    goal = GoalFactory()
    client.force_login(PersonFactory())

    assert client.get(goal.get_absolute_url()).status_code == 404
