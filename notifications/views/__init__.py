from notifications.views.devices import device_off, device_on, device_renew, device_test
from notifications.views.files import manifest, service_worker
from notifications.views.inbox import inbox, open_notice, read_all
from notifications.views.metrics import metrics
from notifications.views.operations import clear_bounce, operations, retry
from notifications.views.wishes import unsubscribe, wishes

__all__ = [
    "clear_bounce",
    "device_off",
    "device_on",
    "device_renew",
    "device_test",
    "inbox",
    "manifest",
    "metrics",
    "open_notice",
    "operations",
    "read_all",
    "retry",
    "service_worker",
    "unsubscribe",
    "wishes",
]
