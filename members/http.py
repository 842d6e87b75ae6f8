from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from members.models import Member

View = TypeVar("View", bound=Callable[..., Any])


class PersonRequest(HttpRequest):
    """A request of someone who signed in, as our views see it."""

    user: Member
    htmx: HtmxDetails


def require(person: Member, permission: str, subject: Any = None) -> None:
    """Raise PermissionDenied unless the rule of that name allows it."""
    if not person.has_perm(permission, subject):
        raise PermissionDenied


def finds_its_reader(view: View) -> View:
    """Mark a view that is polled and looks up who asks by itself, in the one query it needs.

    The middleware then leaves the person alone; such a view also says @login_not_required.
    """
    view.finds_its_reader = True  # type: ignore[attr-defined]  # read by members.middleware
    return view
