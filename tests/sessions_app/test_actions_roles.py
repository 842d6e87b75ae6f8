from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from sessions_app.actions.meetings import cancel_meeting
from sessions_app.actions.roles import (
    CannotGive,
    CannotPrepare,
    CannotSwap,
    answer_swap,
    ask_swap,
    assign_roles,
    give_role,
    give_roles,
    prepare,
    withdraw_swap,
)
from sessions_app.agenda.due import meetings_without_roles
from sessions_app.agenda.ledger import ledger_of, proposed_roles
from sessions_app.agenda.needs import needs_of_roles
from sessions_app.models import Meeting, RoleSwap, RoleTurn
from sessions_app.tasks.roles import give_out_roles, give_out_roles_of
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    RoleSwapFactory,
    RoleTurnFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
DEFINITION = {
    "agenda": [
        {"name": "Check-in", "minutes": 10, "mode": "member"},
        {"name": "Hot seats", "minutes": 50, "mode": "presenter", "times": 2},
    ],
    "rotating_roles": ["host", "timekeeper", "hot seat"],
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def circle():
    return CircleFactory(format_version__definition=DEFINITION)


@pytest.fixture
def people(circle):
    return [
        MembershipFactory(circle=circle, person__name=name).person
        for name in ("Ama Osei", "Ben Ito", "Cleo Roy", "Dana Lim", "Eli Moss")
    ]


def meeting_in(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead))


def given(meeting):
    turns = meeting.roles.select_related("person")
    return {(turn.role, turn.place): turn.person.short_name for turn in turns}


def owed(kind):
    return [reminder.recipient for reminder in Reminder.objects.filter(kind=kind, state="planned")]


ROLES = [("host", 1), ("timekeeper", 1), ("hot seat", 1), ("hot seat", 2)]


def test_roles_are_given_in_the_order_of_joining_and_go_on_from_there(circle, people):
    first, second = meeting_in(circle, days=1), meeting_in(circle, days=8)

    assign_roles(first)
    assign_roles(second)

    assert [given(first)[role] for role in ROLES] == ["Ama", "Ben", "Cleo", "Dana"]
    assert given(second)["host", 1] == "Eli"
    assert len(set(given(second).values())) == 4


def test_giving_out_again_changes_nothing(circle, people):
    meeting = meeting_in(circle, days=1)

    first, again = assign_roles(meeting), assign_roles(meeting)

    assert again == first
    assert [turn.pk for turn in again] == [turn.pk for turn in first]


def test_role_of_who_cannot_come_goes_on_and_a_swap_stays(circle, people):
    meeting = meeting_in(circle, days=1)
    assign_roles(meeting)
    swapped = meeting.roles.get(role="timekeeper")
    RoleTurn.objects.filter(pk=swapped.pk).update(person=people[4], source="swap")
    RoleSwapFactory(turn=meeting.roles.get(role="host"), asked=people[3])
    AttendanceFactory(meeting=meeting, person=people[0], rsvp="not_going")

    assign_roles(meeting)

    assert given(meeting)["timekeeper", 1] == "Eli"
    assert given(meeting)["host", 1] == "Ben"
    assert not RoleSwap.objects.exists()


def test_who_is_away_gets_no_role(circle, people):
    meeting = meeting_in(circle, days=5)
    seats = {seat.person: seat for seat in circle.memberships.all()}
    seats[people[0]].leaves.create(began_on=date(2026, 3, 1), back_by=date(2026, 4, 20))
    seats[people[1]].leaves.create(began_on=date(2026, 3, 1), back_by=date(2026, 3, 24))

    assign_roles(meeting)

    assert given(meeting)["host", 1] == "Ben"  # back by then
    assert "Ama" not in given(meeting).values()


def test_who_is_there_settles_it(circle, people):
    meeting = meeting_in(circle, hours=1)
    assign_roles(meeting)

    assign_roles(meeting, present=people[2:4])

    assert set(given(meeting).values()) == {"Cleo", "Dana"}


def test_presenter_who_prepared_keeps_the_place_until_it_is_known_who_comes(circle, people):
    meeting = meeting_in(circle, days=1)
    assign_roles(meeting)
    last = meeting.roles.get(role="hot seat", place=2)
    prepare(last, " My  case ", by=last.person)
    for person in people[:3]:
        AttendanceFactory(meeting=meeting, person=person, rsvp="not_going")
    seat = circle.memberships.get(person=people[4])
    seat.left_on = date(2026, 3, 19)
    seat.save()

    assign_roles(meeting)
    before = meeting.roles.filter(place=2).get()
    assign_roles(meeting, present=[people[3]])

    assert (before.person, before.prepares) == (people[3], "My case")
    assert set(given(meeting)) == {("host", 1), ("timekeeper", 1), ("hot seat", 1)}


