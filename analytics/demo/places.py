"""Where the people of the demo organisation work."""

from typing import NamedTuple


class Place(NamedTuple):
    """A site: its zone, the region whose people can meet at a decent hour, its usual names."""

    name: str
    zone: str
    region: str
    weight: int
    names: tuple[str, ...]


BERLIN = Place("Berlin", "Europe/Berlin", "centre", 20, ("german", "polish", "turkish", "ghanaian"))
LISBON = Place("Lisbon", "Europe/Lisbon", "centre", 11, ("portuguese", "brazilian", "french"))
PLACES = (
    BERLIN,
    LISBON,
    Place("Warsaw", "Europe/Warsaw", "centre", 10, ("polish", "czech")),
    Place("London", "Europe/London", "centre", 9, ("anglo", "indian", "nigerian", "irish")),
    Place("Accra", "Africa/Accra", "centre", 7, ("ghanaian", "nigerian")),
    Place("Madrid", "Europe/Madrid", "centre", 5, ("spanish", "arabic")),
    Place("Copenhagen", "Europe/Copenhagen", "centre", 4, ("nordic", "german")),
    Place("Nairobi", "Africa/Nairobi", "centre", 4, ("kenyan", "indian")),
    Place("Toronto", "America/Toronto", "west", 8, ("anglo", "french", "chinese", "arabic")),
    Place("São Paulo", "America/Sao_Paulo", "west", 6, ("brazilian", "japanese")),
    Place("Mexico City", "America/Mexico_City", "west", 3, ("mexican", "spanish")),
    Place("Bengaluru", "Asia/Kolkata", "east", 8, ("indian",)),
    Place("Singapore", "Asia/Singapore", "east", 3, ("chinese", "indian", "vietnamese")),
    Place("Seoul", "Asia/Seoul", "east", 2, ("korean",)),
)
# Hours at which a circle of the region may begin, on its own clock.
HOURS = {"centre": (9, 10, 11, 13, 14, 15), "west": (10, 11, 12, 13), "east": (10, 11, 12, 13)}
# A second language of the site, for some of its people; everybody else reads English.
LANGUAGES = {
    "Berlin": "de", "Lisbon": "pt", "Warsaw": "pl", "Madrid": "es", "São Paulo": "pt",
    "Mexico City": "es",
}  # fmt: skip
