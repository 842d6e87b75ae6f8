"""What a circle has to have before it becomes active, and what of it is missing.

Every circle needs a charter, everyone's signature and three people. What else its format asks for
is checked by whoever registered for that kind of gate; apps above this one register theirs when
Django has loaded the apps. A gate that nobody checks binds later, and is only said in words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from circles.models import Charter, Circle, GateRecord, Leave, Signature
from members.models import Member

FEWEST = 3
CHARTER, SIGNATURES = "charter", "signatures"
TRAININGS, RECOGNITION_TEST = "trainings", "individual_recognition_test"
MOST_TRAININGS = 20

Gate = dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, in a sentence; by whom, if it is one person's to do."""

    words: str
    who: Member | None = None
    url: str = ""
    label: str = ""


Check = Callable[[Circle, Gate], list[Gap]]


@dataclass(frozen=True)
class Kind:
    """How one kind of gate is checked, and what its gaps are called when they are only counted."""

    check: Check
    counted: str


@dataclass(frozen=True)
class Step:
    """One line of the list “what is missing before you start”."""

    kind: str
    words: str
    counted: str
    gaps: list[Gap]

    @property
    def is_done(self) -> bool:
        return not self.gaps


_kinds: dict[str, Kind] = {}


def register(kind: str, check: Check, *, counted: str) -> None:
    """Declare how a kind of gate is checked, with constantly many queries.

    `counted` are the words for one and for several gaps: "signature missing,signatures missing".
    Raises ValueError for a kind that is taken.
    """
    declared = Kind(check, counted)
    if _kinds.get(kind, declared) != declared:
        raise ValueError(f"There is already a check of gates named {kind!r}.")
    _kinds[kind] = declared


def steps(circle: Circle) -> list[Step]:
    """Everything the circle needs before it is active, done or not, in the order it is done."""
    found = [
        Step(gate["kind"], gate["words"], kind.counted, kind.check(circle, gate))
        for gate in [*ALWAYS, *_of_format(circle)]
        if (kind := _kinds.get(gate["kind"]))
    ]
    # Without a charter there is nothing to sign, and nobody has signed it either.
    written = all(step.is_done for step in found if step.kind == CHARTER)
    return [step for step in found if written or step.kind != SIGNATURES]


def unmet(circle: Circle) -> list[Gap]:
    """What keeps the circle from becoming active; nothing when it may."""
    return [gap for step in steps(circle) for gap in step.gaps]


def asked_later(circle: Circle) -> list[str]:
    """What the format asks for once the circle meets, in words."""
    return [gate["words"] for gate in _of_format(circle) if gate["kind"] not in _kinds]


def advice_on_people(circle: Circle) -> str:
    """What to think of before a circle begins with fewer people than its format is made for."""
    version, people = circle.format_version, circle.memberships.current().count()
    of_circles = version.definition.get("size", {}).get("of") == "circles"
    if of_circles or not FEWEST <= people < version.size_min:
        return ""
    return (
        f"This format is made for {version.size_in_words}, and {people} have a seat. "
        "You may start all the same."
    )


def gate_of(circle: Circle, kind: str) -> Gate | None:
    return next((gate for gate in _of_format(circle) if gate["kind"] == kind), None)


def trainings_asked(circle: Circle) -> int:
    """How many trainings each member does first; 0 where the format asks for none."""
    value = (gate_of(circle, TRAININGS) or {}).get("value")
    return max(0, min(value, MOST_TRAININGS)) if isinstance(value, int) else 0


def asks_for_test(circle: Circle) -> bool:
    return bool((gate_of(circle, RECOGNITION_TEST) or {}).get("value"))


def members_asked(circle: Circle) -> list[Member]:
    """Whoever has a seat, is not on leave and still works here, by name."""
    leaves = Leave.objects.current().filter(
        membership__circle=circle, membership__left_on=None, membership__person=OuterRef("pk")
    )
    seats = circle.memberships.current().order_by().values("person")
    people = Member.objects.filter(~Exists(leaves), pk__in=seats)
    return [person for person in people.order_by("name", "pk") if not person.has_left]


