from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.announcements import (
    confirm_announcement,
    discard_announcement,
    take_back_announcement,
    write_announcement,
)
from circles.actions.refusals import CannotChange
from circles.announcing.history import counts_of
from circles.announcing.letters import letter_of, sender_of
from circles.announcing.reach import reach_of, sent_today
from circles.forms.announcements import AnnouncementForm, SendingForm
from circles.models import Announcement
from members.http import PersonRequest, require
from members.submissions import once
from members.words import exact_moment
from notifications.links import wishes_link
from notifications.mail import bodies

ROWS_A_PAGE = 25


@require_safe
def announcements(request: PersonRequest) -> HttpResponse:
    require(request.user, "circles.write_announcements")
    rows = Announcement.objects.managed_by(request.user).select_related("written_by", "programme")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "circles/announcements.html", {"page": page})


@require_safe
def announcement(request: PersonRequest, pk: int) -> HttpResponse:
    announcement = _announcement(request, pk)
    manages = request.user.has_perm("circles.manage_announcement", announcement)
    if manages and announcement.is_draft:
        return redirect("circles:announcement_edit", pk)
    context = {
        "announcement": announcement,
        "letter": letter_of(announcement),
        "sender": sender_of(announcement),
        "manages": manages,
        "reach": reach_of(announcement) if manages and announcement.is_waiting else None,
        "counts": counts_of(announcement) if manages and announcement.sent_at else None,
        "dropped": announcement.parts.filter(is_dropped=True).select_related("circle"),
    }
    return render(request, "circles/announcement.html", context)


@require_http_methods(["GET", "POST"])
def announcement_edit(request: PersonRequest, pk: int) -> HttpResponse:
    draft = _announcement(request, pk)
    require(request.user, "circles.manage_announcement", draft)
    saves = "save" in request.POST
    data = request.POST if request.method == "POST" else None
    form = AnnouncementForm(data, draft=draft, is_saved=saves)
    if not draft.is_draft:
        messages.info(request, "It is on its way. Take it back first, if that is still possible.")
        return redirect(draft)
    if request.method == "POST" and form.is_valid():
        write_announcement(draft, **form.cleaned_data)
        return redirect(_after_writing(request, draft))
    context = {"form": form, "announcement": draft, "reach": reach_of(draft)}
    return render(request, "circles/announcement_edit.html", context)


def _after_writing(request: PersonRequest, draft: Announcement) -> str:
    """Where the button leads that was pressed."""
    if "save" not in request.POST:
        return reverse("circles:announcement_preview", args=[draft.pk])
    if request.POST["save"] == "choose":
        return f"{reverse('circles:announcement_choose')}?instead={draft.pk}"
    messages.success(request, "Your draft is kept. Nobody else sees it.")
    return reverse("circles:announcements")


@require_http_methods(["GET", "POST"])
@once
def announcement_preview(request: PersonRequest, pk: int) -> HttpResponse:
    draft = _announcement(request, pk)
    require(request.user, "circles.manage_announcement", draft)
    if not draft.is_draft or not draft.is_whole:
        return redirect(draft)
    data = request.POST if request.method == "POST" else None
    form = SendingForm(data, zone=request.user.zone.key)
    if request.method == "POST" and form.is_valid():
        try:
            waiting = confirm_announcement(draft, by=request.user, at=form.cleaned_data["at"])
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, _goes_out(request, waiting))
            return redirect(draft)
    letter = letter_of(draft)
    context = {
        "announcement": draft,
        "form": form,
        "letter": letter,
        "text": bodies(letter, **wishes_link()).text,
        "reach": reach_of(draft),
        "sent_today": sent_today(draft),
    }
    return render(request, "circles/announcement_preview.html", context)


def _goes_out(request: PersonRequest, waiting: Announcement) -> str:
    if waiting.send_at is None:  # another click took it back
        return "It is a draft again."
    moment = exact_moment(waiting.send_at, zone=request.user.zone)
    return f"It goes out on {moment}. Until then you can take it back here."


@require_POST
def announcement_take_back(request: PersonRequest, pk: int) -> HttpResponse:
    waiting = _announcement(request, pk)
    require(request.user, "circles.take_back_announcement", waiting)
    try:
        take_back_announcement(waiting, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(waiting)
    messages.success(request, "You took it back. Nobody got it, and it is a draft again.")
    if waiting.written_by_id == request.user.pk:
        return redirect("circles:announcement_edit", pk)
    return redirect("circles:announcements")


@require_http_methods(["GET", "POST"])
def announcement_discard(request: PersonRequest, pk: int) -> HttpResponse:
    draft = _announcement(request, pk)
    require(request.user, "circles.manage_announcement", draft)
    if request.method == "GET" and draft.is_draft:
        return render(request, "circles/announcement_discard.html", {"announcement": draft})
    try:
        discard_announcement(draft)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(draft)
    messages.success(request, "The draft is thrown away.")
    return redirect("circles:announcements")


def _announcement(request: PersonRequest, pk: int) -> Announcement:
    visible = Announcement.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("written_by", "programme"), pk=pk)
