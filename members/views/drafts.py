from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from members import drafts
from members.http import PersonRequest


@require_safe
@never_cache
def resume(request: PersonRequest) -> HttpResponse:
    draft = drafts.take(request)
    if draft is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {
        "draft": draft,
        "shown": drafts.to_show(draft),
        "to_send": drafts.to_send(draft),
        "resumed_field": drafts.RESUMED,
    }
    return render(request, "members/resume.html", context)


@require_POST
def resume_discard(request: PersonRequest) -> HttpResponse:
    drafts.drop(request)
    messages.info(request, "Discarded. Nothing was saved.")
    return redirect(settings.LOGIN_REDIRECT_URL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is out of date: someone signed in anew elsewhere while it was open.

    What it says is kept like a draft, if it came from a page of ours, and the person asked.
    """
    view = request.resolver_match and request.resolver_match.func
    if not view or not _came_from_us(request) or not drafts.keep(request, view):
        return render(request, "403_csrf.html", status=403)
    url = resolve_url("members:resume")
    if not request.user.is_authenticated:
        url = redirect_to_login(url).url
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)


def _came_from_us(request: HttpRequest) -> bool:
    """Whether the browser vouches that one of our own pages sent this: nobody can plant a draft."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
