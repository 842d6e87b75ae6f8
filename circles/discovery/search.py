"""What people type to find a circle, as a query of PostgreSQL. Nothing typed is ever an error."""

import re

from django.contrib.postgres.search import SearchQuery

from circles.models.listing import SEARCH_CONFIG

LAST_WORD = re.compile(r"(?:^|(?<=\s))(\w+)$")
ALTERNATIVE = re.compile(r"\bor\b|\"", re.IGNORECASE)


def query_for(words: str) -> SearchQuery:
    """The words as web searches understand them; the last one may still be being typed.

    Quotes hold words together, `or` gives a choice and a minus excludes; then nothing is completed.
    """
    last = LAST_WORD.search(words.strip())
    if last is None or ALTERNATIVE.search(words):
        return SearchQuery(words, config=SEARCH_CONFIG, search_type="websearch")
    begun = SearchQuery(f"{last[1]}:*", config=SEARCH_CONFIG, search_type="raw")
    before = words.strip()[: last.start()].strip()
    if not before:
        return begun
    return SearchQuery(before, config=SEARCH_CONFIG, search_type="websearch") & begun
