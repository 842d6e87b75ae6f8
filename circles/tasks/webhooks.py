from celery import shared_task

from circles.actions import webhooks


@shared_task(time_limit=60)
def forget_webhooks() -> None:
    """Delete the addresses of channels that were disconnected a day ago."""
    webhooks.forget_disconnected()
