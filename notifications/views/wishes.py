from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.http import PersonRequest
from notifications import wishing
from notifications.forms import MessageWishesForm
from notifications.links import read_token
from notifications.views.devices import device_context


@require_http_methods(["GET", "POST"])
def wishes(request: PersonRequest) -> HttpResponse:
    form = MessageWishesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        wishing.change_wishes(request.user, said=form.said, kinds=form.cadences)
        messages.success(request, "Saved. It holds from now on, also for what is on its way.")
        return redirect("notifications:wishes")
    return render(request, "notifications/wishes.html", {"form": form} | device_context(request))


# Programs that read mail post here without cookies (RFC 8058); the signed address is the proof.
@csrf_exempt
@login_not_required  # because the way out of a mail may not ask for a password
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    leave = wishing.known(read_token(token))
    if leave is None:
        return render(request, "notifications/unsubscribe.html", {"leave": None}, status=404)
    if request.method == "POST":
        wishing.subscribe(leave) if "again" in request.POST else wishing.unsubscribe(leave)
    context = {"leave": leave, "is_off": wishing.is_off(leave)}
    return render(request, "notifications/unsubscribe.html", context)