def signers(circle: Circle) -> list[Member]:
    """Who signs the charter: the members, and the facilitators, who read what the circle shares."""
    held = circle.facilitations.current().order_by().values("person")
    facilitators = Member.objects.filter(pk__in=held).order_by("name", "pk")
    return members_asked(circle) + [each for each in facilitators if not each.has_left]


def signed(charter: Charter) -> set[int]:
    """Whose signature under this version counts today."""
    return set(Signature.objects.valid().filter(charter=charter).values_list("person", flat=True))


def _of_format(circle: Circle) -> list[Gate]:
    gates: list[Gate] = circle.format_version.definition.get("gates", [])
    return [gate for gate in gates if gate.get("kind") and gate.get("words")]


def _charter(circle: Circle, _gate: Gate) -> list[Gap]:
    if circle.charters.exists():
        return []
    url = reverse("circles:charter_write", args=[circle.pk])
    return [Gap("The charter is not written.", url=url, label="Write it")]


def _signatures(circle: Circle, _gate: Gate) -> list[Gap]:
    charter = circle.charters.first()
    if charter is None:
        return []
    done, url = signed(charter), reverse("circles:charter_sign", args=[circle.pk])
    return [
        Gap(f"{person} has not signed the charter.", person, url, "Sign it")
        for person in signers(circle)
        if person.pk not in done
    ]


def _people(circle: Circle, _gate: Gate) -> list[Gap]:
    missing = FEWEST - circle.memberships.current().count()
    # A hub has circles for members; how many belong to it is another question.
    if missing <= 0 or circle.format_version.definition.get("size", {}).get("of") == "circles":
        return []
    return [Gap("A circle begins with at least three people.")] * missing


def _trainings(circle: Circle, _gate: Gate) -> list[Gap]:
    asked = trainings_asked(circle)
    done = _recorded(circle, TRAININGS, up_to=asked)
    url = reverse("circles:gates", args=[circle.pk])
    return [
        Gap(
            f"{person} has done {len(done.get(person.pk, ()))} of {asked} trainings.",
            person,
            url,
            "See the trainings",
        )
        for person in members_asked(circle)
        if len(done.get(person.pk, ())) < asked
    ]


def _tests(circle: Circle, _gate: Gate) -> list[Gap]:
    if not asks_for_test(circle):
        return []
    done = _recorded(circle, RECOGNITION_TEST, up_to=1)
    url = reverse("circles:recognition_test", args=[circle.pk])
    return [
        Gap(f"{person} has not passed the test on the rules.", person, url, "Take the test")
        for person in members_asked(circle)
        if person.pk not in done
    ]


def _recorded(circle: Circle, kind: str, *, up_to: int) -> dict[int | None, set[int]]:
    """The steps recorded for each person."""
    found: dict[int | None, set[int]] = {}
    rows: Iterable[tuple[int | None, int]] = GateRecord.objects.filter(
        circle=circle, kind=kind, step__lte=up_to
    ).values_list("person", "step")
    for person, step in rows:
        found.setdefault(person, set()).add(step)
    return found


ALWAYS: list[Gate] = [
    {"kind": CHARTER, "words": "The charter is written"},
    {"kind": SIGNATURES, "words": "Everyone has signed the charter"},
    {"kind": "people", "words": "At least three people have a seat"},
]


def register_checks() -> None:
    """Called once, when Django has loaded the apps."""
    register(CHARTER, _charter, counted="charter to write,charters to write")
    register(SIGNATURES, _signatures, counted="signature missing,signatures missing")
    register("people", _people, counted="person missing,people missing")
    register(TRAININGS, _trainings, counted="person in training,people in training")
    register(RECOGNITION_TEST, _tests, counted="test to pass,tests to pass")
