"""What templates/circles/lifecycle_card.html and lifecycle_panel.html need to draw."""

from typing import Any

from django.db.models import Q

from circles.lifecycle.ballots import VoteView, vote_as_seen_by
from circles.lifecycle.parents import bond
from circles.lifecycle.terms import closes_from, votes_from
from circles.lifecycle.verbs import verbs
from circles.models import Circle, ClosingWord, Lineage, Membership
from members.models import Member

Stage = Circle.Stage
SHOWN = 30


def lifecycle_parts(
    circle: Circle, person: Member, *, seat: Membership | None, knows: bool
) -> dict[str, Any]:
    """The context of both, in a constant number of queries.

    Fetch the circle with `for_cards()`; `knows` is whether the person may see its roster. Other
    circles are named only to who may know of them.
    """
    seen = vote_as_seen_by(person, circle) if knows and _may_vote(circle) else None
    children = _children(circle, person)
    tie = bond(circle, children[0] if children else None)
    closing_words = _closing_words(circle, person)
    return {
        "knows_circle": knows,
        "pause": circle.pauses.current().first() if circle.stage == Stage.PAUSED else None,
        "vote": seen if seen and seen.is_news else None,
        "stayed_until": None if seat else _stayed_until(circle, person),
        "closing_words": closing_words,
        "has_spoken": any(word.person_id == person.pk for word in closing_words),
        "came_from": _related(circle, person),
        "parent": _parent(circle, person),
        "children": children,
        "children_word": tie.word,
        "children_advice": tie.advice(len(children)) if children and knows else "",
        "votes_from": votes_from(circle),
        "closes_from": closes_from(circle),
        "verbs": verbs(circle, person, is_voting=_is_voting(seen)),
        "merge_asked": _merge_asked(circle, person),
    }


def _may_vote(circle: Circle) -> bool:
    return circle.stage in (Stage.ACTIVE, Stage.RENEWAL)


def _is_voting(seen: VoteView | None) -> bool:
    return seen is not None and seen.vote.closed_at is None


def _stayed_until(circle: Circle, person: Member) -> Any:
    kept = circle.memberships.filter(stayed_to_end=True, person=person)
    return kept.order_by("-left_on").values_list("left_on", flat=True).first()


def _closing_words(circle: Circle, person: Member) -> list[ClosingWord]:
    if circle.closes_on is None and not circle.is_closed:
        return []
    words = ClosingWord.objects.visible_to(person).filter(circle=circle)
    return list(words.select_related("person"))


def _related(circle: Circle, person: Member) -> list[tuple[str, Circle, Any]]:
    """Where it came from and what became of it, in words: before, the circle, the day."""
    lines = Lineage.objects.filter(Q(ancestor=circle) | Q(descendant=circle))
    rows = list(lines.select_related("ancestor", "descendant"))
    if not rows:
        return []
    keys = {row.ancestor_id for row in rows} | {row.descendant_id for row in rows}
    known = set(Circle.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    said: list[tuple[str, Circle, Any]] = []
    for row in rows:
        is_origin = row.ancestor_id == circle.pk
        other = row.descendant if is_origin else row.ancestor
        if other.pk in known:
            said.append((WORDS[Lineage.Kind(row.kind), is_origin], other, row.on))
    return said


WORDS = {
    (Lineage.Kind.SPLIT, True): "Became two circles, this one and",
    (Lineage.Kind.SPLIT, False): "Grew out of",
    (Lineage.Kind.MERGE, True): "Became part of",
    (Lineage.Kind.MERGE, False): "Took in",
}


def _parent(circle: Circle, person: Member) -> tuple[str, Circle] | None:
    if circle.parent_id is None:
        return None
    known = Circle.objects.visible_to(person).select_related("format_version__format")
    above = known.filter(pk=circle.parent_id).first()
    return (bond(above, circle).word, above) if above else None


def _children(circle: Circle, person: Member) -> list[Circle]:
    known = Circle.objects.visible_to(person).open().for_cards()
    return list(known.filter(parent=circle)[:SHOWN])


def _merge_asked(circle: Circle, person: Member) -> Any:
    if circle.is_closed or not person.has_perm("circles.merge_circle", circle):
        return None
    return circle.merge_requests.open().select_related("into").first()
