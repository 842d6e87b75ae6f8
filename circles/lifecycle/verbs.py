"""What a person may do with a circle's life, grouped as the panel shows it."""

from dataclasses import dataclass

from django.urls import reverse

from circles.actions.closing import MEETING
from circles.actions.splits import DIVISIBLE
from circles.models import Circle
from members.models import Member

Stage = Circle.Stage


@dataclass(frozen=True)
class Verb:
    """One button: a link to the page that asks, or a form of its own."""

    label: str
    url: str
    icon: str = ""
    is_posted: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class Group:
    """Verbs of one kind, under a heading."""

    heading: str
    verbs: list[Verb]


def verbs(circle: Circle, person: Member, *, is_voting: bool) -> list[Group]:
    """What the circle's stage and the person's rules allow now; groups without a verb are left out.

    The rules are those of the pages the verbs lead to, which check the stage again.
    """
    if circle.is_closed:
        return []
    groups = [
        Group("Rest", _rest(circle, person)),
        Group("Another term, or another shape", _renewal(circle, person, is_voting)),
        Group("The end", _end(circle, person, is_voting)),
        Group("Where it belongs", _belongs(circle, person)),
    ]
    return [group for group in groups if group.verbs]


def _link(circle: Circle, label: str, name: str, icon: str = "", *, danger: bool = False) -> Verb:
    return Verb(label, reverse(f"circles:{name}", args=[circle.pk]), icon, is_danger=danger)


def _rest(circle: Circle, person: Member) -> list[Verb]:
    if circle.closes_on or not person.has_perm("circles.pause_circle", circle):
        return []
    if circle.stage == Stage.ACTIVE:
        return [_link(circle, "Pause", "pause", "pause")]
    if circle.stage == Stage.PAUSED:
        url = reverse("circles:resume", args=[circle.pk])
        return [Verb("Resume", url, "play", is_posted=True)]
    return []


def _renewal(circle: Circle, person: Member, is_voting: bool) -> list[Verb]:
    found = []
    may_renew = person.has_perm("circles.renew_circle", circle)
    meets = circle.stage in (Stage.ACTIVE, Stage.RENEWAL) and not circle.closes_on
    overrules = not is_voting or person.has_perm("circles.manage_circle", circle)
    if meets and not is_voting and person.has_perm("circles.open_renewal", circle):
        found.append(_link(circle, "Let the circle vote", "renewal_open", "vote"))
    if circle.stage == Stage.RENEWAL and not circle.closes_on and overrules and may_renew:
        found.append(_link(circle, "Go on for another term", "renew", "rotate-cw"))
    if is_voting or circle.closes_on:
        return found
    if circle.stage in DIVISIBLE and person.has_perm("circles.split_circle", circle):
        found.append(_link(circle, "Divide into two", "split", "split"))
    if circle.stage != Stage.PROPOSED and person.has_perm("circles.merge_circle", circle):
        found.append(_link(circle, "Join another circle", "merge", "merge"))
    return found


def _end(circle: Circle, person: Member, is_voting: bool) -> list[Verb]:
    found = []
    if person.has_perm("circles.run_closing_round", circle):
        if circle.closes_on:
            found.append(_link(circle, "Change the closing day", "closing_round"))
            found.append(_link(circle, "Cancel the closing round", "closing_cancel"))
        elif circle.stage in MEETING and not is_voting:
            found.append(_link(circle, "Open the closing round", "closing_round", "flag"))
    if person.has_perm("circles.manage_circle", circle):
        found.append(_link(circle, "Close now", "close", danger=True))
    return found


def _belongs(circle: Circle, person: Member) -> list[Verb]:
    if not person.has_perm("circles.set_parent", circle):
        return []
    label = "Change its centre or hub" if circle.parent_id else "Choose a centre or hub"
    return [_link(circle, label, "parent", "network")]
