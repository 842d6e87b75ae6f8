"""The tree of areas, departments and teams, in proportion to the number of people."""

from dataclasses import dataclass, field
from typing import NamedTuple

from analytics.demo.places import PLACES, Place
from analytics.demo.plan import share_out
from analytics.demo.writing import Writer
from members.models import Unit
from members.models.units import SEPARATOR

# From here on, areas have departments between themselves and their teams.
DEEP_FROM = 1500
TEAM_SIZE = 9


class Area(NamedTuple):
    """A part of the organisation, what it does, and what its people are called by level 1 to 6."""

    name: str
    weight: int
    departments: tuple[str, ...]
    titles: tuple[str, str, str, str, str, str]


AREAS = (
    Area("Engineering", 17,
         ("Platform", "Data", "Mobile", "Web", "Security", "Quality", "Networks", "Tools"),
         ("Junior engineer", "Engineer", "Senior engineer", "Staff engineer",
          "Principal engineer", "Fellow")),
    Area("Customer Care", 18,
         ("Phone", "Chat and mail", "Complaints", "Onboarding", "Languages", "Quality desk",
          "Planning", "Night desk"),
         ("Care agent", "Senior care agent", "Care specialist", "Senior care specialist",
          "Care expert", "Principal care expert")),
    Area("People", 6,
         ("Learning", "Hiring", "Pay", "Advice", "Wellbeing"),
         ("People assistant", "People partner", "Senior people partner",
          "Talent development consultant", "Principal consultant", "People expert")),
    Area("Operations", 18,
         ("Claims", "Payments", "Logistics", "Facilities", "Procurement", "Records",
          "Field service", "Continuity"),
         ("Clerk", "Senior clerk", "Case handler", "Senior case handler", "Operations expert",
          "Principal operations expert")),
    Area("Sales", 13,
         ("Retail", "Partners", "Key accounts", "Public sector", "Renewals", "Inside sales"),
         ("Sales assistant", "Account manager", "Senior account manager", "Key account manager",
          "Principal account manager", "Sales expert")),
    Area("Product", 7,
         ("Discovery", "Design", "Research", "Accounts", "Content", "Insights"),
         ("Junior designer", "Product designer", "Senior product designer", "Product manager",
          "Senior product manager", "Principal product manager")),
    Area("Finance", 7,
         ("Accounting", "Treasury", "Controlling", "Tax", "Billing", "Audit"),
         ("Accounting clerk", "Accountant", "Senior accountant", "Controller",
          "Senior controller", "Finance expert")),
    Area("Lending", 8,
         ("Small business", "Retail loans", "Assessment", "Collections", "Leasing"),
         ("Loan assistant", "Loan officer", "Senior loan officer", "Credit analyst",
          "Senior credit analyst", "Principal credit analyst")),
    Area("Marketing", 4,
         ("Brand", "Campaigns", "Events", "Website"),
         ("Marketing assistant", "Marketing specialist", "Senior marketing specialist",
          "Campaign manager", "Senior campaign manager", "Marketing expert")),
    Area("Risk and Legal", 4,
         ("Contracts", "Data protection", "Compliance", "Credit risk"),
         ("Legal assistant", "Compliance officer", "Senior compliance officer", "Counsel",
          "Senior counsel", "Principal counsel")),
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Node:
    """One unit. `size` is how many people belong to it directly."""

    name: str
    parent: "Node | None"
    area: Area
    size: int
    place: Place | None = None
    is_team: bool = False
    children: list["Node"] = field(default_factory=list)
    pk: int = 0

    @property
    def path(self) -> str:
        return f"{self.parent.path}{SEPARATOR}{self.name}" if self.parent else self.name


def plan_units(members: int) -> list[Node]:
    """All units, parents first, whose sizes add up to the number of people less the chief."""
    count = max(3, min(len(AREAS), members // 40))
    areas = AREAS[:count]
    nodes: list[Node] = []
    for area, people in zip(
        areas, share_out(members - 1, [area.weight for area in areas]), strict=True
    ):
        root = Node(area.name, None, area, 1)
        nodes.append(root)
        if members < DEEP_FROM:
            nodes += _teams(root, people - 1, area.departments, by_place=False)
        else:
            nodes += _departments(root, people - 1)
    return nodes


def _departments(root: Node, people: int) -> list[Node]:
    names = root.area.departments
    weights = [len(names) + 4 - place for place in range(len(names))]
    nodes: list[Node] = []
    for name, part in zip(names, share_out(people, weights), strict=True):
        department = Node(name, root, root.area, 1)
        root.children.append(department)
        places = tuple(place.name for place in PLACES for _ in range(1 + place.weight // 5))
        nodes += [department, *_teams(department, part - 1, places, by_place=True)]
    return nodes


def _teams(parent: Node, people: int, names: tuple[str, ...], *, by_place: bool) -> list[Node]:
    count = max(1, round(people / TEAM_SIZE))
    # Teams differ in size, between about six and twelve people.
    sizes = share_out(people, [7 + (place * 5) % 6 for place in range(count)])
    places = {place.name: place for place in PLACES}
    seen: dict[str, int] = {}
    for position, size in enumerate(sizes):
        name = names[position % len(names)]
        seen[name] = seen.get(name, 0) + 1
        full_name = f"{name} {seen[name]}" if seen[name] > 1 else name
        place = places[name] if by_place else None
        parent.children.append(Node(full_name, parent, parent.area, size, place, is_team=True))
    return parent.children[:]


def write_units(nodes: list[Node], writer: Writer) -> None:
    for node in nodes:
        parent = node.parent.pk if node.parent else None
        node.pk = writer.add(Unit, name=node.name, parent=parent, path=node.path)
