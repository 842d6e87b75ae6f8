"""A double click creates one thing: forms carry a key, and a key is used once."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect

from members.http import PersonRequest
from members.models import Submission

View = Callable[..., HttpResponse]
LONGEST_LOCATION = 500


def once(view: View) -> View:
    """Answer a repeated POST of one rendered form like the first, without running the view again.

    The key's row is inserted in the view's own transaction, so that a second click waits for the
    first to end: it finds the row and is sent where the first was sent. Whatever did not succeed
    leaves no row: an exception takes everything back, and a form with errors releases the key.

    The view counts as done when it redirects or, for htmx, answers with a fragment; a fragment that
    shows errors has status 422. The second of two equal htmx requests gets 204: nothing to swap.
    """

    @wraps(view)
    def wrapped(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            submission, is_first = Submission.objects.get_or_create(
                key=key, defaults={"person": request.user}
            )
            if not is_first:
                return _same_again(submission)
            response = view(request, *args, **kwargs)
            if _is_done(request, response):
                submission.location = _location(response)
                submission.save(update_fields=["location"])
            else:
                submission.delete()
        return response

    return wrapped


def _key(request: PersonRequest) -> uuid.UUID | None:
    """The form's key, made particular to this person and address.

    So a key that somebody else used, or the other button of the same form, is another submission.
    """
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    try:
        form_key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    return uuid.uuid5(form_key, f"{request.user.pk} {request.path}")


def _is_done(request: PersonRequest, response: HttpResponse) -> bool:
    if 300 <= response.status_code < 400:
        return True
    return bool(request.htmx) and 200 <= response.status_code < 300


def _location(response: HttpResponse) -> str:
    location = response.get("Location", "")
    return location if len(location) <= LONGEST_LOCATION else ""


def _same_again(submission: Submission) -> HttpResponse:
    if submission.location:
        return HttpResponseRedirect(submission.location)
    return HttpResponse(status=204)
