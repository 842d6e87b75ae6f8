from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

# Words of any language, without accents and in lower case; no stemming, no stop words.
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION peerloom (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION peerloom
    ALTER MAPPING FOR hword, hword_part, word, numword, numhword WITH unaccent, simple;
"""

# How far a zone's clocks are ahead of UTC now; a zone that does not exist counts as UTC.
AHEAD = """
CREATE FUNCTION circles_quarters_ahead(zone text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN round(extract(epoch FROM (now() AT TIME ZONE zone) - (now() AT TIME ZONE 'UTC')) / 900);
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 0;
END
$$;
CREATE FUNCTION circles_slot(weekday integer, at_time time, zone text) RETURNS smallint
LANGUAGE sql STABLE STRICT AS $$
    SELECT ((weekday * 96 + extract(hour FROM at_time)::integer * 4
        + extract(minute FROM at_time)::integer / 15
        - circles_quarters_ahead(zone) + 672) % 672)::smallint
$$;
"""

# Writes the listings of these circles anew, and removes those of closed and hidden ones.
REFRESH = """
CREATE FUNCTION circles_list(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM circles_listingtext listed USING circles_circle circle
    WHERE circle.id = ANY (wanted) AND listed.circle_id = circle.id
        AND (circle.stage = 'closed' OR circle.visibility = 'hidden');

    DELETE FROM circles_listing listed USING circles_circle circle
    WHERE circle.id = ANY (wanted) AND listed.circle_id = circle.id
        AND (circle.stage = 'closed' OR circle.visibility = 'hidden');

    INSERT INTO circles_listing AS listing (
        circle_id, name, stage, programme_id, format_id, themes, language, "where", place,
        slot, minutes, free_seats, created_at
    )
    SELECT circle.id, circle.name, circle.stage, circle.programme_id, version.format_id,
        themes.ids, split_part(lower(circle.language), '-', 1), circle."where", circle.place,
        circles_slot(circle.meets_weekday, circle.meets_at, circle.time_zone),
        version.meeting_minutes,
        CASE WHEN circle.closes_on IS NULL
            AND circle.stage IN ('recruiting', 'forming', 'active') THEN greatest(
            0, circle.capacity - coalesce(seats.taken, 0) - coalesce(offers.held, 0)
        ) ELSE 0 END,
        circle.created_at
    FROM circles_circle circle
    JOIN circles_formatversion version ON version.id = circle.format_version_id
    JOIN circles_format format ON format.id = version.format_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(chosen.theme_id ORDER BY chosen.theme_id), '{}') AS ids
        FROM circles_circle_themes chosen
        WHERE chosen.circle_id = circle.id
    ) themes
    LEFT JOIN LATERAL (
        SELECT count(*) AS taken FROM circles_membership seat
        WHERE seat.circle_id = circle.id AND seat.left_on IS NULL
    ) seats ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS held FROM circles_offer offer
        WHERE offer.circle_id = circle.id AND offer.state = 'open'
    ) offers ON true
    WHERE circle.id = ANY (wanted) AND circle.stage <> 'closed' AND circle.visibility <> 'hidden'
    ORDER BY circle.id
    ON CONFLICT (circle_id) DO UPDATE SET
        name = excluded.name, stage = excluded.stage, programme_id = excluded.programme_id,
        format_id = excluded.format_id, themes = excluded.themes, language = excluded.language,
        "where" = excluded."where", place = excluded.place, slot = excluded.slot,
        minutes = excluded.minutes, free_seats = excluded.free_seats,
        created_at = excluded.created_at
    WHERE (listing.name, listing.stage, listing.programme_id, listing.format_id, listing.themes,
            listing.language, listing."where", listing.place, listing.slot, listing.minutes,
            listing.free_seats, listing.created_at)
        IS DISTINCT FROM (excluded.name, excluded.stage, excluded.programme_id,
            excluded.format_id, excluded.themes, excluded.language, excluded."where",
            excluded.place, excluded.slot, excluded.minutes, excluded.free_seats,
            excluded.created_at);

    INSERT INTO circles_listingtext AS listed (circle_id, words)
    SELECT circle.id, setweight(to_tsvector('peerloom', circle.name), 'A')
        || setweight(to_tsvector('peerloom', themes.names), 'B')
        || setweight(to_tsvector('peerloom', format.name || ' ' || circle.place), 'C')
        || setweight(to_tsvector('peerloom', circle.purpose), 'D')
    FROM circles_circle circle
    JOIN circles_formatversion version ON version.id = circle.format_version_id
    JOIN circles_format format ON format.id = version.format_id
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(theme.name, ' '), '') AS names
        FROM circles_circle_themes chosen JOIN circles_theme theme ON theme.id = chosen.theme_id
        WHERE chosen.circle_id = circle.id
    ) themes
    WHERE circle.id = ANY (wanted) AND circle.stage <> 'closed' AND circle.visibility <> 'hidden'
    ORDER BY circle.id
    ON CONFLICT (circle_id) DO UPDATE SET words = excluded.words
    WHERE listed.words IS DISTINCT FROM excluded.words;
