"""Small words and drawings of circles. `{% load circles %}`"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
def answer_words(answer: object) -> str:
    """What was answered to a question: several choices as a list in words, yes and no as such."""
    if isinstance(answer, list):
        return ", ".join(str(each) for each in answer)
    return {"yes": "Yes", "no": "No"}.get(str(answer), str(answer))
