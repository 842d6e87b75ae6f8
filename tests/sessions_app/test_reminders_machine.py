"""Whatever people do, in whatever order: what is planned is what a plan from scratch would give."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from circles.actions import (
    CannotAppoint,
    CannotChange,
    CannotJoin,
    appoint_facilitator,
    close_circle,
    end_facilitation,
    join_circle,
    leave_circle,
    reopen_circle,
)
from circles.actions.closing import cancel_closing_round, open_closing_round
from circles.actions.leaves import CannotTakeLeave, come_back, go_on_leave
from circles.actions.pauses import pause_circle, resume_circle
from notifications import planner
from notifications.models import Reminder
from notifications.wishing import change_wishes
from sessions_app.actions import CannotAnswer, CannotCancel, CannotSchedule, CannotShare, answer
from sessions_app.actions.live import CannotLead, begin, close_unbegun, end, reopen
from sessions_app.actions.meetings import (
    cancel_meeting,
    change_meeting,
    restore_meeting,
    schedule_meeting,
)
from sessions_app.actions.minutes import share_recap
from sessions_app.actions.series import end_series, plan_series, resume_series
from sessions_app.actions.series_changes import ALL, THIS, change_series
from sessions_app.actions.standing import settle_meetings
from sessions_app.models import Meeting, Series
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
REFUSALS = (
    *(CannotAppoint, CannotChange, CannotJoin, CannotTakeLeave, CannotAnswer, CannotCancel),
    *(CannotSchedule, CannotShare, CannotLead),
)
ABOUT = ("meeting", "time_search", "role_swap")
someone = st.integers(0, 3)
which = st.integers(0, 5)
days = st.sampled_from([0, 1, 3, 9, 30])


def planned():
    rows = Reminder.objects.filter(state=Reminder.State.PLANNED)
    followed = rows.filter(subject__regex=f"^({'|'.join(ABOUT)}):")
    # Invitations and the like are planned by hand: they say what changed, not what is.
    names = ["meeting_7d", "meeting_48h", "meeting_2h", "recap", "recap_request"]
    rows = followed.filter(kind__in=names)
    return set(rows.values_list("kind", "subject", "recipient", "due_at"))


def from_scratch():
    """What a plan gives that knows nothing of what was planned before; all of it is taken back."""
    with transaction.atomic():
        Reminder.objects.all().delete()
        for about in ABOUT:
            planner.keep_all(about)
        found = planned()
        transaction.set_rollback(True)
    return found


class Reminded(RuleBasedStateMachine):
    """One circle, four people who come and go, and the meetings that they plan."""

    @initialize(seated=st.integers(1, 3))
    def start(self, seated):
        self.way_back = transaction.atomic()
        self.way_back.__enter__()
        self.clock = time_machine.travel(NOW, tick=False)
        self.clock.start()
        self.circle = CircleFactory(capacity=4, stage="active", started_on=date(2026, 1, 5))
        self.people = PersonFactory.create_batch(4)
        self.by = FacilitationFactory(circle=self.circle).person
        for person in self.people[:seated]:
            MembershipFactory(circle=self.circle, person=person)
        # One that nobody began, one that is about to begin, and one to come.
        MeetingFactory(circle=self.circle, starts_at=NOW - timedelta(hours=2))
        schedule_meeting(self.circle, by=self.by, starts=self.at(0, 10), minutes=30)
        schedule_meeting(self.circle, by=self.by, starts=self.at(9, 8), minutes=60)

    def teardown(self):
        if hasattr(self, "way_back"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.way_back.__exit__(None, None, None)

    def attempt(self, action, *args, **named):
        try:
            with transaction.atomic():
                return action(*args, **named)
        except REFUSALS:
            return None

    def at(self, ahead, hour):
        return datetime.combine(NOW.date() + timedelta(days=ahead), datetime.min.time()).replace(
            hour=hour, minute=5
        )

    def meeting(self, at):
        meetings = list(Meeting.objects.order_by("starts_at", "pk")[:6])
        return meetings[at % len(meetings)]

    def seat(self, who):
        return self.circle.memberships.current().of(self.people[who]).first()

    @rule(ahead=days, hour=st.sampled_from([11, 13, 18]))
    def plan_one(self, ahead, hour):
        starts = self.at(ahead, hour)
        self.attempt(schedule_meeting, self.circle, by=self.by, starts=starts, minutes=60)

    @rule(at=which, ahead=days, hour=st.sampled_from([12, 16]))
    def move_one(self, at, ahead, hour):
        meeting, starts = self.meeting(at), self.at(ahead, hour)
        if meeting.series_id:
            self.attempt(change_series, meeting, scope=THIS, by=self.by, starts=starts, minutes=45)
        else:
            self.attempt(change_meeting, meeting, starts=starts, minutes=45)

    @rule(at=which, back=st.booleans())
    def cancel_or_restore(self, at, back):
        self.attempt(restore_meeting if back else cancel_meeting, self.meeting(at))

    @rule(ahead=st.integers(1, 8), hour=st.sampled_from([14, 17]))
    def plan_a_series(self, ahead, hour):
        self.attempt(
            plan_series,
            self.circle,
            by=self.by,
            rules=["FREQ=WEEKLY;COUNT=4"],
            starts=self.at(ahead, hour),
            minutes=30,
        )

    @rule(what=st.sampled_from(["move", "move", "end", "resume"]), ahead=st.integers(1, 9))
    def change_a_series(self, what, ahead):
        series = Series.objects.order_by("pk").first()
        if series is None:
            return
        if what == "move":
            starts = self.at(ahead, 15)
            self.attempt(change_series, series, scope=ALL, by=self.by, starts=starts, minutes=30)
        else:
            self.attempt(end_series if what == "end" else resume_series, series)

    @rule(who=someone)
    def come_or_go(self, who):
        action = leave_circle if self.seat(who) else join_circle
        self.attempt(action, self.circle, person=self.people[who])

    @rule(who=someone, until=st.sampled_from([0, 2, 10]))
    def take_leave(self, who, until):
        if (seat := self.seat(who)) is None:
            return
        if until:
            back_by = NOW.date() + timedelta(days=until)
            self.attempt(go_on_leave, seat, back_by=back_by)
        else:
            self.attempt(come_back, seat)

    @rule(at=which, who=someone, coming=st.sampled_from([True, False, None]))
    def say(self, at, who, coming):
        self.attempt(answer, self.meeting(at), person=self.people[who], coming=coming)

    @rule(who=someone)
    def appoint_or_end(self, who):
        person = self.people[who]
        held = self.circle.facilitations.current().filter(person=person).first()
        if held:
            self.attempt(end_facilitation, held, by=None)
        else:
            self.attempt(appoint_facilitator, self.circle, person, by=None)

    @rule(back=st.sampled_from([None, 3, 20]))
    def pause_or_resume(self, back):
        self.circle.refresh_from_db()
        if self.circle.stage == "paused":
            self.attempt(resume_circle, self.circle, by=self.by)
        else:
            back_by = back and NOW.date() + timedelta(days=back)
            self.attempt(pause_circle, self.circle, by=self.by, back_by=back_by)

    @rule(what=st.sampled_from(["round", "no round", "close", "reopen", "settle", "settle"]))
    def close_or_not(self, what):
        if what == "round":
            closes_on = NOW.date() + timedelta(days=8)
            self.attempt(open_closing_round, self.circle, by=self.by, closes_on=closes_on)
        elif what == "settle":
            settle_meetings(self.circle.pk)
        else:
            actions = {"no round": cancel_closing_round, "close": close_circle}
            self.attempt(actions.get(what, reopen_circle), self.circle, by=self.by)

    @rule(what=st.sampled_from([begin, end, reopen, close_unbegun, share_recap]), at=someone)
    def hold(self, what, at):
        meeting = self.meeting(at // 2)
        if what in (begin, end):
            self.attempt(what, meeting, by=self.by)
        elif what is share_recap:
            Meeting.objects.filter(pk=meeting.pk).update(recap="We met.")
            self.attempt(share_recap, meeting)
        else:
            self.attempt(what, meeting.pk if what is close_unbegun else meeting)

    @rule(who=someone, cadence=st.sampled_from(["off", "daily"]))
    def wish(self, who, cadence):
        change_wishes(self.people[who], said={}, kinds={("meeting_2h", "mail"): cadence})

    @invariant()
    def planned_is_what_a_plan_from_scratch_gives(self):
        if hasattr(self, "way_back"):
            assert planned() == from_scratch()


@pytest.mark.django_db
def test_what_is_planned_follows_the_facts_whatever_happens():
    run_state_machine_as_test(
        Reminded,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
