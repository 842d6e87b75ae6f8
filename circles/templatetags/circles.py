"""Small words and drawings of circles. `{% load circles %}`"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from circles.discovery import languages
from circles.discovery.usual_time import usual_time as its_usual_time
from circles.models import Circle
from circles.programmes.milestones import tell_days_in_words
from circles.programmes.questions import in_words

register = template.Library()

TAKEN = SafeString('<i class="dot dot-taken"></i>')
FREE = SafeString('<i class="dot"></i>')


@register.simple_tag
def seat_dots(taken: int, capacity: int) -> SafeString:
    """One dot a seat, taken ones filled; hidden from screen readers, as words stand beside it."""
    dots = SafeString(TAKEN * taken + FREE * max(0, capacity - taken))
    return format_html('<span class="dots" aria-hidden="true">{}</span>', dots)


@register.filter
def zone_words(name: str) -> str:
    """`Buenos Aires time` for `America/Argentina/Buenos_Aires`; `UTC` as it is."""
    place = name.rpartition("/")
    return f"{place[2].replace('_', ' ')} time" if place[1] else name


@register.filter
def answer_words(answer: str | list[str]) -> str:
    """An answer to a question of a questionnaire; several choices with commas between."""
    return in_words(answer)


@register.filter
def language_name(code: str) -> str:
    return languages.name_of(code)


@register.simple_tag
def usual_time(circle: Circle) -> SafeString:
    """`usually Tuesdays 15:00, 09:00 for you`, with both zones in the title; or nothing."""
    usual = its_usual_time(circle)
    if usual is None:
        return SafeString("")
    here = f", {usual.for_you} for you" if usual.for_you else ""
    return format_html('<span title="{}">usually {}{}</span>', usual.exact, usual.words, here)


@register.filter
def where_words(circle: Circle) -> str:
    """`Remote`, `In person in Berlin`."""
    where = str(circle.get_where_display())
    return f"{where}, {circle.place}" if circle.place and circle.where != "remote" else where


@register.filter
def tell_days_words(days: tuple[int, ...]) -> str:
    """`7 days before and on the day`."""
    return tell_days_in_words(days)