def test_topic_that_waits_comes_up(circle, people):
    TopicFactory(circle=circle, owner=people[4])

    roles = assign_roles(meeting_in(circle, days=1))

    presenters = [turn.person for turn in roles if turn.role == "hot seat"]
    assert people[4] in presenters


def test_role_for_a_term_stays_with_its_holder(people, circle):
    circle.format_version.definition = DEFINITION | {"role_term_months": 6}
    circle.format_version.save()
    RoleTurnFactory(meeting=meeting_in(circle, days=-30), person=people[2], role="host")

    assert [given(m)["host", 1] for m in _assigned(circle, 1, 8)] == ["Cleo", "Cleo"]


def _assigned(circle, *days):
    for day in days:
        meeting = meeting_in(circle, days=day)
        assign_roles(meeting)
        yield meeting


def test_meeting_that_is_over_keeps_its_roles(circle, people):
    meeting = meeting_in(circle, days=-1)
    turn = RoleTurnFactory(meeting=meeting, person=people[0])
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")

    assert assign_roles(meeting) == [turn]
    with pytest.raises(CannotGive, match="This meeting is over"):
        give_role(meeting, role="host", place=1, person=people[1])


def test_ledger_of_a_hundred_meetings_takes_two_queries(circle, people, django_assert_num_queries):
    for week in range(1, 101):
        past = meeting_in(circle, weeks=-week)
        RoleTurnFactory(meeting=past, person=people[week % 2], role="host")
    missed = meeting_in(circle, days=-3)
    RoleTurnFactory(meeting=missed, person=people[2], role="host")
    AttendanceFactory(meeting=missed, person=people[2], attended=False)
    called_off = meeting_in(circle, days=-4)
    Meeting.objects.filter(pk=called_off.pk).update(state="cancelled")
    late = MembershipFactory(circle=circle, joined_on=date(2026, 3, 10), person=PersonFactory())
    meeting = Meeting.objects.select_related("circle__format_version", "own_agenda").get(
        pk=meeting_in(circle, days=1).pk
    )

    with django_assert_num_queries(2):
        ledger = ledger_of(meeting)

    records = {peer.person: peer.record for peer in ledger.peers}
    assert (records[people[0]].attended, records[people[0]].had) == (101, {"host": 50})
    assert (records[people[2]].attended, records[people[2]].had) == (100, {})
    assert records[late.person].attended == 2
    with django_assert_num_queries(3):  # seats, turns, roles given
        assert len(proposed_roles(meeting)) == 4


def test_due_are_meetings_without_roles_or_with_a_holder_who_cannot(
    circle, people, django_assert_num_queries
):
    fine, none, declined, left, away = (meeting_in(circle, days=day) for day in range(1, 6))
    late, gone = meeting_in(circle, days=9), MembershipFactory(circle=circle)
    for meeting in (fine, declined, away):
        RoleTurnFactory(meeting=meeting, person=people[0])
    RoleTurnFactory(meeting=left, person=PersonFactory())
    RoleTurnFactory(meeting=away, person=gone.person, role="scribe")
    AttendanceFactory(meeting=declined, person=people[0], rsvp="not_going")
    gone.leaves.create(began_on=date(2026, 3, 1), back_by=date(2026, 4, 20))

    with django_assert_num_queries(1):
        due = meetings_without_roles()

    assert due == [none.pk, declined.pk, left.pk, away.pk]
    assert late.pk not in due


def test_beat_gives_out_what_is_due(circle, people):
    meeting = meeting_in(circle, days=2)

    give_out_roles()
    give_out_roles_of(0)

    assert len(given(meeting)) == 4


def test_chosen_by_hand_stays_chosen(circle, people):
    meeting = meeting_in(circle, days=1)
    turns = proposed_roles(meeting)

    give_roles(meeting, [(turns[0], people[4])])
    assign_roles(meeting)

    host = meeting.roles.get(role="host")
    assert (host.person, host.source) == (people[4], "chosen")
    assert give_role(meeting, role="host", place=1, person=people[4]) == host
    assert give_role(meeting, role="scribe", place=1, person=people[0]).source == "chosen"
    with pytest.raises(CannotGive, match="has no seat"):
        give_role(meeting, role="host", place=1, person=PersonFactory())


@pytest.fixture
def swap(circle, people):
    """Ama is host and asks Eli, who has no role, in a meeting tomorrow."""
    meeting = meeting_in(circle, days=1)
    assign_roles(meeting)
    return ask_swap(meeting.roles.get(role="host"), asked=people[4], by=people[0])


