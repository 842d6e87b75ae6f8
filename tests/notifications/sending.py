"""What the tests of sending share."""

from notifications import tasks
from notifications.models import Delivery, Urgency


def send(urgency=Urgency.USUAL):
    while tasks.work(urgency):
        pass


def states():
    return dict(Delivery.objects.order_by("channel").values_list("channel", "state"))
