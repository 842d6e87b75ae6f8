from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from facilitation.figures import Row, hub_rows
from facilitation.signals import headline
from members.http import PersonRequest, require

FAR_AWAY = float("inf")
ORDERS: dict[str, tuple[str, Callable[[Row], Any] | None]] = {
    "": ("Who needs you most", None),
    "name": ("Name", lambda row: row.circle.name.casefold()),
    "next": (
        "Next meeting",
        lambda row: row.next_meeting.starts_at.timestamp() if row.next_meeting else FAR_AWAY,
    ),
}


@require_safe
def hub(request: PersonRequest) -> HttpResponse:
    require(request.user, "facilitation.open_hub")
    rows = hub_rows(request.user)
    needing = [row for row in rows if row.signals]
    only_needing = request.GET.get("show") == "needing"
    shown = needing if only_needing else rows
    order = request.GET.get("sort", "")
    by = ORDERS[order][1] if order in ORDERS else None
    page = {
        "headline": headline(len(needing), len(rows)),
        "rows": sorted(shown, key=by) if by else shown,
        "needing": len(needing),
        "total": len(rows),
        "only_needing": only_needing,
        "order": order,
        "orders": [(key, words) for key, (words, _) in ORDERS.items()],
    }
    return render(request, "facilitation/hub.html", page)
