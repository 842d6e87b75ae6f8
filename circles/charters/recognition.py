"""The short test with which a member shows, on their own, that they know their circle's rules.

The statements follow from the charter's choices and from what holds in every circle, so that their
answers are right whatever words a circle finds for its clauses.
"""

import random
from dataclasses import dataclass

from circles.models import Charter

ASKED = 5


@dataclass(frozen=True)
class Statement:
    """Something that is true or false under this charter, and why."""

    key: str
    text: str
    is_true: bool
    why: str


def statements(charter: Charter, seed: int) -> list[Statement]:
    """Five statements, the limits of confidentiality always among them, in an order of the seed."""
    chance = random.Random(f"{charter.pk}:{seed}")  # noqa: S311  a shuffle, not a secret
    limits = chance.sample(_LIMITS, 2)
    others = chance.sample(_others(charter), ASKED - len(limits))
    chosen = limits + others
    chance.shuffle(chosen)
    return chosen


_LIMITS = [
    Statement(
        "reporting",
        "Having signed, I may no longer report misconduct that I hear of in the circle.",
        False,
        "The charter never keeps anyone from reporting misconduct, harm or a crime.",
    ),
    Statement(
        "counsel",
        "I may talk to a works council, a lawyer or a doctor about what troubles me here.",
        True,
        "Confidentiality never covers a works council, a lawyer, a doctor or an authority.",
    ),
    Statement(
        "emergency",
        "One organiser alone can open what our circle shares without us knowing.",
        False,
        "Emergency access takes two people, is logged, and is shown to the circle.",
    ),
    Statement(
        "figures",
        "Figures about our circle leave it only when they are about at least five people.",
        True,
        "Smaller groups are hidden, so that nobody can be recognised.",
    ),
]


def _others(charter: Charter) -> list[Statement]:
    notes, last = charter.keeps_discussion_notes, charter.senior_speaks_last
    return [
        Statement(
            "stays",
            "I may tell a colleague who said what in our circle, if that colleague is discreet.",
            False,
            "What is said in the circle stays in the circle; we take along only what we learned.",
        ),
        Statement(
            "later",
            "Whoever joins later reads nothing from before they came.",
            True,
            "One reads what the circle shares from the day of joining on.",
        ),
        Statement(
            "notes",
            "This circle may keep notes of its discussions.",
            notes,
            "This charter allows them."
            if notes
            else "This charter keeps them off until the circle changes it.",
        ),
        Statement(
            "last",
            "The most senior of us speaks first.",
            False,
            "In this circle the most senior speaks last."
            if last
            else "Nothing in this charter says so: everyone gets their turn.",
        ),
        Statement(
            "again",
            "When the charter changes, my earlier signature goes on counting.",
            False,
            "A new version counts for each of us once we sign it.",
        ),
        Statement(
            "leaving",
            "I may leave the circle at any time.",
            True,
            "A seat is given back with one button, and nobody needs a reason.",
        ),
    ]
