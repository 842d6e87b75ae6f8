from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from members.http import PersonRequest, require
from notifications import figures, mending, vapid
from notifications.channels import CHANNELS
from notifications.models import BouncedAddress, PushSubscription, Urgency

DAYS, MOST = 7, 50
HEADERS = ("Kind", "Channel", "Sent", "Failed", "Put off", "Not needed")


@require_safe
def operations(request: PersonRequest) -> HttpResponse:
    require(request.user, "notifications.look_after")
    queues = figures.waiting()
    context = {
        "queues": [
            (Urgency(urgency).label, row.due, row.late_in_words, row.claimed, row.retrying)
            for urgency, row in queues.items()
        ],
        "is_late": any(row.is_late for row in queues.values()),
        "kinds": figures.rows_by_kind(days=DAYS),
        "headers": HEADERS,
        "days": DAYS,
        "failed": figures.failed(most=MOST),
        "is_push_offered": CHANNELS["push"].is_offered,
        "devices": PushSubscription.objects.live(vapid.public_key()).count(),
        "bounced": BouncedAddress.objects.all()[:MOST],
    }
    return render(request, "notifications/operations.html", context)


@require_POST
def retry(request: PersonRequest) -> HttpResponse:
    require(request.user, "notifications.look_after")
    number = mending.retry_failed()
    messages.success(request, f"{number} failed deliveries are tried again.")
    return redirect("notifications:operations")


@require_POST
def clear_bounce(request: PersonRequest) -> HttpResponse:
    require(request.user, "notifications.look_after")
    address = request.POST.get("address", "")
    if mending.clear_bounce(address):
        messages.success(request, f"Mail goes to {address} again.")
    return redirect("notifications:operations")
