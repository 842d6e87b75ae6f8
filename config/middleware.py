"""Answers the two health addresses before sessions, hosts or redirects are looked at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from config.health import readiness_problems


class HealthMiddleware:
    """`/healthz`: this process is alive. `/readyz`: it can work, else 503 with the reasons."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "alive"})
        if request.path == "/readyz":
            problems = readiness_problems()
            body = {"status": "not ready" if problems else "ready", "problems": problems}
            return JsonResponse(body, status=503 if problems else 200)
        return self.get_response(request)
