"""Who may do what to meetings, goals and commitments: predicates for views and templates."""

import rules

from circles.rules import facilitates, has_seat, looks_after
from members.models import Member
from sessions_app.models import Commitment, Goal, Meeting


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
# Of a circle: to say when one can, and to vote on times. Who looks after it runs the search.
rules.add_perm("sessions_app.answer_time_search", facilitates | has_seat)
