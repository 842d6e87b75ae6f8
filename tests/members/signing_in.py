"""What tests about signing in do over and over."""

import re

from django.core import mail
from django.urls import reverse

PASSWORD = "lantern gravel otter"
CODE = re.compile(r"^ +([A-Z0-9]{2,}(?:-[A-Z0-9]+)+)$", re.MULTILINE)


def mailed_code(subject: str = "") -> str:
    """The code in the last mail, and nothing else that looks like one."""
    message = mail.outbox[-1]
    assert subject in message.subject
    (code,) = CODE.findall(message.body)
    return code


def sign_in(client, person, *, password=PASSWORD, **extra):
    data = {"login": person.email, "password": password, **extra}
    return client.post(reverse("account_login"), data)


def ask_for_code(client, email, **extra):
    return client.post(reverse("account_request_login_code"), {"email": email, **extra})


def type_code(client, code, **extra):
    return client.post(reverse("account_confirm_login_code"), {"code": code, **extra})


def is_signed_in(client, person) -> bool:
    return client.session.get("_auth_user_id") == str(person.pk)
