"""The tags of our templates; a builtin library, so nothing has to load it."""

import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from members import charts, words

if TYPE_CHECKING:
    from members.models import Member

register = template.Library()


@functools.lru_cache(maxsize=512)
def _icon(name: str, size: int, css: str, place: tuple[tuple[str, float], ...]) -> SafeString:
    attributes = {"class": f"icon {css}".strip(), "aria_hidden": "true", "focusable": "false"}
    drawn = lucide(name, size=size, **attributes, **dict(place))
    return SafeString("".join(line.strip() for line in drawn.splitlines()))


@register.simple_tag
def icon(
    name: str, *, size: int = 20, css: str = "", x: float | None = None, y: float | None = None
) -> SafeString:
    """A Lucide icon, hidden from screen readers: the words beside it say what it means."""
    place = tuple((key, value) for key, value in (("x", x), ("y", y)) if value is not None)
    return _icon(str(name), size, str(css), place)


@register.simple_tag
def once() -> SafeString:
    """A key of this rendering of a form: the same key is acted upon once."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid.uuid4())


@register.simple_tag
def when(
    moment: dt.datetime | dt.date | None, *, person: "Member | None" = None, capital: bool = False
) -> SafeString:
    """A date or moment in words, in the person's zone or the active one."""
    if isinstance(moment, dt.datetime):
        return _moment(moment, person, capital)
    return _day(moment, capital)


@register.filter
def human_moment(moment: dt.datetime | None, person: "Member | None" = None) -> SafeString:
    return _moment(moment, person, capital=False)


@register.filter
def human_day(day: dt.date | None, today: dt.date | None = None) -> SafeString:
    """`tomorrow`, `Thu 14 May, in 2 days`; counted from a circle's `today` where that is given."""
    return _day(day, capital=False, today=today)


@register.filter
def plain_moment(moment: dt.datetime | None, person: "Member | None" = None) -> str:
    """The exact moment without markup, for mail: “in 2 days” is wrong by the time it is read."""
    if moment is None:
        return ""
    return words.exact_moment(moment, zone=_zone(person))


def _moment(moment: dt.datetime | None, person: "Member | None", capital: bool) -> SafeString:
    if moment is None:
        return SafeString("")
    zone = _zone(person)
    said = words.moment_in_words(moment, zone=zone, now=timezone.now())
    return _time(said, moment.astimezone(zone), words.exact_moment(moment, zone=zone), capital)


def _day(day: dt.date | None, capital: bool, today: dt.date | None = None) -> SafeString:
    if day is None:
        return SafeString("")
    said = words.day_in_words(day, today=today or timezone.localdate())
    return _time(said, day, words.exact_day(day), capital)


def _time(said: str, value: dt.date, exact: str, capital: bool) -> SafeString:
    said = said[:1].upper() + said[1:] if capital else said
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, said)


def _zone(person: "Member | None") -> dt.tzinfo:
    return words.zone_called(person.time_zone if person else None)


@register.simple_tag
def avatar(person: Any, *, size: str = "", named: bool = False) -> SafeString:
    """A person's initials. Named when no name stands beside it, else hidden from screen readers."""
    css = f"avatar avatar-{size}" if size else "avatar"
    if named:
        return format_html(
            '<span class="{}" role="img" aria-label="{}">{}</span>',
            css,
            person.name,
            person.initials,
        )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, person.initials)


@register.filter
def percent(value: float | None, whole: float = 1) -> str:
    """`{{ share|percent }}` of a fraction, `{{ value|percent:100 }}` of a number up to 100."""
    return "" if value is None else words.share_in_words(float(value), whole=float(whole))


@register.filter
def grouped(number: int) -> str:
    """`1,240`."""
    return number_format(int(number), force_grouping=True)


@register.filter
def counted(number: int, nouns: str) -> str:
    """`{{ n|counted:"circle,circles" }}`: no circles, 1 circle, 1,240 circles."""
    one, _, many = nouns.partition(",")
    return words.count_in_words(int(number), one=one, many=many or one + "s")


@register.simple_tag
def field_input(field: BoundField, *, is_shared: bool = False) -> SafeString:
    """The field's input, described by its help, by who sees it and by its error, in that order."""
    seen_by = "" if is_shared else getattr(field.field, "seen_by", "")
    parts = {"helptext": field.help_text, "seen_by": seen_by, "error": field.errors}
    described = [f"{field.auto_id}_{part}" for part, is_there in parts.items() if is_there]
    attrs: dict[str, str | bool] = {}
    if described and not field.use_fieldset and "aria-describedby" not in field.field.widget.attrs:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def focus_id(field: BoundField) -> str:
    """Where the error summary's link leads: the input, or the first of several."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def first_seen_by(form: Any) -> str:
    """The one sentence that holds for a whole form, shown once instead of at each field."""
    told = getattr(form, "seen_by", "")
    return told if isinstance(told, str) else ""


@register.filter
def spark(values: Iterable[float]) -> charts.Spark | None:
    return charts.spark(list(values))


@register.filter
def attendance_bars(shares: Sequence[float | None]) -> list[charts.Bar]:
    return charts.attendance_bars(shares)


@register.simple_tag
def interval(share: float, low: float, high: float, top: float = 1) -> charts.Interval:
    return charts.interval(share, low, high, top=top)


@register.filter
def heat_step(value: float, span: str = "1,5") -> int:
    """The depth of a cell, 1 to 5, for a value within `low,high`."""
    low, _, high = span.partition(",")
    return charts.heat_step(float(value), low=float(low), high=float(high))


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """The first, last and neighbouring pages; None for the gaps between."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]
