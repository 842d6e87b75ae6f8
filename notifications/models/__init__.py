from notifications.models.deliveries import BouncedAddress, Delivery, DeliveryTally
from notifications.models.notices import Notice
from notifications.models.push import PushSubscription
from notifications.models.reminders import LEASE, Reminder, ReminderQuerySet, Urgency
from notifications.models.wishes import EVERY_DAY, Cadence, KindWish, MessageWishes

__all__ = [
    "EVERY_DAY",
    "LEASE",
    "BouncedAddress",
    "Cadence",
    "Delivery",
    "DeliveryTally",
    "KindWish",
    "MessageWishes",
    "Notice",
    "PushSubscription",
    "Reminder",
    "ReminderQuerySet",
    "Urgency",
]
