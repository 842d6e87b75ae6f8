"""A cookie by which a browser is known that shows somebody's messages.

So the page can say whether this device is on, and signing out turns it off, without a script.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from notifications.models import PushSubscription

COOKIE, SALT = "peerloom_device", "notifications.device"
AGE = 400 * 24 * 3600


def known_by(request: HttpRequest | None) -> int | None:
    """The key of what this browser subscribed by, which may be gone."""
    said = request.get_signed_cookie(COOKIE, default=None, salt=SALT) if request else None
    return int(said) if said else None


def remember(response: HttpResponse, subscription: PushSubscription) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(subscription.pk),
        salt=SALT,
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
