"""Who may do what to people: predicates, named once for views and templates."""

import rules

from members.models import Member, Role, RoleGrant


def _holds(person: Member, role: Role) -> bool:
    if not person.is_authenticated:
        return False
    held: set[str] | None = getattr(person, "_roles_held", None)
    if held is None:
        held = set(RoleGrant.objects.current().filter(person=person).values_list("role", flat=True))
        person._roles_held = held  # type: ignore[attr-defined]  # noqa: SLF001  one query a request
    return role in held


@rules.predicate
def is_organiser(person: Member) -> bool:
    return _holds(person, Role.ORGANISER)


@rules.predicate
def is_hr_analyst(person: Member) -> bool:
    return _holds(person, Role.HR_ANALYST)


rules.add_perm("members.manage_people", is_organiser)
rules.add_perm("members.grant_roles", is_organiser)
