"""Themes in numbers, and those that ship with Peerloom for whoever begins with an empty list."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from django.db.models import Count

from circles.models import Circle, Theme

SHIPPED = Path(__file__).parent.parent / "data" / "themes.toml"


def starter_themes() -> list[str]:
    names: list[str] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["themes"]
    return names


def circles_by_theme(themes: Iterable[Theme]) -> dict[int, int]:
    """How many circles have each theme, by its key; nothing for those without; in one query."""
    chosen = Circle.themes.through.objects.filter(theme_id__in=[theme.pk for theme in themes])
    counted = chosen.order_by().values_list("theme_id").annotate(number=Count("pk"))
    return dict(counted)
