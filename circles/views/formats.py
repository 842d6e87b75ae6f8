from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.formats import archive_format, restore_format
from circles.actions.refusals import CannotChange
from circles.formats.agenda import protocols_of
from circles.formats.moves import open_circles_by_version
from circles.formats.pages import format_body
from circles.formats.shipped import read_protocols
from circles.models import Format, FormatDraft, FormatVersion
from members.http import PersonRequest, require


def formats(request: PersonRequest) -> HttpResponse:
    newest = FormatVersion.objects.newest().select_related("format")
    context: dict[str, Any] = {
        "versions": newest.offered(),
        "protocols": protocols_of(read_protocols()),
    }
    if request.user.has_perm("circles.manage_format"):
        context |= {
            "manages": True,
            "archived": newest.exclude(format__archived_at=None),
            "drafts": FormatDraft.objects.open().select_related("format", "edited_by"),
        }
    return render(request, "circles/format_list.html", context)


def format_detail(request: PersonRequest, key: str) -> HttpResponse:
    newest = FormatVersion.objects.newest().select_related("format")
    version = get_object_or_404(newest, format__key=key)
    context = format_body(version)
    if request.user.has_perm("circles.manage_format"):
        context |= _to_manage(version)
    return render(request, "circles/format_detail.html", context)


def _to_manage(version: FormatVersion) -> dict[str, Any]:
    """What organisers can do about the format, and how many circles follow which version."""
    numbers = open_circles_by_version(version.format)
    every = sum(numbers.values())
    return {
        "manages": True,
        "open_circles": every,
        "on_older": every - numbers.get(version.pk, 0),
        "draft": version.format.drafts.open().first(),
    }


@require_http_methods(["GET", "POST"])
def archive(request: PersonRequest, key: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    found = get_object_or_404(Format, key=key)
    if request.method == "GET" and not found.is_archived and not found.is_shipped:
        context = {"format": found, "open_circles": sum(open_circles_by_version(found).values())}
        return render(request, "circles/format_archive.html", context)
    if request.method == "POST":
        try:
            archive_format(found, by=request.user)
        except CannotChange as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"“{found}” is archived. You can restore it here.")
    return redirect(found)


@require_POST
def restore(request: PersonRequest, key: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    found = get_object_or_404(Format, key=key)
    restore_format(found, by=request.user)
    messages.success(request, f"“{found}” is back among the formats.")
    return redirect(found)