END
$$;
"""

# The circles whose listings a changed row of each table belongs to.
CIRCLES_OF = {
    "circles_circle": "SELECT id FROM {rows}",
    "circles_circle_themes": "SELECT circle_id FROM {rows}",
    "circles_membership": "SELECT circle_id FROM {rows}",
    "circles_offer": "SELECT circle_id FROM {rows}",
    "circles_theme": (
        "SELECT circle_id FROM circles_circle_themes WHERE theme_id IN (SELECT id FROM {rows})"
    ),
    "circles_format": (
        "SELECT circle.id FROM circles_circle circle"
        " JOIN circles_formatversion version ON version.id = circle.format_version_id"
        " WHERE version.format_id IN (SELECT id FROM {rows})"
    ),
}
GONE = """
    DELETE FROM circles_listingtext WHERE circle_id IN (SELECT id FROM before_rows);
    DELETE FROM circles_listing WHERE circle_id IN (SELECT id FROM before_rows);
"""
EVENTS = {
    "insert": ["after_rows"],
    "update": ["before_rows", "after_rows"],
    "delete": ["before_rows"],
}
TABLES = {"before_rows": "OLD TABLE AS before_rows", "after_rows": "NEW TABLE AS after_rows"}


def triggers() -> str:
    return "\n".join(
        trigger(table, event)
        for table in CIRCLES_OF
        for event in EVENTS
        if table not in ("circles_theme", "circles_format") or event == "update"
    )


def trigger(table: str, event: str) -> str:
    name = f"{table}_{event}_lists"
    changed = " UNION ".join(CIRCLES_OF[table].format(rows=rows) for rows in EVENTS[event])
    work = f"PERFORM circles_list(ARRAY({changed}));"
    if (table, event) == ("circles_circle", "delete"):
        work = GONE
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {work}
    RETURN NULL;
END
$$;
CREATE TRIGGER {name} AFTER {event.upper()} ON {table}
    REFERENCING {" ".join(TABLES[rows] for rows in EVENTS[event])}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def dropped() -> str:
    names = [
        f"{table}_{event}_lists"
        for table in CIRCLES_OF
        for event in EVENTS
        if table not in ("circles_theme", "circles_format") or event == "update"
    ]
    return "\n".join(f"DROP FUNCTION {name}() CASCADE;" for name in names)


class Migration(migrations.Migration):
    """The database keeps the listings itself: every way of writing a seat or a circle counts."""

    dependencies = [("circles", "0018_listings")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION peerloom;"),
        migrations.RunSQL(
            AHEAD,
            "DROP FUNCTION circles_slot(integer, time, text);"
            "DROP FUNCTION circles_quarters_ahead(text);",
        ),
        migrations.RunSQL(REFRESH, "DROP FUNCTION circles_list(bigint[]);"),
        migrations.RunSQL(triggers(), dropped()),
    ]
