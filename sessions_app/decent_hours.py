"""When a message that can wait reaches somebody: in the day of their zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST, LAST, MORNING = time(8), time(18), time(9)


def decent(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment, or nine o'clock of the next morning where it lies between 18:00 and 8:00."""
    local = moment.astimezone(zone)
    if FIRST <= local.time() < LAST:
        return moment
    day = local.date() if local.time() < FIRST else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
