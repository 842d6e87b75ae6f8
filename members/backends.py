from allauth.account.auth_backends import AuthenticationBackend

from members.models import Member


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """Knows people by Member.email alone, and only those who may sign in.

    allauth's own also knows them by its EmailAddress rows. After an import has given an address to
    somebody else, such a row would sign the new holder in as the old one.
    """

    def user_can_authenticate(self, user: Member) -> bool:
        """Asked at sign-in and at every request: whoever leaves is out at once."""
        return user.may_sign_in

    def _authenticate_by_email(self, email: str, password: str) -> Member | None:
        person = Member.objects.filter(email=email.lower()).first()
        # It also says whose password was right though they may not sign in: they are told why.
        checked: Member | None = self._check_password(person, password)
        return checked
