"""Who may do what to meetings, goals and commitments: predicates for views and templates."""

import rules

from circles.rules import facilitates, has_seat, hosts, looks_after
from members.models import Member
from sessions_app.agenda.fairness import leads
from sessions_app.models import Commitment, Goal, Meeting, RoleSwap, RoleTurn, Topic


@rules.predicate
def looks_after_meeting(person: Member, meeting: Meeting) -> bool:
    return looks_after.test(person, meeting.circle)


@rules.predicate
def belongs_to_meeting(person: Member, meeting: Meeting) -> bool:
    return (facilitates | has_seat).test(person, meeting.circle)


@rules.predicate
def owns_goal(person: Member, goal: Goal) -> bool:
    return goal.owner_id == person.pk


@rules.predicate
def owns_commitment(person: Member, commitment: Commitment) -> bool:
    return commitment.owner_id == person.pk


rules.add_perm("sessions_app.schedule_meeting", looks_after)
rules.add_perm("sessions_app.change_meeting", looks_after_meeting)
rules.add_perm("sessions_app.answer_meeting", belongs_to_meeting)
rules.add_perm("sessions_app.mark_attendance", looks_after_meeting)
rules.add_perm("sessions_app.write_decision", looks_after_meeting)
rules.add_perm("sessions_app.write_recap", looks_after_meeting)
rules.add_perm("sessions_app.edit_goal", owns_goal)
rules.add_perm("sessions_app.promise", has_seat)
rules.add_perm("sessions_app.catch_up", has_seat)
rules.add_perm("sessions_app.edit_commitment", owns_commitment)


# Agenda and roles: the host shapes them even beside a facilitator.
@rules.predicate
def shapes_meeting(person: Member, meeting: Meeting) -> bool:
    return (facilitates | hosts).test(person, meeting.circle)


@rules.predicate
def leads_meeting(person: Member, meeting: Meeting) -> bool:
    """Has a role in this meeting that leads it, such as host, chair or timekeeper."""
    turns = RoleTurn.objects.filter(meeting=meeting, person_id=person.pk)
    return person.is_authenticated and any(map(leads, turns.values_list("role", flat=True)))


@rules.predicate
def has_role(person: Member, turn: RoleTurn) -> bool:
    return turn.person_id == person.pk


@rules.predicate
def is_asked(person: Member, swap: RoleSwap) -> bool:
    return swap.asked_id == person.pk


@rules.predicate
def asks(person: Member, swap: RoleSwap) -> bool:
    return swap.asked_by_id == person.pk


rules.add_perm("sessions_app.shape_meeting", shapes_meeting)
rules.add_perm("sessions_app.drive_meeting", shapes_meeting | leads_meeting)
rules.add_perm("sessions_app.hold_role", has_role)
rules.add_perm("sessions_app.answer_swap", is_asked)
rules.add_perm("sessions_app.withdraw_swap", asks)


# Promises, topics, notes. Whether the charter keeps notes, or a week is over, is for the actions.
@rules.predicate
def has_seat_in_meeting(person: Member, meeting: Meeting) -> bool:
    return has_seat.test(person, meeting.circle)


@rules.predicate
def owns_topic(person: Member, topic: Topic) -> bool:
    return topic.owner_id == person.pk


runs_circle = looks_after | hosts


@rules.predicate
def runs_circle_of_topic(person: Member, topic: Topic) -> bool:
    return runs_circle.test(person, topic.circle)


rules.add_perm("sessions_app.raise_topic", has_seat)
rules.add_perm("sessions_app.run_topics", runs_circle)
rules.add_perm("sessions_app.edit_topic", owns_topic)
rules.add_perm("sessions_app.take_topic", owns_topic | runs_circle_of_topic)
rules.add_perm("sessions_app.correct_own_attendance", has_seat_in_meeting)
rules.add_perm("sessions_app.write_discussion_note", belongs_to_meeting)
rules.add_perm("sessions_app.delete_discussion_note", looks_after_meeting)
rules.add_perm("sessions_app.write_case_note", belongs_to_meeting)


# The live meeting
@rules.predicate
def is_live(_person: Member, meeting: Meeting) -> bool:
    return meeting.state == Meeting.State.LIVE


# While it runs, everybody at the table writes down what the circle decides.
rules.add_perm("sessions_app.capture", is_live & belongs_to_meeting)
# Of a circle: to say when one can, and to vote on times. Who looks after it runs the search.
rules.add_perm("sessions_app.answer_time_search", facilitates | has_seat)
