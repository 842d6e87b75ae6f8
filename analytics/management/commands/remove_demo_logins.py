from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from members.models import Member, RoleGrant


class Command(BaseCommand):
    help = "Take address, password and roles from the demo logins; the people stay."

    @transaction.atomic
    def handle(self, **_: Any) -> None:
        logins = Member.objects.filter(email__endswith=f"@{settings.DEMO_DOMAIN}")
        for person in logins:
            EmailAddress.objects.filter(user=person).delete()
            RoleGrant.objects.current().filter(person=person).update(revoked_at=timezone.now())
            person.email, person.is_active = None, False
            person.set_unusable_password()
            person.save(update_fields=["email", "is_active", "password"])
        self.stdout.write(
            f"Removed {len(logins)} demo logins." if logins else "There are no demo logins."
        )
