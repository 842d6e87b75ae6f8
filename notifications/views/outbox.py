from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from notifications import outbox


@login_not_required  # because a code to sign in with arrives here; it exists only in development
def outbox_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(outbox.names(), 25).get_page(request.GET.get("page"))
    mails = [outbox.read(name) for name in page]
    return render(request, "notifications/outbox.html", {"page": page, "mails": mails})


@login_not_required  # because a code to sign in with arrives here; it exists only in development
def outbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "notifications/outbox_mail.html", {"mail": _read(name)})


# A mail carries its own styles; it may load nothing and run nothing.
@login_not_required  # because a code to sign in with arrives here; it exists only in development
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE]})  # type: ignore[arg-type]
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_read(name).html)


def _read(name: str) -> outbox.OutboxMail:
    try:
        return outbox.read(name)
    except FileNotFoundError as problem:
        raise Http404 from problem
