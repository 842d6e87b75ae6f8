from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from members.http import PersonRequest
from members.paging import CappedPaginator
from notifications import reading
from notifications.models import Notice

A_PAGE = 25


@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    notices = Notice.objects.of(request.user)
    if request.GET.get("show") == "unread":
        notices = notices.unread()
    page = CappedPaginator(notices, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": request.user.unread_notices, "show": request.GET.get("show")}
    return render(request, "notifications/inbox.html", context)


@require_POST
def open_notice(request: PersonRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    if "unread" in request.POST:
        reading.mark_unread(notice)
        return redirect("notifications:inbox")
    reading.mark_read(notice)
    here = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    if "follow" in request.POST and notice.url and here:
        return redirect(notice.url)
    return redirect("notifications:inbox")


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    if reading.mark_all_read(request.user):
        messages.success(request, "Everything is marked as read.")
    return redirect("notifications:inbox")
