"""What every request of ours goes through, beside Django's own."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from members import drafts


class KeepDraftLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Asks a visitor to sign in; what they had typed waits for them until they have."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Django asks who is there before it looks whether that matters; here it costs a query."""
        if getattr(view_func, "finds_its_reader", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # htmx is led there by another header
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        htmx = getattr(request, "htmx", None)
        after = resolve_url(settings.LOGIN_REDIRECT_URL)
        if request.method == "POST":
            if drafts.keep(request, view_func):
                after = resolve_url("members:resume")
        elif htmx:
            # What was asked for is only a part of the page that asked.
            after = htmx.current_url_abs_path or after
        else:
            return super().handle_no_permission(request, view_func)
        sign_in = redirect_to_login(after, self.get_login_url(view_func))
        return HttpResponseClientRedirect(sign_in.url) if htmx else sign_in

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        drafts.drop_if_sent(request, response)
        return response


class PersonTimeZoneMiddleware:
    """Shows every moment in the time zone of the person who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What process_view activates ends here.
        with timezone.override(timezone.get_current_timezone()):
            response = self.get_response(request)
        # Signing out may have happened in between.
        if not getattr(request, "is_poll", False) and request.user.is_authenticated:
            drafts.remember_person(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> None:
        """Asking who is there costs a query: not of a view that finds that out by itself."""
        request.is_poll = getattr(view, "finds_its_reader", False)  # type: ignore[attr-defined]
        if not request.is_poll and request.user.is_authenticated:  # type: ignore[attr-defined]
            timezone.activate(request.user.zone)
