"""What production refuses to start with."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from members.models import Member


def refuse_demo_logins() -> None:
    """Outside development, raise ImproperlyConfigured when a demo login exists.

    Their password is public. A database that cannot be asked yet is /readyz's business.
    """
    if settings.DEBUG:
        return
    try:
        found = Member.objects.filter(email__endswith=f"@{settings.DEMO_DOMAIN}").exists()
    except DatabaseError:
        return
    if found:
        raise ImproperlyConfigured(
            "This database holds demo logins, whose password is public. Use a database of your "
            "own, or delete them with: manage.py remove_demo_logins"
        )
