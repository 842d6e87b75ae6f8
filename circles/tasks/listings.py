from celery import shared_task

from circles.actions import listings


@shared_task(time_limit=600)
def move_slots() -> None:
    """Keep circles where the clocks of their zones put them in the week; repeating is harmless."""
    listings.move_slots()
