"""Choosing to whom an announcement goes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from circles.actions.announcements import start_announcement
from circles.actions.refusals import CannotChange
from circles.forms.announcements import RecipientFilter
from circles.models import Announcement, Circle, CircleQuerySet, Programme
from members.http import PersonRequest, require
from members.rules import is_organiser
from members.submissions import once

ROWS_A_PAGE = 50
ALL_FOUND = "all"


@require_safe
def announcement_choose(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.write_announcements")
    circles = RecipientFilter(request.GET, _may_write_to(request).for_cards())
    page = Paginator(circles.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": circles,
        "page": page,
        "instead": request.GET.get("instead", ""),
        "programmes": Programme.objects.current() if is_organiser(request.user) else [],
    }
    return render(request, "circles/announcement_choose.html", context)


@require_POST
@once
def announcement_start(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.write_announcements")
    try:
        draft = start_announcement(
            by=request.user,
            circles=_chosen(request),
            programme=_programme(request),
            instead=_instead(request),
        )
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect("circles:announcement_choose")
    return redirect("circles:announcement_edit", draft.pk)


def _may_write_to(request: PersonRequest) -> CircleQuerySet:
    circles = Circle.objects.open()
    return circles if is_organiser(request.user) else circles.facilitated_by(request.user)


def _chosen(request: PersonRequest) -> list[int]:
    """The circles that were ticked, or all that the filter in the address finds."""
    if request.POST.get("programme"):
        return []
    if ALL_FOUND in request.POST:
        found = RecipientFilter(request.GET, _may_write_to(request)).qs
        return list(found.order_by("pk").values_list("pk", flat=True))
    return [int(key) for key in request.POST.getlist("circle") if key.isdecimal()]


def _programme(request: PersonRequest) -> Programme | None:
    key = request.POST.get("programme", "")
    return get_object_or_404(Programme, pk=key) if key.isdecimal() else None


def _instead(request: PersonRequest) -> Announcement | None:
    """A draft of one's own, of which only the people change."""
    key = request.POST.get("instead", "")
    drafts = Announcement.objects.drafts().filter(written_by=request.user)
    return get_object_or_404(drafts, pk=key) if key.isdecimal() else None
