from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.format_drafts import (
    PublishedMeanwhile,
    build_on_newest,
    discard_draft,
    open_draft,
    publish_draft,
    start_draft,
    take_up_draft,
)
from circles.actions.refusals import CannotChange
from circles.formats.content import content_of, mark_of
from circles.formats.diff import differences
from circles.formats.moves import open_circles_by_version
from circles.formats.pages import as_version, draft_page, format_body, lines_of
from circles.forms.formats import NewFormatForm, PublishForm
from circles.models import Format, FormatDraft, Formation, FormatVersion
from members.http import PersonRequest, require
from members.submissions import once

DRAFTS = FormatDraft.objects.select_related(
    "format", "copied_from__format", "edited_by", "published_as__format"
)


@require_http_methods(["GET", "POST"])
@once
def new(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.manage_format")
    form = NewFormatForm(request.POST or None, initial=_to_copy(request.GET.get("copy", "")))
    if request.method == "POST" and form.is_valid():
        name, copy = form.cleaned_data["name"], form.cleaned_data["copy"]
        try:
            draft = start_draft(name, by=request.user, copy_of=copy)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{draft}” is begun. Only organisers see it so far.")
            return redirect(draft)
    return render(request, "circles/format_new.html", {"form": form})


def _to_copy(key: str) -> dict[str, Any]:
    version = FormatVersion.objects.newest().select_related("format").filter(format__key=key)
    copied = version.first()
    return {"copy": copied.pk, "name": f"{copied.format} of our own"[:80]} if copied else {}


@require_POST
def edit(request: PersonRequest, key: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    found = get_object_or_404(Format, key=key)
    try:
        return redirect(open_draft(found, by=request.user))
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(found)


def draft(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    content = content_of(draft)
    context = draft_page(draft) | format_body(as_version(content))
    context["lines"] = lines_of(content, context["check"])
    return render(request, "circles/format_draft.html", context)


@require_http_methods(["GET", "POST"])
def publish(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = publish_draft(draft, by=request.user, **form.cleaned_data)
        except PublishedMeanwhile as reason:
            messages.error(request, str(reason))
            if FormatDraft.objects.filter(pk=pk, published_as=reason.version).exists():
                return redirect(reason.version)
        except CannotChange as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Version {version.number} of “{version.format}” is out.")
            return redirect(version.format)
    draft = get_object_or_404(DRAFTS, pk=pk)
    if not draft.is_open:
        return redirect(draft)
    return render(request, "circles/format_publish.html", _to_publish(draft) | {"form": form})


def _to_publish(draft: FormatDraft) -> dict[str, Any]:
    """What is going to happen: what is different, from what, and which circles keep what."""
    content, base = content_of(draft), draft.copied_from
    if draft.format:
        base = draft.format.versions.select_related("format").order_by("-number")[0]
    ended = [Formation.State.PUBLISHED, Formation.State.DISCARDED]
    forming = Formation.objects.filter(format_version__format=draft.format).exclude(state__in=ended)
    found = differences(content_of(base), content) if base else []
    return draft_page(draft) | {
        "seen": mark_of(content),
        "is_different": bool(found or draft.format is None),
        "base": base,
        "is_behind": bool(draft.format and base and base.pk != draft.copied_from_id),
        "differences": found,
        "open_circles": sum(open_circles_by_version(draft.format).values()) if draft.format else 0,
        "formations": forming.count() if draft.format else 0,
    }


@require_http_methods(["GET", "POST"])
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    if request.method == "GET" and draft.is_open:
        return render(request, "circles/format_discard.html", {"draft": draft})
    if request.method == "POST":
        discard_draft(draft, by=request.user)
        if draft.is_open:
            messages.success(request, f"The draft of “{draft}” is put away. You can still undo it.")
    return redirect(draft)


@require_POST
def take_up(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    try:
        take_up_draft(draft, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    return redirect(draft)


@require_POST
def build_on(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    try:
        draft = build_on_newest(draft, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(draft)
    return redirect("circles:format_publish", draft.pk)
