"""What signing in and out does to the device at hand. The senders are Django and allauth."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from members.models import Member
from notifications import devices
from notifications.this_device import known_by


@receiver(user_logged_out, dispatch_uid="notifications.turn_this_device_off")
def turn_this_device_off(request: HttpRequest | None = None, **_: Any) -> None:
    """Who comes next must not read what is pushed to the one before."""
    devices.forget(known_by(request))


@receiver(user_logged_in, dispatch_uid="notifications.turn_off_what_was_anothers")
def turn_off_what_was_anothers(user: Member, request: HttpRequest | None = None, **_: Any) -> None:
    """Also where the one before did not sign out: their time was simply over."""
    devices.forget(known_by(request), unless_of=user)


@receiver((password_changed, password_reset, password_set), dispatch_uid="notifications.password")
def turn_off_all_others(request: HttpRequest, user: Member, **_: Any) -> None:
    """Another password ends what goes on elsewhere; so it does with messages there."""
    devices.forget_others(user, but=known_by(request))
