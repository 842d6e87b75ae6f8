"""Two files that browsers look for at an address of their own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

A_DAY = 24 * 3600


@login_not_required  # because the browser fetches it by itself, also when nobody is signed in
@cache_control(no_cache=True)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    script = "text/javascript; charset=utf-8"
    return render(request, "service-worker.js", content_type=script)


@login_not_required  # because the browser fetches it by itself, without its cookies
@cache_control(public=True, max_age=A_DAY)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")
