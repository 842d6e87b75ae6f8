"""Which roles lead a meeting, and which present in it."""

PRESENTERS = ("presenter", "spotlight", "hot seat", "case giver")
LEADERS = ("host", "chair", "lead", "convener", "facilitator", "timekeeper", "planner")


def presents(role: str) -> bool:
    return role.strip().casefold() in PRESENTERS


def leads(role: str) -> bool:
    return role.strip().casefold() in LEADERS
