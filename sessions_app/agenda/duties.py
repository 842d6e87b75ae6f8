"""What each role does while a segment runs, in one short sentence. Pure functions."""

from sessions_app.agenda.fairness import leads, presents
from sessions_app.agenda.segments import Segment

SCRIBES = ("scribe", "secretary", "note-taker")

# By who speaks: all together, each in turn, a presenter.
LEADER = {
    "circle": "Lead the talk, and bring in who has not spoken.",
    "member": "Call on the next person, and keep the others listening.",
    "presenter": "Lead through the steps, and protect the presenter’s time.",
}
TIMEKEEPER = {
    "circle": "Mark who speaks, and say when two minutes are left.",
    "member": "Start the clock for each person, and stop them kindly.",
    "presenter": "Call each step, and say when a minute is left in it.",
}
SCRIBE = {
    "circle": "Write down what you decide.",
    "member": "Write down what people promise.",
    "presenter": "Write down the ideas, for the presenter.",
}
PRESENTER = {
    "circle": "Take part; your turn comes later.",
    "member": "Take your turn like everyone.",
    "presenter": "Say what you bring and what you ask for, then listen.",
}
OTHERS = {
    "circle": "Say what you think, and leave room for the others.",
    "member": "Take your turn, and listen without answering.",
    "presenter": "Ask before you advise.",
}
# What a kind of segment asks of the scribe and of everybody, whoever speaks.
SCRIBE_BY_KIND = {
    "commit": "Write down each promise with its day.",
    "commitments": "Mark what was kept, and what goes on to another day.",
    "check_in": "Note who is missing, and read out what they sent.",
}
OTHERS_BY_KIND = {
    "commit": "Say what you will do until you meet again, and by when.",
    "commitments": "Say what you kept, what you did not, and what you need.",
    "check_in": "Say how you are here, in a sentence or two.",
    "topics": "Say which topic you need most.",
}
BY_ROLE = {
    "quizmaster": ("quiz", "Ask the questions, and let everyone answer before you say."),
    "trend lead": ("trend", "Show the trend with its figure and its source."),
    "plan reviewer": ("plan", "Ask your questions about the plans that are due."),
    "resource manager": ("problems", "Find the page or the link that answers it."),
}


def duty_of(role: str, segment: Segment) -> str:
    """One sentence for whoever has the role now; for `""`, for everybody else."""
    known = role.strip().casefold()
    mode = segment.mode if segment.mode in OTHERS else "circle"
    if presents(known):
        return PRESENTER[mode]
    if known == "timekeeper":
        return TIMEKEEPER[mode]
    if leads(known) or known in ("host circle", "centre lead"):
        return LEADER[mode]
    if known in SCRIBES:
        return SCRIBE_BY_KIND.get(segment.does, SCRIBE[mode])
    word, words = BY_ROLE.get(known, ("", ""))
    if word and word in segment.name.casefold():
        return words
    return OTHERS_BY_KIND.get(segment.does, OTHERS[mode])
