from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.activation import NotReady
from circles.actions.charter import CannotSign, CharterChanged, sign_charter
from circles.actions.circles import activate_circle
from circles.actions.refusals import CannotChange
from circles.charters import diff as charter_diff
from circles.charters.card import signers
from circles.charters.text import LIMITS, clauses_of
from circles.forms.charter import SignForm
from circles.models import Charter, Circle, Membership, Signature
from circles.readers import reads_now
from members.http import PersonRequest, require
from members.models import Member

ROWS_A_PAGE = 50


def read_circle(person: Member, pk: int) -> Circle:
    """The circle, for those who read what it shares; for everyone else this page is not there."""
    keeps = Membership.objects.keeping().of(person).for_circle()
    reads = reads_now(person, circle="pk") | Q(Exists(keeps))
    circles = Circle.objects.filter(reads).select_related("programme", "format_version__format")
    return get_object_or_404(circles, pk=pk)


def in_force(circle: Circle, person: Member) -> Charter | None:
    """The version in force, if there is one that the person reads."""
    return Charter.objects.visible_to(person).in_force().filter(circle=circle).first()


@require_safe
def charter(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    charter = in_force(circle, request.user)
    page: dict[str, Any] = {"circle": circle, "charter": charter}
    if charter:
        charter.circle = circle
        versions = Charter.objects.visible_to(request.user).filter(circle=circle)
        own = Signature.objects.filter(person=request.user, charter__circle=circle)
        page |= {
            "clauses": clauses_of(charter.clauses),
            "signers": signers(charter, request.user),
            "versions": versions.select_related("written_by"),
            "own": own.select_related("charter"),
        }
    return render(request, "circles/charter.html", page)


@require_safe
def charter_version(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    visible = Charter.objects.visible_to(request.user).filter(circle=circle)
    charter = get_object_or_404(visible.select_related("written_by"), number=number)
    former = visible.filter(number=number - 1).first()
    page = {
        "circle": circle,
        "charter": charter,
        "clauses": clauses_of(charter.clauses),
        "former": former,
        "changes": _changes(former, charter) if former else [],
    }
    return render(request, "circles/charter_version.html", page)


@require_http_methods(["GET", "POST"])
def charter_sign(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    require(request.user, "circles.sign_charter", circle)
    if in_force(circle, request.user) is None:
        return render(request, "circles/charter.html", {"circle": circle})
    if request.method != "POST":
        return _sign_page(request, circle)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            sign_charter(circle, form.cleaned_data["number"], person=request.user)
        except CannotSign as reason:
            messages.error(request, str(reason))
            return redirect(circle)
        except CharterChanged:
            return _sign_page(request, circle, seen=form.cleaned_data["number"])
        messages.success(request, "Signed. It counts for one year, or until the charter changes.")
        return redirect(circle)
    return _sign_page(request, circle, form=form)


def _sign_page(
    request: PersonRequest, circle: Circle, *, form: SignForm | None = None, seen: int = 0
) -> HttpResponse:
    """The text to sign; where it has changed since it was `seen`, the difference before it."""
    versions = Charter.objects.visible_to(request.user).filter(circle=circle)
    charter = versions[0]
    known = Q(number=seen) if seen else Q(signatures__person=request.user)
    former = versions.filter(known, number__lt=charter.number).first()
    standing = Signature.objects.lasting().filter(charter=charter, person=request.user).last()
    page = {
        "circle": circle,
        "charter": charter,
        "clauses": clauses_of(charter.clauses),
        "limits_key": LIMITS.key,
        "former": former,
        "was_changed": bool(seen),
        "changes": _changes(former, charter) if former else [],
        "standing": standing,
        "form": form or SignForm(initial={"number": charter.number}),
    }
    status = 422 if form or seen else 200
    return render(request, "circles/charter_sign.html", page, status=status)


def _changes(former: Charter, charter: Charter) -> list[charter_diff.Change]:
    return charter_diff.changes(clauses_of(former.clauses), clauses_of(charter.clauses))


@require_safe
def signatures(request: PersonRequest) -> HttpResponse:
    given = Signature.objects.filter(person=request.user).select_related("charter__circle")
    page = Paginator(given.order_by("-signed_at", "-pk"), ROWS_A_PAGE)
    rows = page.get_page(request.GET.get("page"))
    return render(request, "circles/signatures.html", {"page": rows})


@require_POST
def activate(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.activate_circle", circle)
    try:
        circle = activate_circle(circle, by=request.user)
    except NotReady as missing:
        reads = request.user.has_perm("circles.read_content", circle)
        messages.error(request, missing.in_sentences() if reads else str(missing))
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” is now active. Plan its first meeting.")
    return redirect(circle)
