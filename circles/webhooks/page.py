"""What the page about a circle's channels shows: each service, and how it stands with it."""

from dataclasses import dataclass

from circles.models import Circle, Webhook


@dataclass(frozen=True)
class Row:
    """One service, and the channel that is connected, if one is."""

    service: str
    label: str
    webhook: Webhook | None
    is_live: bool = False

    @property
    def state(self) -> str:
        """none, undo, gone, orphan or live."""
        if self.webhook is None:
            return "none"
        if self.webhook.disconnected_at:
            return "undo"
        if self.webhook.gone_at:
            return "gone"
        return "live" if self.is_live else "orphan"


def rows_of(circle: Circle) -> list[Row]:
    """Two queries."""
    found = circle.webhooks.select_related("connected_by", "disconnected_by")
    webhooks = {webhook.service: webhook for webhook in found}
    live = set(circle.webhooks.live().values_list("pk", flat=True)) if webhooks else set()
    for webhook in webhooks.values():
        webhook.circle = circle
    return [
        Row(service.value, service.label, one, bool(one and one.pk in live))
        for service in Webhook.Service
        for one in [webhooks.get(service.value)]
    ]
