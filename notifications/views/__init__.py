from notifications.views.inbox import inbox, open_notice, read_all
from notifications.views.metrics import metrics
from notifications.views.operations import clear_bounce, operations, retry
from notifications.views.wishes import unsubscribe, wishes

__all__ = [
    "clear_bounce",
    "inbox",
    "metrics",
    "open_notice",
    "operations",
    "read_all",
    "retry",
    "unsubscribe",
    "wishes",
]
