"""The admin site's door: staff only, and only with a second step."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

SECOND_STEP_HOLDS_SECONDS = 12 * 3600


def took_second_step(request: HttpRequest) -> bool:
    """Whether this session gave a code of an app, or a recovery code, not long ago."""
    since = time.time() - SECOND_STEP_HOLDS_SECONDS
    records = get_authentication_records(request, request.user)
    return any(
        record["method"] == "mfa" and record["at"] > since for record in records
    ) and is_mfa_enabled(request.user)


class PeerloomAdminSite(admin.AdminSite):
    """Django's admin site behind our own sign-in, for staff whose session took the second step."""

    site_header = site_title = "Peerloom administration"
    index_title = "What staff may look after"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and took_second_step(request)

    @method_decorator(never_cache)
    @login_not_required  # because it is where visitors are sent to sign in
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to what is still missing: signing in, setting the second step up, or taking it."""
        index = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(index)
        if not super().has_permission(request):
            raise PermissionDenied
        if not is_mfa_enabled(request.user):
            messages.info(request, "The admin site asks for a second step. Set it up first.")
            return redirect("mfa_activate_totp")
        if not took_second_step(request):
            return redirect_to_login(index, login_url=reverse("mfa_reauthenticate"))
        return redirect(index)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
