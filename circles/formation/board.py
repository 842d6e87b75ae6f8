"""What the pages of staged circles need, in a constant number of queries for any number of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from circles.formation.reading import newcomers_to
from circles.formation.setup import AIMS, SetUp
from circles.formation.wording import Names
from circles.models import Formation, Offer, StagedCircle, StagedSeat
from circles.models.formation import StagedCircleQuerySet
from members.models import Member

CARDS_A_PAGE, PEOPLE_A_PAGE, PEOPLE_AT_FIRST = 24, 50, 6
ORDERS = {"": ("score", "number"), "number": ("number",), "best": ("-score", "number")}
OTHER_AIMS = {"powers": "Powers side by side"}


@dataclass(frozen=True)
class Bar:
    """How far one aim is met."""

    label: str
    share: float
    words: str


@dataclass(frozen=True)
class Placed:
    """A person on the board, with the sentences about their place."""

    seat: StagedSeat
    reasons: list[str]
    obstacle: str


@dataclass(frozen=True)
class Card:
    """A staged circle with its people."""

    circle: StagedCircle
    people: list[Placed]
    bars: list[Bar]
    is_small: bool

    @property
    def strongest(self) -> Bar | None:
        """What speaks for the circle most; its size stands on the card anyway."""
        bars = [bar for bar in self.bars if bar.label != AIMS["size"]]
        return max(bars, key=lambda bar: bar.share, default=None)

    @property
    def weakest(self) -> Bar | None:
        """What speaks for it least, if that is something else."""
        weakest = min(self.bars, key=lambda bar: bar.share, default=None)
        return weakest if weakest != self.strongest else None


def board(formation: Formation, filters: dict[str, Any], number: str | None) -> dict[str, Any]:
    """The board's page of staged circles, or of people without a place."""
    unplaced = _seats().filter(formation=formation, staged_circle=None)
    context: dict[str, Any] = {
        "counts": counts_of(formation),
        "newcomers": newcomers_to(formation).order_by().count(),
        "shows": filters.get("show", ""),
    }
    if q := filters.get("q", ""):
        unplaced = unplaced.filter(person__in=Member.objects.matching(q).order_by())
    if context["shows"] == "unplaced":
        page = Paginator(unplaced, PEOPLE_A_PAGE).get_page(number)
        return context | {"page": page, "unplaced": _placed(page)}
    first = list(unplaced[:PEOPLE_AT_FIRST]) if context["counts"]["unplaced"] else []
    circles = _found(formation, filters).order_by(*ORDERS[filters.get("order", "")])
    found: Page[StagedCircle] = Paginator(circles, CARDS_A_PAGE).get_page(number)
    cards, names = _cards(formation, found, first)
    unplaced_first = [_place(seat, names) for seat in first]
    return context | {"page": found, "cards": cards, "unplaced": unplaced_first}


def card_of(formation: Formation, circle: StagedCircle) -> Card:
    """One staged circle, fetched with its people."""
    rows = formation.circles.filter(pk=circle.pk).prefetch_related(_people())
    return _cards(formation, rows.select_related("facilitator"), [])[0][0]


def counts_of(formation: Formation) -> dict[str, int]:
    """How many circles, people and gaps the board has."""
    circles: dict[str, int] = formation.circles.aggregate(
        circles=Count("pk"),
        locked=Count("pk", filter=Q(is_locked=True)),
        unheld=Count("pk", filter=Q(facilitator=None)),
    )
    people: dict[str, int] = formation.seats.aggregate(
        placed=Count("staged_circle"), unplaced=Count("pk", filter=Q(staged_circle=None))
    )
    return circles | people


def answers_of(formation: Formation, number: str | None) -> dict[str, Any]:
    """Who accepted, declined or has yet to answer, of a published formation."""
    offers = Offer.objects.filter(circle__staged_as__formation=formation, reason="formation")
    states = Offer.State
    tally = offers.order_by().aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in states}
    )
    here = Prefetch(
        "circle__offers",
        Offer.objects.filter(reason="formation").select_related("person"),
        to_attr="invitations",
    )
    circles = formation.circles.exclude(circle=None).select_related("circle", "facilitator")
    page = Paginator(circles.prefetch_related(here), CARDS_A_PAGE).get_page(number)
    return {"page": page, "tally": tally}


def _found(formation: Formation, filters: dict[str, Any]) -> StagedCircleQuerySet:
    circles: Any = formation.circles.select_related("facilitator").prefetch_related(_people())
    show, q = filters.get("show", ""), filters.get("q", "")
    if show == "small":
        size_min = SetUp.read(formation.rules).size_min
        circles = circles.with_size().filter(size__lt=size_min)
    elif show:
        only = {"open": {"is_locked": False}, "locked": {"is_locked": True}}
        circles = circles.filter(**only.get(show, {"facilitator": None}))
    if q:
        named, people = Q(name__icontains=q), Member.objects.matching(q).order_by()
        if q.isdecimal() and len(q) < 9:
            # A number is a circle's or an employee's, and no part of an e-mail address.
            named, people = Q(number=int(q)), Member.objects.filter(employee_number=q)
        seated = StagedSeat.objects.filter(staged_circle=OuterRef("pk"), person__in=people)
        circles = circles.filter(named | Exists(seated))
    found: StagedCircleQuerySet = circles
    return found


def _seats() -> QuerySet[StagedSeat]:
    return StagedSeat.objects.select_related("person__unit").order_by("person__name", "pk")


def _people() -> "Prefetch[Any]":
    return Prefetch("seats", _seats(), to_attr="people")


def _cards(
    formation: Formation, circles: Iterable[Any], unplaced: list[StagedSeat]
) -> tuple[list[Card], Names]:
    rows = list(circles)
    seats = [seat for circle in rows for seat in circle.people] + unplaced
    known = {seat.person_id: seat.person.name for seat in seats}
    parts = [part["words"] for circle in rows for part in circle.parts.values()]
    names = Names([*parts, *_sentences(seats)], known)
    size_min = SetUp.read(formation.rules).size_min
    cards = []
    for circle in rows:
        people = [_place(seat, names) for seat in circle.people]
        bars = [
            Bar(
                AIMS.get(aim) or OTHER_AIMS.get(aim, aim),
                part["share"],
                names.put_into(part["words"]),
            )
            for aim, part in circle.parts.items()
        ]
        cards.append(Card(circle, people, bars, is_small=len(people) < size_min))
    return cards, names


def _placed(seats: Iterable[StagedSeat]) -> list[Placed]:
    rows = list(seats)
    names = Names(_sentences(rows), {seat.person_id: seat.person.name for seat in rows})
    return [_place(seat, names) for seat in rows]


def _sentences(seats: Iterable[StagedSeat]) -> Iterator[str]:
    for seat in seats:
        yield from seat.reasons
        yield seat.obstacle


def _place(seat: StagedSeat, names: Names) -> Placed:
    reasons = [names.put_into(sentence) for sentence in seat.reasons]
    return Placed(seat, reasons, names.put_into(seat.obstacle))
