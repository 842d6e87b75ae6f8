from django.db import connection

# Zones first: there are a few hundred, and each is asked once.
MOVE = """
WITH zones AS MATERIALIZED (
    SELECT name, circles_quarters_ahead(name) AS ahead
    FROM (SELECT DISTINCT time_zone AS name FROM circles_circle WHERE meets_at IS NOT NULL) used
), placed AS (
    SELECT circle.id, ((circle.meets_weekday * 96 + extract(hour FROM circle.meets_at)::integer * 4
        + extract(minute FROM circle.meets_at)::integer / 15 - zones.ahead + 672) % 672)::smallint
        AS slot
    FROM circles_circle circle JOIN zones ON zones.name = circle.time_zone
    WHERE circle.meets_at IS NOT NULL
)
UPDATE circles_listing listing SET slot = placed.slot
FROM placed WHERE placed.id = listing.circle_id AND listing.slot IS DISTINCT FROM placed.slot
"""


def move_slots() -> int:
    """Write down where usual meetings lie in the UTC week today; how many have moved.

    They move when the clocks of a zone change. What changes a circle itself is seen by triggers.
    """
    with connection.cursor() as cursor:
        cursor.execute(MOVE)
        return int(cursor.rowcount)
