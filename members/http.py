from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from members.models import Member


class PersonRequest(HttpRequest):
    """A request of someone who signed in, as our views see it."""

    user: Member
    htmx: HtmxDetails


def require(person: Member, permission: str, subject: Any = None) -> None:
    """Raise PermissionDenied unless the rule of that name allows it."""
    if not person.has_perm(permission, subject):
        raise PermissionDenied
