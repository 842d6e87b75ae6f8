"""Setting up a formation: whom, under which rules, and which pairs."""

from django.db import transaction
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.formation.pairs import contradictions
from circles.formation.reading import managers_of
from circles.formation.setup import SetUp
from circles.formation.wording import worded
from circles.models import Format, Formation, FormatVersion, PairRule, Programme
from members.actions import record
from members.models import Member

State = Formation.State


@transaction.atomic
def set_up_formation(
    programme: Programme, *, of_format: Format, chosen: SetUp, seed: int, by: Member
) -> Formation:
    """Set up a formation with the newest version of the format; nothing is formed yet.

    Raises CannotChange if the programme does not have the format, or is archived.
    """
    formation = Formation(
        programme=programme,
        format_version=_version(programme, of_format),
        seed=seed,
        rules=chosen.as_data(),
        created_by=by,
    )
    formation.save()
    record(by, "set up formation", formation, formation=formation.pk)
    return formation


@transaction.atomic
def change_formation(
    formation: Formation, *, of_format: Format, chosen: SetUp, seed: int, by: Member
) -> Formation:
    """Change whom and how a formation forms. What is staged stays until circles are formed again.

    The format cannot change once circles are staged. Raises CannotChange then, while a worker
    forms circles, and after publishing.
    """
    formation = Formation.objects.select_for_update(of=("self",)).get(pk=formation.pk)
    if not formation.can_be_started:
        raise CannotChange("Its rules cannot be changed any more.")
    version = formation.format_version
    if version.format_id != of_format.pk:
        if formation.circles.exists():
            words = "Circles are staged with this format. Set up another formation for another."
            raise CannotChange(words, field="of_format")
        version = _version(formation.programme, of_format)
    formation.format_version, formation.seed = version, seed
    formation.rules = chosen.as_data()
    formation.save(update_fields=["format_version", "seed", "rules"])
    record(by, "changed formation", formation, formation=formation.pk)
    return formation


@transaction.atomic
def discard_formation(formation: Formation, *, by: Member) -> None:
    """Forget what is staged. Discarding twice changes nothing.

    Raises CannotChange while a worker forms circles, and after publishing.
    """
    formation = Formation.objects.select_for_update().get(pk=formation.pk)
    if formation.state == State.DISCARDED:
        return
    if formation.is_running:
        raise CannotChange("Circles are being formed. Stop that first.")
    if not formation.can_be_discarded:
        raise CannotChange("Its circles are published. Close them one by one instead.")
    formation.state, formation.ended_at = State.DISCARDED, timezone.now()
    formation.last_move = None
    formation.save(update_fields=["state", "ended_at", "last_move"])
    formation.seats.all().delete()
    formation.circles.all().delete()
    record(by, "discarded formation", formation, formation=formation.pk)


@transaction.atomic
def add_pair_rule(
    programme: Programme, one: Member, other: Member, *, kind: str, by: Member
) -> PairRule:
    """Want two people in one circle, or never in one. The other rule for the same two is replaced.

    Raises CannotChange for a pair of one, and for what contradicts a pair or a direct manager.
    """
    # Lock the programme, so that two rules that contradict each other are not added at once.
    Programme.objects.select_for_update().get(pk=programme.pk)
    low, high = sorted((one.pk, other.pk))
    if low == high:
        raise CannotChange("Choose two different people.")
    rules = PairRule.objects.filter(programme=programme)
    pairs: dict[str, list[tuple[int, int]]] = {"together": [], "apart": []}
    for known in rules.exclude(one=low, other=high):
        pairs[known.kind].append((known.one_id, known.other_id))
    pairs[kind].append((low, high))
    named = sorted({key for pair in pairs["together"] for key in pair})
    wrong = contradictions(pairs["together"], pairs["apart"], managers=managers_of(named, depth=1))
    if wrong:
        raise CannotChange(worded(wrong)[0])
    rule, _ = rules.update_or_create(
        programme=programme, one_id=low, other_id=high, defaults={"kind": kind, "made_by": by}
    )
    record(by, f"wanted two people {kind}", programme, programme=programme.pk, people=[low, high])
    return rule


@transaction.atomic
def remove_pair_rule(rule: PairRule, *, by: Member) -> None:
    """Forget a rule about two people. Removing it twice changes nothing."""
    deleted, _ = PairRule.objects.filter(pk=rule.pk).delete()
    if deleted:
        people = [rule.one_id, rule.other_id]
        record(
            by,
            "removed a rule about two people",
            rule.programme,
            programme=rule.programme_id,
            people=people,
        )


def _version(programme: Programme, of_format: Format) -> FormatVersion:
    if programme.is_archived:
        raise CannotChange("This programme is archived. Restore it first.")
    if not programme.formats.filter(pk=of_format.pk).exists():
        words = f"“{programme}” has no circles of the format “{of_format}”."
        raise CannotChange(words, field="of_format")
    return FormatVersion.objects.newest().get(format=of_format)
