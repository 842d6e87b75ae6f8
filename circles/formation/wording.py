"""Sentences name people and themes by key; here the keys become names."""

import re
from collections.abc import Iterable, Mapping

from circles.models import Theme
from members.models import Member

PERSON, THEME = re.compile(r"\{(\d+)\}"), re.compile(r"\{theme:(\d+)\}")
SOMEBODY, SOMETHING = "somebody who left", "a theme that is gone"


class Names:
    """The names for the keys in some sentences, fetched in two queries for all of them."""

    def __init__(self, sentences: Iterable[str], known: Mapping[int, str] | None = None) -> None:
        text = "\n".join(sentences)
        self._people = dict(known or {})
        people = {int(key) for key in PERSON.findall(text)} - self._people.keys()
        themes = {int(key) for key in THEME.findall(text)}
        self._themes: dict[int, str] = {}
        if people:
            self._people |= dict(Member.objects.filter(pk__in=people).values_list("pk", "name"))
        if themes:
            self._themes = dict(Theme.objects.filter(pk__in=themes).values_list("pk", "name"))

    def put_into(self, sentence: str) -> str:
        named = PERSON.sub(lambda key: self._people.get(int(key[1]), SOMEBODY), sentence)
        return THEME.sub(lambda key: f"“{self._themes.get(int(key[1]), SOMETHING)}”", named)


def worded(sentences: Iterable[str]) -> list[str]:
    """The sentences with names in them."""
    kept = list(sentences)
    names = Names(kept)
    return [names.put_into(sentence) for sentence in kept]
