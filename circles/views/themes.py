from copy import copy

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import themes as actions
from circles.actions.refusals import CannotChange
from circles.forms.themes import LikenessForm, MergeForm, ThemeForm
from circles.models import Theme
from circles.programmes.filters import ThemeFilter
from circles.programmes.themes import circles_by_theme, starter_themes
from members.http import PersonRequest, require
from members.submissions import once

ROWS_A_PAGE = 50
OFFERED = 12


@require_http_methods(["GET", "POST"])
@once
def themes(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    form = ThemeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            theme = actions.add_theme(by=request.user, name=form.cleaned_data["name"])
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{theme}” is added.")
            return redirect("circles:themes")
    found = ThemeFilter(request.GET)
    found.queryset = Theme.objects.retired() if found.shows_retired else Theme.objects.current()
    page = Paginator(found.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = circles_by_theme(page)
    context = {
        "form": form,
        "filter": found,
        "page": page,
        "rows": [(theme, counts.get(theme.pk, 0)) for theme in page],
        "starters": [] if page.object_list or found.is_used else _starters(),
    }
    return render(request, "circles/themes.html", context)


def _starters() -> list[str]:
    """What an organiser can begin with while there is no theme at all, retired ones included."""
    return [] if Theme.objects.exists() else starter_themes()


@require_POST
def themes_start(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    try:
        number = actions.add_starter_themes(by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{number} themes are added. Change them as you like.")
    return redirect("circles:themes")


@require_http_methods(["GET", "POST"])
def theme_edit(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    theme = get_object_or_404(Theme, pk=pk)
    form = ThemeForm(request.POST if request.method == "POST" else None, instance=copy(theme))
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_theme(theme, name=form.cleaned_data["name"], by=request.user)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"The theme is now called “{theme}”.")
            return redirect("circles:themes")
    return render(request, "circles/theme_edit.html", {"theme": theme, "form": form})


@require_POST
def theme_retire(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    theme = get_object_or_404(Theme, pk=pk)
    actions.retire_theme(theme, by=request.user)
    messages.success(request, f"Nobody can choose “{theme}” any more. You can bring it back.")
    return redirect("circles:themes")


@require_POST
def theme_bring_back(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    theme = get_object_or_404(Theme, pk=pk)
    actions.bring_back_theme(theme, by=request.user)
    messages.success(request, f"People can choose “{theme}” again.")
    return redirect("circles:themes")


@require_http_methods(["GET", "POST"])
def theme_merge(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_themes")
    theme = get_object_or_404(Theme, pk=pk)
    search = LikenessForm(request.GET)
    words = search.cleaned_data["words"] if search.is_valid() else ""
    others = Theme.objects.exclude(pk=pk).by_likeness_to(words or theme.name)[:OFFERED]
    posted = request.POST if request.method == "POST" else None
    form = MergeForm(posted, theme=theme, offered=others)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            actions.merge_themes(theme, into=into, by=request.user)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{theme}” is merged into “{into}”.")
            return redirect("circles:themes")
    context = {"theme": theme, "form": form, "search": search, "has_others": bool(others)}
    return render(request, "circles/theme_merge.html", context)
