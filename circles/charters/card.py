"""What templates/circles/charter_card.html needs to draw the charter's part of a circle's page."""

from dataclasses import dataclass
from typing import Any

from circles import gates
from circles.actions import MOVES
from circles.actions.activation import in_numbers
from circles.models import Charter, Circle, Signature
from members.models import Member

Stage = Circle.Stage


@dataclass(frozen=True)
class Signer:
    """One of those who sign, and the signature that counts today, if there is one."""

    person: Member
    signature: Signature | None


@dataclass(frozen=True)
class Line:
    """One step towards starting, as one viewer may see it: their own part, and the others'."""

    step: gates.Step
    own: gates.Gap | None
    names: str
    others: int


def charter_card(circle: Circle, person: Member) -> dict[str, Any]:
    """The context of charter_card.html, in a constant number of queries; by whoever looks.

    The circle's own people see who has signed; of what else is missing, names are for whoever
    looks after the circle. Organisers see a forming circle's numbers, and nothing of the charter.
    """
    if person.has_perm("circles.read_content", circle):
        found = _for_own_people(circle, person)
    elif circle.stage == Stage.FORMING and person.has_perm("circles.activate_circle", circle):
        found = {"counted": in_numbers(gates.steps(circle))}
    else:
        return {}
    if found.get("counted"):
        # A button that leads to a refusal is not offered.
        moves = MOVES[circle.stage].items()
        found["moves"] = {stage: words for stage, words in moves if stage != Stage.ACTIVE}
    if circle.stage == Stage.FORMING:
        found["few_people"] = gates.advice_on_people(circle)
    return found


def _for_own_people(circle: Circle, person: Member) -> dict[str, Any]:
    charter = Charter.objects.visible_to(person).in_force().filter(circle=circle).first()
    found: dict[str, Any] = {"shows_charter": True, "charter": charter}
    if charter:
        rows = signers(charter, person)
        asked = [row for row in rows if row.person == person]
        found |= {
            "signers": rows,
            "signed": sum(1 for row in rows if row.signature),
            "waiting": [row for row in rows if not row.signature],
            "signs": bool(asked) and not asked[0].signature and not circle.is_closed,
        }
    if circle.stage == Stage.FORMING:
        steps = gates.steps(circle)
        found |= {
            "counted": in_numbers(steps),
            "lines": [_line(step, circle, person) for step in steps],
            "asked_later": gates.asked_later(circle),
            "notes_gates": bool(gates.trainings_asked(circle) or gates.asks_for_test(circle)),
        }
    return found


def signers(charter: Charter, viewer: Member) -> list[Signer]:
    """Everyone who signs this version, with the signature that the viewer may see.

    A closed circle has no members to wait for: it shows who signed.
    """
    visible = Signature.objects.visible_to(viewer).filter(charter=charter)
    if charter.circle.is_closed:
        return [Signer(each.person, each) for each in visible.select_related("person")]
    visible = visible.valid()
    given = {signature.person_id: signature for signature in visible.order_by("signed_at", "pk")}
    return [Signer(each, given.get(each.pk)) for each in gates.signers(charter.circle)]


def _line(step: gates.Step, circle: Circle, person: Member) -> Line:
    theirs = [gap for gap in step.gaps if gap.who and gap.who != person]
    own = next((gap for gap in step.gaps if gap.who == person), None)
    looks_after = person.has_perm("circles.write_charter", circle)
    shared = next((gap for gap in step.gaps if gap.who is None), None)
    if shared and (looks_after or not shared.url):
        own = shared
    names = ", ".join(str(gap.who) for gap in theirs)
    shows_names = looks_after or step.kind == "signatures"
    return Line(step, own, names if shows_names else "", len(theirs))
