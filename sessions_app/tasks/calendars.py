from celery import shared_task

from sessions_app.calendars.mailbox import read_mailbox
from sessions_app.reminders import comers


@shared_task
def tell_newcomers_and_leavers() -> None:
    """Owe calendars what changed because somebody joined or left. A second run owes nothing new."""
    comers.tell_newcomers()
    comers.tell_leavers()


@shared_task(time_limit=300)
def read_replies() -> None:
    """Read what calendars answered, if a mailbox is set. A mail read twice answers once."""
    read_mailbox()
