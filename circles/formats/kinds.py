"""The kinds of gates, modules and outcomes that a format can name, in the words of the editor."""

from dataclasses import dataclass
from typing import Any

MODES = {
    "circle": "All together",
    "member": "Each in turn",
    "presenter": "Presenters",
}
RHYTHMS = {1: "Once a month", 2: "Every two weeks", 3: "Three times a month", 4: "Every week"}
OF = {"people": "people", "circles": "circles"}
PARENTS = {"centre": "A centre of circles", "hub": "A hub of circles"}


@dataclass(frozen=True)
class GateKind:
    """Something that a format can ask of a circle, and how its value is asked for."""

    label: str
    words: str  # how a person reads it, until an organiser says it otherwise
    value: Any = True  # at first, or always where it is not asked for
    asks: str = ""  # the label of the value; nothing where there is only one
    shape: str = "fixed"  # fixed, number, stages or weeks

    def say(self, value: Any) -> str:
        """Its words for this value."""
        if value == "configurable":
            return "The circle decides how many weeks lie between the stages"
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        return self.words.format(said)


GATES = {
    "goals_set": GateKind(
        "Goals are set", "Every member has a goal that they share with the circle"
    ),
    "trainings": GateKind(
        "Trainings come first", "{} trainings come first", 7, "How many trainings", "number"
    ),
    "individual_recognition_test": GateKind(
        "A test for each person", "Each person shows on their own that they know the rules"
    ),
    "staging": GateKind(
        "People start in stages",
        "People start in stages of {}",
        [2, 2, 1],
        "How many start at each stage, such as 2, 2, 1",
        "stages",
    ),
    "weeks_between_stages": GateKind(
        "Weeks between the stages",
        "{} weeks lie between the stages",
        "configurable",
        "How many weeks; empty if the circle decides",
        "weeks",
    ),
    "max_unexcused_absences": GateKind(
        "Few absences",
        "At most {} absences without a word beforehand",
        2,
        "How many absences without a word are allowed",
        "number",
    ),
    "acknowledge_compliance_statement": GateKind(
        "Compliance statement",
        "Everyone acknowledges the compliance statement at each meeting",
        "each meeting",
    ),
    "graduation": GateKind(
        "Graduation before a panel", "At the end you present your plan to a panel", "panel"
    ),
}

MODULES = {
    "goals": "Goals",
    "commitments": "Commitments",
    "skills": "Skills",
    "feedback": "Feedback between members",
    "pulse": "Pulse",
    "experiments": "Experiments",
    "lessons": "Lessons",
    "powers": "The four powers",
    "asks_offers": "Asks and offers",
    "introductions": "Introductions",
    "hot_seat": "Hot seat",
    "teach_back": "Teach-back",
    "quiz": "Quiz",
    "cases": "Cases",
    "growth_plan": "Growth plan",
    "capital_pipeline": "Capital pipeline",
    "staged_support": "Staged support",
    "proposals": "Proposals and votes",
    "metrics": "Metrics",
    "trend_notes": "Trend notes",
    "compliance": "Compliance statement",
    "topic_votes": "Votes on topics",
    "interventions": "Interventions",
    "connections": "Connections between circles",
}

OUTCOMES = {
    "promoted_by_14_months": "Promoted by 14 months",
    "scope": "Wider scope of the job",
    "retention": "Staying: people with the organisation, or what was learnt",
    "goal_progress": "Progress on goals",
    "commitments_done": "Commitments done",
    "skill_level_change": "Change of skill levels",
    "belonging": "Belonging",
    "projects": "Projects finished",
    "ideas_used": "Ideas used",
    "metric_change": "Change of one’s own figures",
    "revenue": "Revenue",
    "employees": "People employed",
    "capital_won": "Capital won",
    "contracts": "Contracts won",
    "plan_followed": "The plan is followed",
    "on_time_rate": "Steps done on time",
    "savings": "Savings",
    "ownership": "Ownership",
    "hardship": "Hardship",
    "coverage": "How much of the subject is covered",
    "exam": "Exam results",
    "practices_changed": "Practices changed",
    "cases": "Cases worked on",
    "size_of_core": "Size of the core group",
    "reuse": "Lessons used again",
    "time_to_answer": "Time to an answer",
    "links_made": "Links made between circles",
}
