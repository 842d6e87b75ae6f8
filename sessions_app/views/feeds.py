import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.models import Circle
from members.http import PersonRequest
from sessions_app.actions import feeds
from sessions_app.calendars.feeds import written_feed
from sessions_app.calendars.page import calendars_of
from sessions_app.models import CalendarFeed


@login_not_required  # because calendars read it, and they cannot sign in: the address is the key
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    found = feeds.feed_at(secret)
    if found is None:
        raise Http404
    content = written_feed(found)
    feeds.note_reading(found)
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="peerloom.ics"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response


@require_safe
def calendars(request: PersonRequest) -> HttpResponse:
    page = {"calendars": calendars_of(request.user)}
    return render(request, "sessions_app/calendars.html", page)


@require_POST
def feed_open(request: PersonRequest) -> HttpResponse:
    circle = None
    if asked := request.POST.get("circle"):
        key = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
        circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=key)
    try:
        made = feeds.open_feed(request.user, circle=circle)
    except feeds.CannotSubscribe as reason:
        messages.error(request, str(reason))
        return redirect("meetings:calendars")
    return redirect(f"{reverse('meetings:calendars')}#feed-{made.pk}")


@require_http_methods(["GET", "POST"])
def feed_replace(request: PersonRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    if request.method != "POST":
        return render(request, "sessions_app/feed_replace.html", {"feed": found})
    try:
        made = feeds.replace_feed(found)
    except feeds.CannotSubscribe as reason:
        messages.error(request, str(reason))
        return redirect("meetings:calendars")
    messages.success(request, "Here is the new address. The former one answers no more.")
    return redirect(f"{reverse('meetings:calendars')}#feed-{made.pk}")


@require_http_methods(["GET", "POST"])
def feed_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    if request.method != "POST":
        return render(request, "sessions_app/feed_revoke.html", {"feed": found})
    feeds.revoke_feed(found)
    messages.success(request, "The address answers no more. You can make another at any time.")
    return redirect("meetings:calendars")


def _own(request: PersonRequest, pk: int) -> CalendarFeed:
    visible = CalendarFeed.objects.visible_to(request.user).select_related("circle", "person")
    return get_object_or_404(visible, pk=pk)
