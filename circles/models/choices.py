from django.db import models


class Entry(models.TextChoices):
    """How people get a seat in a programme's circles."""

    OPEN = "open", "Open: whoever finds a free seat takes it"
    APPLY = "apply", "Apply and approve"
    INVITE = "invite", "Invitation only"


class Weekday(models.IntegerChoices):
    """As datetime counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"
