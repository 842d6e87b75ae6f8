from notifications.views.inbox import inbox, open_notice, read_all
from notifications.views.metrics import metrics
from notifications.views.wishes import unsubscribe, wishes

__all__ = ["inbox", "metrics", "open_notice", "read_all", "unsubscribe", "wishes"]
