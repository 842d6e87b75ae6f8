"""The mails about signing in: what each says. templates/account/email/ has their one layout."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from members import words

Context = dict[str, Any]

ONCE = "It works once, within the next 15 minutes."
NOT_YOU = "If it was not you, you need do nothing. Without this mail nobody gets in."
NOT_YOU_CHANGED = (
    "If it was not you, ask for a sign-in code, choose a new password, and tell the person who "
    "runs Peerloom in your organisation."
)


@dataclass(frozen=True)
class Mail:
    """The words of one mail; its fields are the parameters of templates/email/base.html."""

    heading: str
    paragraphs: list[str]
    closing: str
    why: str
    code: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    button_url: str = ""
    button_label: str = ""

    @property
    def subject(self) -> str:
        return f"Peerloom: {self.heading[:1].lower()}{self.heading[1:]}"


def login_code(context: Context) -> Mail:
    return Mail(
        heading="Your code to sign in",
        paragraphs=[f"Type it into the page where you asked for it. {ONCE}"],
        code=context["code"],
        closing=NOT_YOU,
        why=f"Somebody asked for a sign-in code for {context['email']}.",
    )


def password_reset_code(context: Context) -> Mail:
    return Mail(
        heading="Your code for a new password",
        paragraphs=[f"Type it into the page where you asked for it. {ONCE}"],
        code=context["code"],
        closing=NOT_YOU,
        why=f"Somebody asked for a new password for {context['email']}.",
    )


def email_confirmation(context: Context) -> Mail:
    return Mail(
        heading="Your code to confirm this address",
        paragraphs=[
            "Somebody wants to sign in to Peerloom with this address. If that is you, type this "
            f"code into the page that asks for it. {ONCE}"
        ],
        code=context["code"],
        closing=NOT_YOU,
        why=f"Somebody typed {context['email']} as their address.",
    )


def account_already_exists(context: Context) -> Mail:
    return Mail(
        heading="You have an account already",
        paragraphs=[
            "Somebody, probably you, wanted to sign up with this address. There is no need: your "
            "organisation has added you. Ask for a sign-in code, and you are in.",
        ],
        button_url=context["code_url"],
        button_label="Get a sign-in code",
        closing="If it was not you, you need do nothing. Nothing has changed.",
        why=f"Somebody wanted to sign up with {context['email']}.",
    )


def unknown_account(context: Context) -> Mail:
    known = "Perhaps Peerloom knows you by another address of yours: try that one."
    asked = (
        f"Somebody, probably you, wanted to sign in with {context['email']}. "
        "No account that can sign in has this address."
    )
    is_open = context["signup_is_open"]
    elsewhere = (
        "If you are new, you can sign up."
        if is_open
        else "Or ask the person who runs Peerloom in your organisation to add you."
    )
    return Mail(
        heading="Nobody can sign in with this address",
        paragraphs=[asked, f"{known} {elsewhere}"],
        button_url=context["signup_url"] if is_open else "",
        button_label="Sign up" if is_open else "",
        closing="If it was not you, you need do nothing.",
        why=f"Somebody typed {context['email']} to sign in.",
    )


def changed(heading: str, happened: str) -> Callable[[Context], Mail]:
    """A mail that something about signing in has changed, with what is known about who did it."""

    def mail(context: Context) -> Mail:
        moment = words.exact_moment(context["timestamp"], zone=timezone.get_current_timezone())
        return Mail(
            heading=heading,
            paragraphs=[happened.format(**context)],
            facts=[
                ("When", moment),
                ("Browser", context["user_agent"]),
                ("Network address", context["ip"]),
            ],
            button_url=f"{settings.SITE_URL}/profile/",
            button_label="Your profile",
            closing=NOT_YOU_CHANGED,
            why="We always tell you when something about how you sign in changes.",
        )

    return mail


MAILS: dict[str, Callable[[Context], Mail]] = {
    "account/email/login_code": login_code,
    "account/email/password_reset_code": password_reset_code,
    "account/email/email_confirmation": email_confirmation,
    "account/email/email_confirmation_signup": email_confirmation,
    "account/email/account_already_exists": account_already_exists,
    "account/email/unknown_account": unknown_account,
    "account/email/password_changed": changed(
        "Your password was changed", "You now sign in with your new password, or with a code."
    ),
    "account/email/password_reset": changed(
        "Your password was changed", "You now sign in with your new password, or with a code."
    ),
    "account/email/password_set": changed(
        "You have a password now", "You can sign in with it, or still with a code."
    ),
    "account/email/email_changed": changed(
        "Your e-mail address was changed", "From now on you sign in with {to_email}."
    ),
    "account/email/email_confirm": changed(
        "Your e-mail address is confirmed", "You can sign in with it."
    ),
    "account/email/email_deleted": changed(
        "An e-mail address was removed", "You no longer sign in with {deleted_email}."
    ),
    "mfa/email/totp_activated": changed(
        "A second step was set up",
        "From now on signing in also asks for a code of your authenticator app.",
    ),
    "mfa/email/totp_deactivated": changed(
        "The second step was switched off", "Signing in no longer asks for a code of your app."
    ),
    "mfa/email/recovery_codes_generated": changed(
        "You have new recovery codes", "The earlier ones no longer work."
    ),
}
