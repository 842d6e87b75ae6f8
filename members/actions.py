"""What can be done to people and roles. Each action owns its transaction."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from members.models import AuditEntry, Member, Role, RoleGrant


class CannotGrant(Exception):
    """Why a person does not get a role, in words meant for the organiser who asked."""


class CannotRevoke(Exception):
    """Why a role stays, in words meant for the organiser who asked."""


def record(actor: Member | None, verb: str, subject: object, **detail: Any) -> AuditEntry:
    """Write one line of the audit trail."""
    return AuditEntry.objects.create(
        actor=actor, verb=verb, subject=str(subject)[:200], detail=detail
    )


@transaction.atomic
def grant_role(person: Member, role: Role, *, by: Member | None) -> RoleGrant:
    """Give a role; giving it twice changes nothing. Raises CannotGrant to who cannot sign in."""
    if not person.may_sign_in:
        raise CannotGrant(f"{person.name} has left, or was deactivated, and cannot sign in.")
    if person.email is None:
        raise CannotGrant(f"{person.name} has no e-mail address to sign in with. Import one first.")
    grant, is_new = RoleGrant.objects.get_or_create(
        person=person, role=role, revoked_at=None, defaults={"granted_by": by}
    )
    if is_new:
        record(by, "granted role", person, role=role, person=person.pk)
    return grant


@transaction.atomic
def revoke_role(person: Member, role: Role, *, by: Member) -> None:
    """Take a role back; a role that is not held changes nothing.

    Raises CannotRevoke where no organiser who can sign in would remain.
    """
    # Lock the holders, so that two organisers cannot revoke each other at once.
    holders = RoleGrant.objects.current().filter(role=role).order_by("pk")
    held = {grant.person_id: grant for grant in holders.select_for_update(of=("self",))}
    if person.pk not in held:
        return
    others = Member.objects.filter(pk__in=held.keys() - {person.pk})
    if role == Role.ORGANISER and not any(other.may_sign_in for other in others):
        raise CannotRevoke("Someone must remain organiser. Appoint another one first.")
    grant = held[person.pk]
    grant.revoked_at, grant.revoked_by = timezone.now(), by
    grant.save(update_fields=["revoked_at", "revoked_by"])
    record(by, "revoked role", person, role=role, person=person.pk)


@transaction.atomic
def appoint_organiser(email: str, *, name: str = "") -> tuple[Member, bool]:
    """Make the person with this address an organiser, and say whether they had to be created.

    For the operator of a new installation, who is nobody yet: the grant names no giver.
    Raises Member.DoesNotExist for an unknown address without a name, else as grant_role.
    """
    email = email.strip().lower()
    person = Member.objects.filter(email=email).first()
    is_new = person is None
    if person is None:
        if not name:
            raise Member.DoesNotExist
        person = Member.objects.create_user(email, name=name)
    grant_role(person, Role.ORGANISER, by=None)
    return person, is_new


@transaction.atomic
def sign_out_everywhere(person: Member) -> None:
    """End every session of the person, this one too."""
    raised = F("times_signed_out_everywhere") + 1
    Member.objects.filter(pk=person.pk).update(times_signed_out_everywhere=raised)


@transaction.atomic
def settle_address(person: Member) -> None:
    """Make allauth's rows about addresses agree with Member.email, which imports may change.

    Afterwards the person has that one row, verified only if it was, and nobody else claims it.
    """
    if person.email is None:
        return
    EmailAddress.objects.filter(email=person.email).exclude(user=person).delete()
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    EmailAddress.objects.get_or_create(user=person, email=person.email)
