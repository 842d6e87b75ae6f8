"""What an import does to the ways people sign in: their e-mail addresses."""

import secrets
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    UNUSABLE_PASSWORD_SUFFIX_LENGTH,
)
from django.db.models import F

from members.models import Member, Role, RoleGrant


def owners_of(emails: Iterable[str]) -> dict[str, int]:
    """Who signs in with these addresses, by id: as their login, or as a further address."""
    wanted = set(emails)
    further = EmailAddress.objects.filter(email__in=wanted).values_list("email", "user_id")
    logins = Member.objects.filter(email__in=wanted).values_list("email", "pk")
    return dict(further) | dict(logins)


def unusable_password() -> str:
    """As make_password(None) makes it, which for 100,000 people takes as long as inserting them."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2)


def unproven(people: Iterable[Member]) -> set[int]:
    """Those of them who signed up with their address but never proved that it is theirs."""
    claimed = EmailAddress.objects.filter(user__in=list(people), verified=False)
    return set(claimed.filter(email=F("user__email")).values_list("user_id", flat=True))


def organisers() -> set[int]:
    grants = RoleGrant.objects.current().filter(role=Role.ORGANISER)
    return set(grants.values_list("person_id", flat=True))


def move_logins(people: Iterable[Member]) -> None:
    """Let people whose address changed sign in with the new one, and no longer with the old.

    Who has signed in before has a row of allauth's to replace; the others need none yet.
    """
    by_id = {person.pk: person for person in people}
    old = EmailAddress.objects.filter(user__in=list(by_id))
    with_login = set(old.values_list("user_id", flat=True))
    old.delete()
    EmailAddress.objects.bulk_create(
        EmailAddress(user=by_id[pk], email=by_id[pk].email, primary=True, verified=False)
        for pk in sorted(with_login)
        if by_id[pk].email
    )
