"""What allauth asks us: who may sign up or in, and how our mail and our codes look."""

import logging
from smtplib import SMTPException
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.mail import EmailMultiAlternatives
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from members.account_mail import MAILS
from members.actions import settle_address
from members.models import Member

logger = logging.getLogger(__name__)


def signup_is_open() -> bool:
    return bool(settings.SIGNUP_DOMAINS)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed unless SIGNUP_DOMAINS opens it; people who left cannot sign in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This e-mail address and password do not belong together. "
        "Try again, or let us e-mail you a code.",
        "email_taken": "This address already belongs to an account. Use another one.",
        "duplicate_email": "This is your address already.",
        "enter_current_password": "This is not your password. Try again.",
        "incorrect_code": "This is not the code we sent. Look at the mail again and type it anew.",
        "incorrect_password": "This is not your password. Try again.",
        "rate_limited": "That was too fast. Wait half a minute and try again.",
        "too_many_login_attempts": "That did not work too many times in a row. "
        "Wait five minutes and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return signup_is_open()

    def save_user(
        self, request: HttpRequest, user: Member, form: Form, commit: bool = True
    ) -> Member:
        user.name = form.cleaned_data["name"]
        person: Member = super().save_user(request, user, form, commit)
        return person

    def pre_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse | None:
        if user.may_sign_in:
            settle_address(user)
        else:
            # Not saved: it makes allauth answer those who left like those who were deactivated.
            user.is_active = False
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def reauthenticate(self, user: Member, password: str) -> bool:
        settle_address(user)
        is_right = bool(super().reauthenticate(user, password))
        if is_right:
            # Checking may have hashed it anew, by newer settings; the session is signed with it.
            user.refresh_from_db(fields=["password"])
            update_session_auth_hash(self.request, user)
        return is_right

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:profile")

    def get_email_verification_redirect_url(self, email_address: object) -> str:
        return reverse("members:profile")

    def get_reauthentication_methods(self, user: Member) -> list[dict[str, Any]]:
        words = {"reauthenticate": "Use your password", "mfa_reauthenticate": "Use your app’s code"}
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        mail = MAILS[template_prefix](context)
        layout = "account/email/message"
        text = render_to_string(f"{layout}.txt", vars(mail))
        message = EmailMultiAlternatives(
            mail.subject, text, self.get_from_email(), [email], headers=headers
        )
        message.attach_alternative(render_to_string(f"{layout}.html", vars(mail)), "text/html")
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it now, because somebody waits for the code. If that fails, say so and go on."""
        ours = {
            "signup_is_open": signup_is_open(),
            "code_url": settings.SITE_URL + reverse("account_request_login_code"),
        }
        try:
            super().send_mail(template_prefix, email, ours | context)
        except (SMTPException, OSError):
            logger.exception("A mail about signing in was not sent")
            messages.error(
                self.request, "We could not send you a mail just now. Please try again in a minute."
            )


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Draws the code for the authenticator app as SVG of our own, without a style attribute."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or was used already. Wait for the next one.",
        "unverified_email": "Confirm your e-mail address first, then set the second step up.",
    }

    def build_totp_svg(self, url: str) -> str:
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, is_dark in enumerate(row)
            if is_dark
        )
        return render_to_string("mfa/totp/qr_code.svg", {"size": len(rows), "path": path})