def test_accepted_swap_passes_the_role_on_and_tells_who_asked(swap, people):
    asked = compose(Reminder.objects.get(kind="role_swap"))
    needs = [need.words for need in needs_of_roles(people[4])]

    answer_swap(swap, accepted=True, by=people[4])
    again = answer_swap(swap, accepted=True, by=people[4])

    turn = again.turn
    turn.refresh_from_db()
    assert (turn.person, turn.source) == (people[4], "swap")
    assert asked.subject == "Will you be host for Ama?"
    assert needs == ["Ama asks you to be host on 21 March"]
    assert list(needs_of_roles(people[4])) == []
    assert (owed("role_swap"), owed("role_swap_answer")) == ([], [people[0]])
    assert compose(Reminder.objects.get(kind="role_swap_answer")).heading == "Eli is host for you"
    with pytest.raises(CannotSwap, match="answered already"):
        answer_swap(swap, accepted=False, by=people[4])


def test_who_has_a_role_swaps_it(circle, people):
    meeting = meeting_in(circle, days=1)
    assign_roles(meeting)
    swap = ask_swap(meeting.roles.get(role="host"), asked=people[1], by=people[0])
    letter = compose(Reminder.objects.get(kind="role_swap"))

    answer_swap(swap, accepted=True, by=people[1])

    assert given(meeting)["host", 1] == "Ben"
    assert given(meeting)["timekeeper", 1] == "Ama"
    assert "You are timekeeper: if you say yes, you swap." in letter.paragraphs
    told = compose(Reminder.objects.get(kind="role_swap_answer"))
    assert told.paragraphs[1] == "You are timekeeper instead."


def test_declined_swap_leaves_the_role(swap, people):
    answer_swap(swap, accepted=False, by=people[4])

    swap.turn.refresh_from_db()
    assert swap.turn.person == people[0]
    letter = compose(Reminder.objects.get(kind="role_swap_answer"))
    assert letter.heading == "Eli can’t be host for you"


def test_only_one_is_asked_at_a_time(swap, people):
    assert ask_swap(swap.turn, asked=people[4], by=people[0]) == swap
    with pytest.raises(CannotSwap, match="asked somebody already"):
        ask_swap(swap.turn, asked=people[3], by=people[0])


def test_question_that_is_taken_back_is_gone(swap, people):
    reminder, pk = Reminder.objects.get(kind="role_swap"), swap.pk

    withdraw_swap(swap)

    assert owed("role_swap") == []
    with pytest.raises(NoLongerWanted):
        compose(reminder)
    with pytest.raises(CannotSwap, match="taken back"):
        answer_swap(RoleSwap(pk=pk, turn=swap.turn), accepted=True, by=people[4])


def test_answered_question_cannot_be_taken_back_nor_asked_by_mail(swap, people):
    answer_swap(swap, accepted=False, by=people[4])

    with pytest.raises(CannotSwap, match="Eli has answered"):
        withdraw_swap(swap)
    with pytest.raises(NoLongerWanted):
        compose(Reminder.objects.get(kind="role_swap"))


def test_question_about_a_role_that_went_another_way_is_withdrawn(swap, people):
    give_role(swap.turn.meeting, role="host", place=1, person=people[2])

    assert not RoleSwap.objects.exists()
    with pytest.raises(CannotSwap, match="no longer yours"):
        ask_swap(swap.turn, asked=people[4], by=people[0])
    swap.turn.delete()
    with pytest.raises(CannotSwap, match="no longer part"):
        ask_swap(swap.turn, asked=people[4], by=people[0])


def test_swaps_end_with_the_beginning_of_the_meeting(swap, people):
    unanswered = RoleSwapFactory(
        turn=RoleTurnFactory(meeting=swap.turn.meeting, person=people[3], role="scribe"),
        asked=people[2],
    )

    with time_machine.travel(NOW + timedelta(days=1, minutes=5), tick=False):
        with pytest.raises(CannotSwap, match="has begun"):
            answer_swap(unanswered, accepted=True, by=people[2])
        with pytest.raises(NoLongerWanted):
            compose(Reminder.objects.get(kind="role_swap"))
    with pytest.raises(CannotSwap, match="Ask somebody else"):
        ask_swap(swap.turn, asked=PersonFactory(), by=people[0])


def test_unanswered_question_tells_nothing(swap):
    reminder = Reminder(kind="role_swap_answer", subject=f"role_swap:{swap.pk}")
    reminder.recipient = swap.asked_by

    with pytest.raises(NoLongerWanted):
        compose(reminder)


def test_only_its_presenter_prepares_and_before_the_meeting(circle, people):
    meeting = meeting_in(circle, days=1)
    assign_roles(meeting)
    turn = meeting.roles.get(role="hot seat", place=1)

    with pytest.raises(CannotPrepare, match="Somebody else"):
        prepare(turn, "Mine", by=people[0])
    with pytest.raises(CannotPrepare, match="Somebody else"):
        prepare(meeting.roles.get(role="host"), "Mine", by=people[0])
    cancel_meeting(meeting)
    with pytest.raises(CannotPrepare, match="over or was cancelled"):
        prepare(turn, "Mine", by=turn.person)
