from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions import webhooks as acts
from circles.actions.refusals import CannotChange
from circles.forms.webhooks import WebhookForm
from circles.models import Circle, Webhook
from circles.webhooks.answers import Fate
from circles.webhooks.hosts import looks_strange
from circles.webhooks.page import rows_of
from members.http import PersonRequest, require

STRANGE = (
    "Teams gives out no addresses of this kind, as far as we know. Send a test message to see "
    "whether it arrives."
)


@require_safe
def webhooks(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.see_webhooks", circle)
    context = {"circle": circle, "rows": rows_of(circle)}
    return render(request, "circles/webhooks.html", context)


@sensitive_post_parameters("secret_address")
@require_http_methods(["GET", "POST"])
def webhook(request: PersonRequest, pk: int, service: str) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.connect_webhook", circle)
    if service not in Webhook.Service.values:
        raise Http404
    known = circle.webhooks.connected().filter(service=service).first()
    data = request.POST if request.method == "POST" else None
    form = WebhookForm(data, service=service, webhook=known)
    if request.method == "POST" and form.is_valid() and _saved(request, circle, form):
        return redirect("circles:webhooks", circle.pk)
    label = Webhook.Service(service).label
    context = {"circle": circle, "form": form, "webhook": known, "label": label}
    return render(request, "circles/webhook_form.html", context)


def _saved(request: PersonRequest, circle: Circle, form: WebhookForm) -> bool:
    address = form.cleaned_data["secret_address"]
    try:
        saved = acts.save_webhook(
            circle, form.service, by=request.user, address=address, posts=form.posts
        )
    except CannotChange as reason:
        form.add_error(None, str(reason))
        return False
    label = saved.get_service_display()
    words = f"{label} is connected. Send a test message to see it arrive." if address else "Saved."
    messages.success(request, words)
    if address and looks_strange(form.service, address):
        messages.warning(request, STRANGE)
    return True


@require_POST
def webhook_test(request: PersonRequest, pk: int, service: str) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.connect_webhook", circle)
    webhook = _connected(circle, service)
    verdict = acts.try_webhook(webhook)
    label = webhook.get_service_display()
    if verdict.fate is Fate.TAKEN:
        messages.success(request, f"{label} took the test message. Look into the channel.")
    elif verdict.fate in (Fate.LATER, Fate.SILENT):
        messages.error(request, f"{label} did not take it now. Wait a minute and try once more.")
    else:
        messages.error(request, f"The test message did not arrive. {verdict.words}")
    return redirect("circles:webhooks", circle.pk)


@require_POST
def webhook_take_over(request: PersonRequest, pk: int, service: str) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.connect_webhook", circle)
    webhook = acts.take_over(_connected(circle, service), by=request.user)
    messages.success(request, f"{webhook.get_service_display()} goes on in your name.")
    return redirect("circles:webhooks", circle.pk)


@require_POST
def webhook_disconnect(request: PersonRequest, pk: int, service: str) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.disconnect_webhook", circle)
    webhook = get_object_or_404(circle.webhooks.all(), service=service)
    acts.disconnect(webhook, by=request.user)
    label = webhook.get_service_display()
    messages.success(request, f"{label} is disconnected. For a day you can undo it here.")
    return redirect("circles:webhooks", circle.pk)


@require_POST
def webhook_reconnect(request: PersonRequest, pk: int, service: str) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.disconnect_webhook", circle)
    webhook = get_object_or_404(circle.webhooks.all(), service=service)
    try:
        acts.reconnect(webhook, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{webhook.get_service_display()} is connected again.")
    return redirect("circles:webhooks", circle.pk)


def _connected(circle: Circle, service: str) -> Webhook:
    webhook = get_object_or_404(circle.webhooks.connected(), service=service)
    webhook.circle = circle
    return webhook
