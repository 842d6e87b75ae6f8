"""Who may do what to meetings, goals and commitments: predicates for views and templates."""

import rules

from circles.rules import facilitates, has_seat, hosts, looks_after
from members.models import Member
from sessions_app.models import Commitment, Goal, Meeting, Topic


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
