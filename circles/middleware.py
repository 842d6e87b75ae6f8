"""Reading under emergency access: only while it is switched on, and written down page by page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from circles.actions.emergency import note_reading
from circles.models import EmergencyAccess
from members.rules import is_organiser

SESSION_KEY = "emergency_access"


class EmergencyReadingMiddleware:
    """Lets an organiser with emergency access read that one circle, after writing down the page.

    Nothing is asked of the database for anybody else: the access stands in the session of whoever
    pressed “Start reading”, and is looked up anew with each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.emergency = self._access(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _access(self, request: HttpRequest) -> EmergencyAccess | None:
        key = request.session.get(SESSION_KEY)
        if key is None or not request.user.is_authenticated:
            return None
        running = EmergencyAccess.objects.current().of(request.user).filter(pk=key)
        access = running.select_related("circle").first()
        # Whoever lost the role meanwhile reads nothing more.
        if access is None or not is_organiser(request.user):
            del request.session[SESSION_KEY]
            return None
        note_reading(access, page=f"{request.method} {request.path}")
        request.user.emergency_circles = frozenset({access.circle_id})
        return access
