from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from members.http import PersonRequest
from notifications import devices, vapid
from notifications.channels.base import NobodyThere, Refused, TryLater
from notifications.forms import DeviceForm
from notifications.models import PushSubscription
from notifications.this_device import known_by, remember
from notifications.user_agents import device_words


def device_context(request: PersonRequest) -> dict[str, Any]:
    """What the card “On this device” shows; nothing where nobody is offered it."""
    key = vapid.public_key()
    if not key:
        return {"push_key": ""}
    mine = list(PushSubscription.objects.live(key).filter(person=request.user))
    this = next((each for each in mine if each.pk == known_by(request)), None)
    return {"push_key": key, "devices": mine, "this_device": this}


@require_POST
def device_on(request: PersonRequest) -> HttpResponse:
    form = DeviceForm(request.POST)
    if not form.is_valid() or not vapid.public_key():
        messages.error(request, "It could not be turned on. Load the page again and try once more.")
        return _answer(request)
    words = device_words(request.headers.get("User-Agent", ""))
    known = known_by(request)
    subscription = devices.turn_on(request.user, form.cleaned_data, device=words, instead_of=known)
    if "quietly" in request.POST:
        response = HttpResponse(status=204)
    else:
        messages.success(request, f"Messages come to {words} from now on.")
        response = _answer(request, this=subscription)
    remember(response, subscription)
    return response


# The browser renews what it subscribed by itself, without a page and perhaps without a session.
@csrf_exempt
@login_not_required  # because the former address, which only that browser knows, is the proof
@require_POST
def device_renew(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST)
    is_known = form.is_valid() and devices.renew(request.POST.get("former", ""), form.cleaned_data)
    return HttpResponse(status=204 if is_known else 404)


@require_POST
def device_off(request: PersonRequest, pk: int) -> HttpResponse:
    subscription = get_object_or_404(PushSubscription, pk=pk, person=request.user)
    devices.turn_off(subscription)
    messages.success(request, f"Messages come to {subscription.device} no more.")
    return _answer(request)


@require_POST
def device_test(request: PersonRequest, pk: int) -> HttpResponse:
    subscription = get_object_or_404(PushSubscription, pk=pk, person=request.user)
    words = subscription.device
    try:
        devices.send_test(subscription)
    except NobodyThere:
        messages.error(request, f"{words} takes no messages any more. Turn it on there again.")
    except Refused as problem:
        messages.error(request, f"It did not go through to {words}. {problem}")
    except TryLater:
        messages.error(request, f"{words} cannot be reached now. Try again in some minutes.")
    else:
        messages.success(request, f"A test is on its way to {words}. It should be there by now.")
    return _answer(request)


def _answer(request: PersonRequest, *, this: PushSubscription | None = None) -> HttpResponse:
    if not request.htmx:
        return redirect("notifications:wishes")
    context = device_context(request) | {"is_fragment": True}
    context |= {"this_device": this} if this else {}
    return render(request, "notifications/devices.html", context)
