"""The four who can sign in, and the people around them in the story."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from analytics.demo.names import Names
from analytics.demo.people import PEOPLE_DOMAIN, Person
from analytics.demo.places import BERLIN, LISBON, Place
from analytics.demo.plan import Plan, weekday_from
from analytics.demo.writing import Writer
from members.models import Role, RoleGrant

PASSWORD = "peerloom-demo"  # noqa: S105  public on purpose; production refuses to start with it
# The same salt each time, so that the same arguments give the same data.
SALT = "peerloom-demo-salt"
LOGINS = ("member", "facilitator", "hr", "organiser")
ROLES = {"hr": Role.HR_ANALYST.value, "organiser": Role.ORGANISER.value}
# Long enough for every circle and role that the story gives them.
WITH_US_FOR = timedelta(days=1000)


@dataclass(frozen=True)
class Part:
    """Who somebody is in the story. Without a title they have that of their level."""

    name: str
    area: str
    level: int = 2
    title: str = ""
    place: Place = BERLIN


PARTS = (
    Part("Ama Mensah", "Engineering"),
    Part("Inês Carvalho", "People", 4, "Talent development consultant", LISBON),
    Part("Hanna Lindqvist", "People", 3, "People analyst"),
    Part("Grace Okafor", "People", 4, "Programme manager"),
    Part("Joon Kim", "Engineering"),
    Part("Lena Maier", "Customer Care"),
    Part("Priya Sharma", "Engineering"),
    Part("Tomás Oliveira", "Customer Care"),
    Part("Ruth Boateng", "People"),
    Part("Kwame Darko", "Engineering"),
)


@dataclass(frozen=True)
class Cast:
    """Everybody who has a part; the first four can sign in."""

    member: Person
    facilitator: Person
    hr: Person
    organiser: Person
    peers: tuple[Person, ...]

    @property
    def logins(self) -> dict[str, Person]:
        people = (self.member, self.facilitator, self.hr, self.organiser)
        return dict(zip(LOGINS, people, strict=True))


def cast_parts(everyone: list[Person], names: Names, plan: Plan) -> Cast:
    """Give the parts to people who are there to stay, from different teams where there are some."""
    free = _candidates(everyone)
    people = [_give_part(part, free, plan) for part in PARTS]
    member, facilitator, hr, organiser, *peers = people
    cast = Cast(member, facilitator, hr, organiser, tuple(peers))
    if manager := cast.member.manager:
        manager.name = "Dana Wolff"
        people.append(manager)
    for person in people:
        person.email = names.address(person.name, PEOPLE_DOMAIN)
    password = make_password(PASSWORD, salt=SALT)
    for login, person in cast.logins.items():
        person.email, person.password = f"{login}@{settings.DEMO_DOMAIN}", password
    return cast


def write_logins(cast: Cast, plan: Plan, writer: Writer) -> None:
    """Addresses that count as verified, and the roles. The organiser gave the analyst theirs."""
    for person in cast.logins.values():
        writer.add(EmailAddress, user=person.pk, email=person.email, verified=True, primary=True)
    for login, role in ROLES.items():
        writer.add(
            RoleGrant,
            person=cast.logins[login].pk,
            role=role,
            granted_by=cast.organiser.pk if login != "organiser" else None,
            granted_at=plan.now - timedelta(days=500),
        )


def _candidates(everyone: list[Person]) -> list[Person]:
    """Those who stay and lead nobody, the first of every team before the second of any."""
    turns: dict[int, int] = {}
    ranked = []
    for position, person in enumerate(everyone):
        if not (person.left_on or person.leads):
            turn = turns[id(person.unit)] = turns.get(id(person.unit), 0) + 1
            ranked.append((turn, position, person))
    return [person for _, _, person in sorted(ranked, key=lambda entry: entry[:2])]


def _give_part(part: Part, free: list[Person], plan: Plan) -> Person:
    """The first free person of the area, or of any, becomes the one of the story."""
    person = next((person for person in free if person.unit.area.name == part.area), free[0])
    free.remove(person)
    person.name, person.place, person.level = part.name, part.place, part.level
    person.title, person.is_cast = part.title, True
    person.hired_on = min(person.hired_on, weekday_from(plan.as_of - WITH_US_FOR))
    return person
