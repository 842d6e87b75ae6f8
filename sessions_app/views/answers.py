from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app import actions, answer_links
from sessions_app.answer_page import page_of
from sessions_app.forms import MailAnswerForm

STATUS = {"gone": 404, "left": 404, "unknown": 404}


@login_not_required  # because its link is signed for one person, and mail is read anywhere
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = answer_links.read(token)
    except answer_links.NotOurs:
        return _page(request, {"state": "unknown"})
    page = page_of(link)
    # Whatever follows a link reads this page; only its button answers.
    if request.method != "POST" or page["state"] != "open":
        return _page(
            request, page | {"form": MailAnswerForm(initial={"update": page.get("update")})}
        )
    form = MailAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, page | {"form": form}, status=422)
    try:
        update = None if link.coming else form.cleaned_data["update"]
        actions.answer_from_mail(link, person=page["person"], update=update)
    except actions.CannotAnswer:
        return _page(request, page_of(link))
    return redirect(request.path)


def _page(request: HttpRequest, page: dict[str, Any], status: int | None = None) -> HttpResponse:
    zone = page["person"].zone if "person" in page else ZoneInfo("UTC")
    with timezone.override(zone):
        status = status or STATUS.get(page["state"], 200)
        response = render(request, "sessions_app/answer_link.html", page, status=status)
    # The address answers for somebody: it is told to no other site. Without any referrer a browser
    # would post the form with the origin “null”, which is refused.
    response["Referrer-Policy"] = "same-origin"
    return response
