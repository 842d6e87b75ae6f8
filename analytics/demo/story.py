"""The circles of the four demo logins: eight with varied fortunes for the facilitator, a full life
for the member."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from analytics.demo.cast import Cast
from analytics.demo.drafts import (
    FADING,
    FINE,
    STANDING_STILL,
    UNRECORDED,
    WELL,
    Appointment,
    Draft,
    Health,
    Kind,
    calendar_before,
)
from analytics.demo.goals import write_goal
from analytics.demo.ideas import IDEAS
from analytics.demo.meetings import Gathering
from analytics.demo.people import Crowd, Person
from analytics.demo.places import BERLIN, LISBON, Place
from analytics.demo.plan import Plan
from analytics.demo.promises import at_noon, write_carries
from analytics.demo.seating import fill
from analytics.demo.writing import Scribe
from sessions_app.models import Commitment

LEAD_CIRCLE = "Stepping up to lead"
STUDY_CIRCLE = "Writing that works"

# Percent, confidence and note of each check-in.
PLANNING = (
    (5, 2, "Wrote down what a planning round needs."),
    (15, 3, "Sat beside Dana and took notes."),
    (25, 3, "Ran the estimates for our part."),
    (30, 2, "It took twice as long as it should."),
    (45, 3, "Second time, with Dana in the room. Better."),
    (60, 4, "Prepared the whole round; Dana only watched."),
    (70, 4, "Seven of ten steps are mine now."),
)
LEAD = (
    (10, 3, "Told the circle, which was harder than I thought."),
    (20, 3, "Asked Ruth how she got there."),
    (30, 3, "Wrote half a page on what I did this year."),
    (30, 2, "I do not know whom to ask next."),
)


@dataclass(frozen=True)
class Scene:
    """One circle of the story. `next_in`: to its next meeting; the first working day counts."""

    name: str
    stage: str
    held: int
    next_in: tuple[int, ...]
    clock: time
    capacity: int
    free: int
    health: Health = WELL
    place: Place = BERLIN
    facilitated: bool = True


SCENES = (
    Scene(LEAD_CIRCLE, "active", 8, (3, 2, 4), time(15), 8, 1, STANDING_STILL),
    Scene("Founders’ table", "active", 7, (1, 2, 3), time(9, 30), 7, 1, FADING),
    Scene("First-time managers", "active", 5, (8, 9, 10), time(14), 8, 0),
    Scene("Statistics for decisions", "active", 9, (2, 3, 4), time(11), 5, 0, FINE),
    Scene("Loan officers’ roundtable", "active", 6, (11, 12, 13), time(10), 9, 2, FINE, LISBON),
    Scene("Halfway up", "active", 6, (), time(13), 7, 1, UNRECORDED),
    Scene("Difficult conversations hub", "active", 6, (5, 6, 7), time(14), 9, 2, FADING, LISBON),
    Scene("New here", "forming", 0, (9, 10, 11), time(15), 10, 4),
    Scene("Specialists who grow", "closed", 14, (), time(11), 8, 1),
    Scene(STUDY_CIRCLE, "active", 6, (5, 4, 3), time(14), 6, 1, WELL, LISBON, facilitated=False),
    Scene("Facilitators’ hub", "active", 5, (6, 7, 8), time(10), 9, 2, FINE, LISBON, False),
)


def draft_story(cast: Cast, plan: Plan, kinds: dict[str, Kind], crowd: Crowd) -> dict[str, Draft]:
    """The circles of the story by name, filled, the cast in its seats."""
    dice = plan.dice("story")
    seated = {
        LEAD_CIRCLE: (cast.member, *cast.peers),
        STUDY_CIRCLE: (cast.member,),
        "Facilitators’ hub": (cast.facilitator,),
    }
    elder = next(person for person in crowd.everyone if _may_hold(person))
    drafts = {}
    for scene in SCENES:
        draft = _draft(scene, plan, kinds)
        holder = cast.facilitator if scene.facilitated else elder
        appointed_on = draft.gathers_on - timedelta(days=21)
        draft.appointments.append(Appointment(appointed_on, draft.ended_on, holder))
        fill(draft, crowd, plan, dice, seated.get(scene.name, ()))
        drafts[scene.name] = draft
    return drafts


def _may_hold(person: Person) -> bool:
    """A team lead who leads none of those in the circles."""
    return person.leads and person.unit.is_team and person.unit.area.name == "Customer Care"


def _draft(scene: Scene, plan: Plan, kinds: dict[str, Kind]) -> Draft:
    idea = next(idea for idea in IDEAS if idea.name == scene.name)
    draft = Draft(
        idea=idea,
        kind=kinds[idea.format],
        stage=scene.stage,
        place=scene.place,
        name=scene.name,
        capacity=scene.capacity,
        free=scene.free,
        clock=scene.clock,
        health=scene.health,
    )
    step = draft.kind.step
    # Without a day for the next meeting, the last one was a while ago and none is planned.
    days = [plan.as_of + timedelta(days=days) for days in scene.next_in or (step - 12, step - 10)]
    following = next(day for day in days if day.weekday() < 5)
    if scene.stage == "closed":
        following -= timedelta(days=7 * 12)
    calendar_before(draft, plan, following, scene.held)
    if not scene.next_in:
        draft.coming = []
    return draft


def write_member_life(
    member: Person, draft: Draft, gatherings: list[Gathering], scribe: Scribe
) -> None:
    """Promises and goals of the person behind member@…, written by hand."""
    if draft.name == LEAD_CIRCLE:
        _write_lead_promises(member, draft, gatherings, scribe)
        _write_lead_goals(member, draft, scribe)
    elif draft.name == STUDY_CIRCLE:
        _write_study(member, draft, gatherings, scribe)


def _write_lead_promises(
    member: Person, draft: Draft, gatherings: list[Gathering], scribe: Scribe
) -> None:
    today = scribe.plan.as_of
    following = draft.coming[0]
    last, before = gatherings[-1], gatherings[-2]
    third = gatherings[-3]
    promise = _Promises(member, draft, scribe)
    promise.kept("Ask three people where I talk too long", third, before.day)
    promise.dropped(
        "Lead the move to the new ticket system", third, before.day, "The project was stopped"
    )
    promise.open(
        "Ask Dana for twenty minutes about the platform role", before, following, carried=1
    )
    promise.kept(
        "Listen for five minutes before answering in Monday’s review",
        last,
        today - timedelta(days=3),
    )
    promise.open("Draft the one-page case for a second engineer", last, today + timedelta(days=6))


def _write_lead_goals(member: Person, draft: Draft, scribe: Scribe) -> None:
    today = scribe.plan.as_of
    start = draft.held[0]
    write_goal(
        scribe,
        owner=member.pk,
        circle=draft.pk,
        title="Run a planning round alone",
        why="It would free half a day a week for Dana, and show that I can.",
        started_on=start,
        target_on=today + timedelta(days=60),
        state="active",
        check_ins=_spread(
            start,
            today - timedelta(days=6),
            PLANNING,
        ),
    )
    write_goal(
        scribe,
        owner=member.pk,
        circle=draft.pk,
        title="Be considered for lead",
        why="I have wanted to for two years and always found a reason to wait.",
        started_on=start + timedelta(days=20),
        target_on=today + timedelta(days=150),
        state="active",
        check_ins=_spread(
            start + timedelta(days=30),
            today - timedelta(days=24),
            LEAD,
        ),
    )


def _write_study(member: Person, draft: Draft, gatherings: list[Gathering], scribe: Scribe) -> None:
    promise = _Promises(member, draft, scribe)
    promise.kept("Cut last week’s report to one page", gatherings[-2], gatherings[-1].day)
    promise.open("Rewrite our welcome letter in plain words", gatherings[-1], draft.coming[0])
    start = draft.held[0]
    write_goal(
        scribe,
        owner=member.pk,
        circle=draft.pk,
        title="Write tickets that nobody has to ask about",
        started_on=start,
        target_on=scribe.plan.as_of + timedelta(days=45),
        state="active",
        check_ins=_spread(
            start,
            gatherings[-1].day,
            (
                (20, 3, "Collected ten questions that came back."),
                (35, 3, ""),
                (50, 4, "A template with four lines does most of it."),
            ),
        ),
    )
    long_ago = scribe.plan.as_of - timedelta(days=290)
    write_goal(
        scribe,
        owner=member.pk,
        circle=None,
        title="Leave work on time three days a week",
        started_on=long_ago,
        state="active",
        check_ins=_spread(
            long_ago,
            scribe.plan.as_of - timedelta(days=4),
            ((30, 3, "Two days out of five."), (55, 3, "Three, once."), (65, 4, "")),
        ),
    )


class _Promises:
    """Writes promises of one person in one circle."""

    def __init__(self, owner: Person, draft: Draft, scribe: Scribe) -> None:
        self.owner, self.draft, self.scribe = owner, draft, scribe

    def kept(self, words: str, made: Gathering, due_on: date) -> None:
        self._add(words, made, due_on, state="done", settled_at=at_noon(due_on))

    def dropped(self, words: str, made: Gathering, due_on: date, reason: str) -> None:
        self._add(words, made, due_on, state="dropped", reason=reason, settled_at=at_noon(due_on))

    def open(self, words: str, made: Gathering, due_on: date, *, carried: int = 0) -> None:
        state = "carried" if carried else "open"
        pk = self._add(words, made, due_on, state=state, times_carried=carried)
        held = [day for day in self.draft.held if day > made.day][-carried:] if carried else []
        write_carries(pk, [*held, due_on], self.scribe)

    def _add(self, words: str, made: Gathering, due_on: date, **fields: object) -> int:
        return self.scribe.add(
            Commitment,
            circle=self.draft.pk,
            owner=self.owner.pk,
            meeting=made.pk,
            promise=words,
            promised_on=made.day,
            due_on=due_on,
            created_at=made.ends_at,
            **fields,
        )


def _spread(
    start: date, last: date, steps: tuple[tuple[int, int, str], ...]
) -> list[tuple[date, int, int, str]]:
    """The check-ins at even distances, the last one on the given day."""
    gap = (last - start) / len(steps)
    return [
        (last - gap * (len(steps) - number), *step) for number, step in enumerate(steps, start=1)
    ]
