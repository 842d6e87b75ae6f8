"""allauth's forms: what they do is allauth's, what they say and whom they know is ours."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from members.actions import settle_address
from members.adapters import signup_is_open
from members.forms import NameField, SeenByMixin
from members.models import Member

ONLY_FOR_SIGNING_IN = "Used only to sign you in and to send you Peerloom’s mail."
HELP_TO_CHOOSE = "At least 8 characters. Three or four unrelated words are easy to keep in mind."


class OurWords(SeenByMixin):
    """Our labels and help, and no placeholders: those vanish when one types."""

    labels: dict[str, str] = {}
    help_texts: dict[str, str] = {}
    focus: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            field.widget.attrs.pop("placeholder", None)
        if self.focus:
            self.fields[self.focus].widget.attrs["autofocus"] = True


def person_who_may_sign_in(email: str) -> Member | None:
    """Whose address it is, if they may sign in; allauth's rows about it are put in order."""
    person: Member | None = Member.objects.filter(email=email.lower()).first()
    if person is None or not person.may_sign_in:
        return None
    settle_address(person)
    return person


def refuse_other_domains(email: str, *, also: str | None = None) -> str:
    """The address, if its domain is listed for sign-up or is that of the address in `also`."""
    allowed = {*settings.SIGNUP_DOMAINS, *([_domain(also)] if also else [])}
    if _domain(email) not in allowed:
        named = ", ".join(f"@{domain}" for domain in sorted(allowed))
        raise ValidationError(f"We cannot accept this one. Use an address that ends in {named}.")
    return email


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


class CodeWords(OurWords):
    """For a form of one code: the keyboard of a phone is ready for it."""

    focus = "code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}


class LoginForm(OurWords, account.LoginForm):  # type: ignore[misc]
    labels = {"login": "E-mail address", "password": "Password"}
    focus = "login"

    @property
    def signup_is_open(self) -> bool:
        return signup_is_open()


class SignupForm(OurWords, account.SignupForm):  # type: ignore[misc]
    name = NameField(label="Your name")

    field_order = ["name", "email", "password1", "password2"]
    labels = {
        "email": "Work e-mail address",
        "password1": "A password",
        "password2": "The same password again",
    }
    help_texts = {"password1": HELP_TO_CHOOSE}
    seen_by = {
        "name": "Everyone who sees you in a circle sees your name.",
        "email": ONLY_FOR_SIGNING_IN,
    }
    focus = "name"

    def clean_email(self) -> str:
        email: str = refuse_other_domains(self.cleaned_data["email"])
        self.cleaned_data["email"] = email
        checked: str = super().clean_email()
        return checked


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):  # type: ignore[misc]
    """Also takes the address typed at the password form, whose second button leads here."""

    labels = {"email": "E-mail address"}
    focus = "email"

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        if data is not None and "login" in data and "email" not in data:
            data = data.copy()
            data.setlist("email", data.getlist("login"))
        super().__init__(data, **kwargs)

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self._user = person_who_may_sign_in(email)
        return email


class ConfirmLoginCodeForm(CodeWords, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    labels = {"code": "The code"}


class ConfirmEmailCodeForm(CodeWords, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    labels = {"code": "The code"}


class ConfirmPasswordResetCodeForm(CodeWords, account.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    labels = {"code": "The code"}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": "E-mail address"}
    focus = "email"

    def clean_email(self) -> str:
        email: str = super().clean_email()
        person = person_who_may_sign_in(email)
        self.users = [person] if person else []
        return email


class NewPasswordForm(OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password", "password2": "The same password again"}
    help_texts = {"password1": HELP_TO_CHOOSE}
    focus = "password1"


class ChangePasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": "Your password now",
        "password1": "New password",
        "password2": "The same password again",
    }
    help_texts = {"password1": HELP_TO_CHOOSE}


class SetPasswordForm(OurWords, account.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "A password", "password2": "The same password again"}
    help_texts = {"password1": HELP_TO_CHOOSE}


class ChangeEmailForm(OurWords, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": "New e-mail address"}
    seen_by = ONLY_FOR_SIGNING_IN

    def clean_email(self) -> str:
        refuse_other_domains(self.cleaned_data["email"], also=self.user.email)
        email: str = super().clean_email()
        return email


class ReauthenticateForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": "Your password"}
    focus = "password"


class SecondStepForm(CodeWords, second_step.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": "Code of your app, or a recovery code"}


class SecondStepAgainForm(CodeWords, second_step.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": "Code of your app, or a recovery code"}


class ActivateAppForm(CodeWords, app.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "The code your app shows"}
    help_texts = {"code": "It changes every half minute; take the one you see now."}
