"""What the kinds of circles share: their groups, the row that a reminder is about, its reader."""

from circles.models import Circle
from members.models import Member
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder

# The headings under which people find them.
JOINING, CHANGES, RUNNING = "Seats", "What becomes of your circle", "Looking after circles"


def key_of(reminder: Reminder) -> str:
    """The key in `offer:7`."""
    return reminder.subject.partition(":")[2]


def circle_of(reminder: Reminder) -> Circle:
    """The circle that it is about. Raises NoLongerWanted; whether they may see it is asked next."""
    circle = Circle.objects.filter(pk=key_of(reminder)).first()
    if circle is None:
        raise NoLongerWanted("The circle is gone.")
    return circle


def has_seat_in(circle: Circle, person: Member) -> bool:
    return circle.memberships.current().of(person).exists()


def facilitates(circle: Circle, person: Member) -> bool:
    return circle.facilitations.current().filter(person=person).exists()


def must_have_seat(circle: Circle, person: Member) -> None:
    """Raise NoLongerWanted for whoever left."""
    if not has_seat_in(circle, person):
        raise NoLongerWanted("They have no seat in the circle any more.")
