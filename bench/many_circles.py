"""Copies the organisation's circles until there are as many as asked for: a crowd to search in."""

import time

from django.db import connection, transaction

from circles.models import Circle

# A copy has another name, starts at another hour, and seats the same people in other company.
CIRCLES = """
    INSERT INTO circles_circle (
        name, programme_id, format_version_id, purpose, capacity, time_zone, stage, visibility,
        language, "where", place, meets_weekday, meets_at, started_on, created_at
    )
    SELECT name || ' (copy ' || round || ')', programme_id, format_version_id, purpose, capacity,
        time_zone, stage, visibility, language, "where", place, (id + round) %% 7,
        make_time((8 + (id + round) %% 10)::integer, 0, 0), started_on,
        created_at - make_interval(hours => round)
    FROM circles_circle, generate_series(2, %s) AS round
    WHERE stage NOT IN ('closed', 'proposed') AND id <= %s
    ORDER BY round, id LIMIT %s
"""
THEMES = """
    INSERT INTO circles_circle_themes (circle_id, theme_id)
    SELECT id, (SELECT min(id) FROM circles_theme) + id %% (SELECT count(*) FROM circles_theme)
    FROM circles_circle WHERE id > %s
"""
SEATS = """
    INSERT INTO circles_membership (circle_id, person_id, joined_on, role, stayed_to_end)
    SELECT circle.id, here.ids[1 + (circle.id * 7 + seat * 1009) %% cardinality(here.ids)],
        '2026-01-05', 'member', false
    FROM circles_circle circle, generate_series(1, 5) AS seat,
        (SELECT array_agg(id ORDER BY id) AS ids FROM members_member WHERE left_on IS NULL) AS here
    WHERE circle.id > %s AND seat < circle.capacity
"""


@transaction.atomic
def copy_circles(wanted: int) -> None:
    """Add copies of open circles, with themes and seats, up to that number of circles."""
    started, there = time.monotonic(), Circle.objects.count()
    last = Circle.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rounds = 3 + 2 * wanted // max(1, there)
    with connection.cursor() as cursor:
        cursor.execute(CIRCLES, [rounds, last, max(0, wanted - there)])
        cursor.execute(THEMES, [last])
        cursor.execute(SEATS, [last])
    print(f"Copying circles up to {wanted:,} took {time.monotonic() - started:.1f} seconds.")
