"""What was typed when the sign-in had expired: kept, and offered again after signing in.

The text waits in the visitor's session. A signed cookie remembers who used this browser last, so
that it is shown to that person and to nobody else who signs in there.
"""

import re
from collections.abc import Callable
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DRAFT = "draft"
RESUMED = "resumed_draft"
COOKIE = "peerloom_person"
COOKIE_SECONDS = 400 * 24 * 3600
LARGEST = 100_000
# Of the plumbing of forms there is nothing to show; of secrets there is nothing to keep.
PLUMBING = re.compile(r"^(form_key|next)$|(^|-)(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|(^|-)id$")
SECRET = re.compile(r"password|secret|csrfmiddlewaretoken", re.IGNORECASE)
# Signing in, and the admin site, have forms of their own kind; none of them holds a text to lose.
NOT_OURS = ("allauth.", "django.")


class Draft(TypedDict):
    """A form as it was sent, for one person."""

    path: str
    fields: dict[str, list[str]]
    had_files: bool
    person: str
    was_signed_out: bool


def keep(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Keep the fields of a POST that did not get through, and say whether that was possible.

    Without the person's cookie nobody could ever be shown them, so they are not kept.
    """
    person = _last_person(request)
    # The dispatcher's functions and Django's class-based views both carry their module's name.
    if not person or view.__module__.startswith(NOT_OURS):
        return False
    fields = {
        name: values
        for name, values in request.POST.lists()
        if not SECRET.search(name) and name != RESUMED
    }
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LARGEST:
        return False
    request.session[DRAFT] = Draft(
        path=request.get_full_path(),
        fields=fields,
        had_files=bool(request.FILES),
        person=person,
        was_signed_out=not request.user.is_authenticated,
    )
    return True


def take(request: HttpRequest) -> Draft | None:
    """The waiting draft if it is this person's; anybody else's is dropped."""
    draft: Draft | None = request.session.get(DRAFT)
    if draft and draft["person"] == str(request.user.pk):
        return draft
    drop(request)
    return None


def drop(request: HttpRequest) -> None:
    if DRAFT in request.session:
        del request.session[DRAFT]


def drop_if_sent(request: HttpRequest, response: HttpResponse) -> None:
    """Forget the draft once its form was sent again: it was saved, or stands in the page again."""
    if request.method != "POST" or response.status_code >= 400 or DRAFT not in request.session:
        return
    if RESUMED in request.POST:
        drop(request)


def to_show(draft: Draft) -> list[tuple[str, list[str]]]:
    """What the person typed, as labels and values; blank fields and plumbing left out."""
    shown = []
    for name, values in draft["fields"].items():
        written = [_in_words(value) for value in values if value.strip()]
        if written and not PLUMBING.search(name):
            shown.append((_label(name), written))
    return shown


def to_send(draft: Draft) -> list[tuple[str, str]]:
    """Every field and value of the form, as it was sent."""
    return [(name, value) for name, values in draft["fields"].items() for value in values]


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Note in the browser who is signed in."""
    person = str(request.user.pk)
    if request.get_signed_cookie(COOKIE, default="") != person:
        response.set_signed_cookie(
            COOKIE,
            person,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def _last_person(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return str(request.user.pk)
    return request.get_signed_cookie(COOKIE, default="") or ""


def _label(name: str) -> str:
    """`form-0-promised_on` is “Promised on”."""
    last = re.sub(r"^.*-\d+-", "", name)
    words = re.sub(r"[-_]+", " ", last).strip()
    return words[:1].upper() + words[1:] or name


def _in_words(value: str) -> str:
    return {"on": "yes", "true": "yes", "false": "no"}.get(value, value)
