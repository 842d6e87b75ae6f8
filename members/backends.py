from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models.expressions import BaseExpression

from members.models import Member

_along: dict[str, BaseExpression] = {}


def read_along(**expressions: BaseExpression) -> None:
    """Have every request read this with the person who is signed in: it costs no further query."""
    _along.update(expressions)


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Knows people by Member.email alone, and only those who may sign in.

    allauth's own also knows them by its EmailAddress rows. After an import has given an address to
    somebody else, such a row would sign the new holder in as the old one.
    """

    def get_user(self, user_id: Any) -> Member | None:
        people: Any = Member.objects.annotate(**_along)
        person: Member | None = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

    def user_can_authenticate(self, user: Member) -> bool:
        """Asked at sign-in and at every request: whoever leaves is out at once."""
        return user.may_sign_in

    def _authenticate_by_email(self, email: str, password: str) -> Member | None:
        person = Member.objects.filter(email=email.lower()).first()
        # It also says whose password was right though they may not sign in: they are told why.
        checked: Member | None = self._check_password(person, password)
        return checked
