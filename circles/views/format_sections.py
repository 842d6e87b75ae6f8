from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from circles.actions.format_drafts import change_draft
from circles.actions.refusals import CannotChange
from circles.formats.agenda import protocols_of
from circles.formats.content import SECTIONS, Content, content_of
from circles.formats.pages import draft_page, own_protocols
from circles.formats.shipped import read_protocols
from circles.forms.format_choices import FORMS
from circles.forms.format_rows import (
    ProtocolForm,
    SegmentForm,
    StepForm,
    put_agenda,
    put_protocol,
    rearranged,
    segment_rows,
    step_rows,
    without_protocol,
)
from circles.models import FormatDraft
from members.http import PersonRequest, require

DRAFTS = FormatDraft.objects.select_related("format", "edited_by")
REARRANGES = ("add", "up", "down", "remove")


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def section(request: PersonRequest, pk: int, section: str) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    if section not in FORMS:
        raise Http404
    if not draft.is_open:
        return redirect(draft)
    data = request.POST if request.method == "POST" else None
    form = FORMS[section](data, content=content_of(draft))
    typed = None
    if request.method == "POST":
        is_valid = form.is_valid()
        typed = form.write(content_of(draft))
        if not _only_checks(request) and is_valid:
            if not (problem := _save(request, draft, form.write, section)):
                return redirect(_next(request, draft, section))
            form.add_error(None, problem)
    return _editor(request, "circles/format_section.html", draft, section, typed, form=form)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def agenda(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    if not draft.is_open:
        return redirect(draft)
    content, page = content_of(draft), "circles/format_agenda.html"
    if request.method == "GET":
        return _editor(request, page, draft, "agenda", None, rows=segment_rows(content))
    data, moved = rearranged(request.POST, tuple(SegmentForm.base_fields))
    rows = segment_rows(content, data)
    is_valid, typed = rows.is_valid(), put_agenda(content, rows.written)
    shown: dict[str, Any] = {"rows": rows, "moved": moved}
    if is_valid and not _only_checks(request):
        write = _putting(rows.written)
        if not (problem := _save(request, draft, write, "agenda")):
            return _saved_rows(request, draft, moved)
        shown["problem"] = problem
    return _editor(request, page, draft, "agenda", typed, **shown)


def _putting(agenda: list[dict[str, Any]]) -> Callable[[Content], Content]:
    return lambda content: put_agenda(content, agenda)


def _saved_rows(request: PersonRequest, draft: FormatDraft, moved: int | None) -> HttpResponse:
    """After a button that rearranges, the list again; after Save, on to what comes next."""
    if not _rearranges(request):
        url = _next(request, draft, "agenda")
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    if not request.htmx:
        place = "" if moved is None else f"#row-{moved}"
        return redirect(reverse("circles:format_agenda", args=[draft.pk]) + place)
    draft = DRAFTS.get(pk=draft.pk)
    rows = segment_rows(content_of(draft))
    shown = {"rows": rows, "moved": moved}
    return _editor(request, "circles/format_agenda.html", draft, "agenda", None, **shown)


def protocols(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    if not draft.is_open:
        return redirect(draft)
    content = content_of(draft)
    lists = {
        "own": protocols_of(own_protocols(content)),
        "shipped": protocols_of(read_protocols()),
    }
    return _editor(request, "circles/format_protocols.html", draft, "protocols", None, **lists)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def protocol(request: PersonRequest, pk: int, key: str = "") -> HttpResponse:
    require(request.user, "circles.manage_format")
    draft = get_object_or_404(DRAFTS, pk=pk)
    if not draft.is_open:
        return redirect(draft)
    content = content_of(draft)
    own = own_protocols(content)
    if key and key not in own:
        raise Http404
    now = own.get(key) or read_protocols().get(request.GET.get("copy", ""), {})
    page = {"key": key, "name": now.get("name", "")}
    if request.method == "GET":
        form = ProtocolForm(initial=_first_name(now, is_own=bool(key)))
        return _protocol(request, draft, None, page, form, step_rows(now.get("steps", [])))
    if request.POST.get("op") == "delete":
        return _remove_protocol(request, draft, key)
    return _write_protocol(request, draft, page)


def _first_name(protocol: dict[str, Any], *, is_own: bool) -> dict[str, str]:
    if not protocol:
        return {}
    return {"name": protocol["name"] if is_own else f"{protocol['name']}, our way"}


def _write_protocol(
    request: PersonRequest, draft: FormatDraft, page: dict[str, str]
) -> HttpResponse:
    data, moved = rearranged(request.POST, tuple(StepForm.base_fields))
    form, rows = ProtocolForm(data), step_rows([], data)
    is_valid = all([form.is_valid(), rows.is_valid()])
    key, steps = page["key"], rows.written

    def write(content: Content) -> Content:
        return put_protocol(content, key, form.cleaned_data.get("name", ""), steps)

    typed = write(content_of(draft))
    if is_valid and not steps and not _rearranges(request):
        form.add_error(None, "A protocol has at least one step.")
    elif is_valid and not _only_checks(request) and not _rearranges(request):
        if not (problem := _save(request, draft, write, "protocols")):
            return redirect("circles:format_protocols", draft.pk)
        form.add_error(None, problem)
    return _protocol(request, draft, typed, page | {"moved": moved}, form, rows)


def _protocol(
    request: PersonRequest,
    draft: FormatDraft,
    typed: Content | None,
    page: dict[str, Any],
    form: ProtocolForm,
    rows: Any,
) -> HttpResponse:
    shown = page | {"form": form, "rows": rows}
    return _editor(request, "circles/format_protocol.html", draft, "protocols", typed, **shown)


def _remove_protocol(request: PersonRequest, draft: FormatDraft, key: str) -> HttpResponse:
    try:
        seen = SECTIONS["protocols"].mark(content_of(draft))
        remove = without_protocol(key)
        change_draft(draft, remove, section="protocols", seen=seen, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The protocol is taken out.")
    return redirect("circles:format_protocols", draft.pk)


def _save(
    request: PersonRequest, draft: FormatDraft, write: Callable[[Content], Content], section: str
) -> str:
    """Save what was typed; or say why not."""
    seen = request.POST.get("seen", "")
    try:
        change_draft(draft, write, section=section, seen=seen, by=request.user)
    except CannotChange as reason:
        return str(reason)
    return ""


def _only_checks(request: PersonRequest) -> bool:
    return request.POST.get("op") == "check"


def _rearranges(request: PersonRequest) -> bool:
    return request.POST.get("op", "").partition("-")[0] in REARRANGES


def _next(request: PersonRequest, draft: FormatDraft, section: str) -> str:
    """Back to the draft, or on to the section that comes next."""
    keys = list(SECTIONS)
    place = keys.index(section) + 1
    if request.POST.get("op") != "next" or place == len(keys):
        return draft.get_absolute_url()
    return section_url(draft, keys[place])


def section_url(draft: FormatDraft, key: str) -> str:
    return reverse("circles:format_section", args=[draft.pk, key])


def _editor(
    request: PersonRequest,
    template: str,
    draft: FormatDraft,
    section: str,
    typed: Content | None,
    **shown: Any,
) -> HttpResponse:
    """The page of one section; for htmx only its check, or its list of rows."""
    saved = content_of(draft)
    context = draft_page(draft, typed) | shown
    context |= {
        "section": SECTIONS[section],
        "seen": SECTIONS[section].mark(saved),
        "is_last": section == list(SECTIONS)[-1],
    }
    if not request.htmx:
        return render(request, template, context)
    if _only_checks(request):
        return render(request, "circles/format_check.html", context)
    has_errors = "problem" in shown or getattr(shown.get("rows"), "has_errors", False)
    return render(request, f"{template}#editor", context, status=422 if has_errors else 200)
