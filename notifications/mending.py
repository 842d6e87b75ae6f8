"""What operators do about deliveries that failed."""

from django.db import transaction
from django.utils import timezone

from notifications.models import BouncedAddress, Delivery, Reminder


@transaction.atomic
def retry_failed() -> int:
    """Owe what failed for good once more, with all its attempts; return how much."""
    failed = Delivery.objects.filter(state=Delivery.State.FAILED)
    reminders = list(failed.values_list("reminder", flat=True))
    again = failed.update(
        state=Delivery.State.PLANNED, attempts=0, due_at=timezone.now(), problem=""
    )
    Reminder.objects.filter(pk__in=reminders, state=Reminder.State.FAILED).update(
        state=Reminder.State.DISPATCHED, problem=""
    )
    return again


def clear_bounce(address: str) -> bool:
    """Let mail go to the address again; whether it had bounced."""
    return bool(BouncedAddress.objects.filter(address__iexact=address.strip()).delete()[0])
