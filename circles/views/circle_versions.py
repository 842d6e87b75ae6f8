from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.circle_versions import Moves, move_all_to_version, move_to_version
from circles.actions.refusals import CannotChange
from circles.formats.filters import MoveForm, VersionFilter
from circles.formats.moves import open_circles_by_version, preview
from circles.models import Circle, CircleQuerySet, Format, FormatVersion
from members.http import PersonRequest, require

ROWS_A_PAGE = 50


def _previewed(request: PersonRequest) -> CircleQuerySet:
    """The circles that a person knows of, with what a preview reads of them."""
    visible = Circle.objects.visible_to(request.user)
    return visible.with_seats().select_related("format_version__format")


@require_http_methods(["GET", "POST"])
def move(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(_previewed(request), pk=pk)
    require(request.user, "circles.move_circle_to_version", circle)
    every = list(circle.format_version.format.versions.select_related("format"))
    others = [version for version in every if version.pk != circle.format_version_id]
    asked = request.POST.get("to") or request.GET.get("to")
    to = next((one for one in others if str(one.number) == asked), None)
    if request.method == "POST":
        return _moved(request, circle, _numbered(every, asked))
    to = to or (others[0] if others else None)
    context = {"circle": circle, "others": others, "to": to}
    context["groups"] = preview([circle], to) if to and not circle.is_closed else []
    return render(request, "circles/circle_version.html", context)


def _numbered(every: list[FormatVersion], number: str | None) -> FormatVersion | None:
    return next((version for version in every if str(version.number) == number), None)


def _moved(request: PersonRequest, circle: Circle, to: FormatVersion | None) -> HttpResponse:
    if to is None:
        messages.error(request, "Choose the version that it should follow.")
        return redirect("circles:circle_version", circle.pk)
    try:
        has_moved = move_to_version(circle, to, seen=_seen(request, circle), by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect("circles:circle_version", circle.pk)
    words = "now follows" if has_moved else "follows already"
    messages.success(request, f"“{circle}” {words} version {to.number} of “{to.format}”.")
    return redirect(circle)


def _seen(request: PersonRequest, circle: Circle) -> int:
    number = request.POST.get(f"seen-{circle.pk}", "")
    return int(number) if number.isascii() and number.isdigit() else 0


def circles(request: PersonRequest, key: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    found = get_object_or_404(Format, key=key)
    versions = list(found.versions.all())
    numbers = open_circles_by_version(found)
    of_format = Circle.objects.open().filter(format_version__in=versions)
    chosen = VersionFilter(request.GET, of_format, numbers=[version.number for version in versions])
    # Thousands of rows may be sorted by name: alone, and without what no row shows.
    rows = chosen.qs.prefetch_related("programme").defer("purpose")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    by_key = {version.pk: version for version in versions}
    for circle in page:
        circle.format_version = by_key[circle.format_version_id]
    context = {
        "format": found,
        "filter": chosen,
        "page": page,
        "versions": [(version, numbers.get(version.pk, 0)) for version in versions],
        "newest": versions[0].number if versions else None,
    }
    return render(request, "circles/format_circles.html", context)


@require_http_methods(["GET", "POST"])
def move_all(request: PersonRequest, key: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    found = get_object_or_404(Format, key=key)
    asked = request.POST if request.method == "POST" else request.GET
    form = MoveForm(asked, of=found, circles=_previewed(request))
    if not form.is_valid():
        for said in form.errors.values():
            messages.error(request, " ".join(map(str, said)))
        return redirect("circles:format_circles", found.key)
    chosen, to = list(form.cleaned_data["circle"]), form.cleaned_data["to"]
    if request.method == "POST":
        seen = {circle: _seen(request, circle) for circle in chosen}
        _tell(request, move_all_to_version(seen, to, by=request.user), to)
        return redirect("circles:format_circles", found.key)
    closed = [circle for circle in chosen if circle.is_closed]
    groups = preview([circle for circle in chosen if not circle.is_closed], to)
    moving = sum(len(group.moves) for group in groups)
    context = {"format": found, "to": to, "groups": groups, "closed": closed, "moving": moving}
    context["there"] = len(chosen) - len(closed) - moving
    return render(request, "circles/format_move.html", context)


def _tell(request: PersonRequest, moves: Moves, to: FormatVersion) -> None:
    """One message a kind of answer; who stayed behind is named."""
    if moves.moved:
        how_many = _circles(len(moves.moved))
        messages.success(request, f"{how_many} moved to version {to.number}.")
    if moves.there:
        how_many = _circles(len(moves.there))
        messages.info(request, f"{how_many} had version {to.number} already.")
    for circle, reason in moves.refused:
        messages.error(request, f"“{circle}” stays as it is. {reason}")


def _circles(number: int) -> str:
    return "1 circle" if number == 1 else f"{number} circles"
