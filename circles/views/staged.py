"""What is done to one staged circle, or to several at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import formation_board
from circles.actions.refusals import CannotChange
from circles.formation.board import card_of
from circles.forms.facilitators import AppointForm
from circles.forms.formation import StagedNameForm
from circles.models import Formation, StagedCircle
from circles.views.formations import FORMS_CIRCLES, formation_or_404
from circles.views.person_search import person_search
from members.http import PersonRequest, require
from members.submissions import once
from members.words import count_in_words


@require_POST
@once
def staged_new(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    try:
        circle = formation_board.add_circle(formation, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(formation)
    messages.success(request, f"“{circle}” is staged, with nobody in it yet.")
    return redirect(circle)


@require_POST
def staged_newcomers(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    try:
        people = formation_board.bring_in_newcomers(formation, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        number = count_in_words(people, one="person is", many="people are")
        messages.success(request, f"{number[:1].upper()}{number[1:]} listed without a place.")
    return redirect(formation)


@require_http_methods(["GET", "POST"])
def staged_circle(request: PersonRequest, pk: int, staged_pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    circle = get_object_or_404(formation.circles, pk=staged_pk)
    form = StagedNameForm(request.POST or None, initial={"name": circle.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            formation_board.rename_circle(formation, circle, name=name, by=request.user)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"The circle is called “{name}”.")
            return redirect(circle)
    context = {"formation": formation, "card": card_of(formation, circle), "form": form}
    return render(request, "circles/staged_circle.html", context)


@require_POST
def staged_lock(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    is_locked = request.POST.get("lock") == "yes"
    circles = _ticked(formation, request.POST.getlist("circles"))
    try:
        formation_board.lock_circles(formation, circles, is_locked=is_locked, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(formation)
    done = "locked" if is_locked else "unlocked"
    number = count_in_words(len(circles), one="circle", many="circles")
    messages.success(request, f"{number[:1].upper()}{number[1:]} {done}.")
    return redirect(circles[0] if "from_circle" in request.POST and circles else formation)


@require_http_methods(["GET", "POST"])
def staged_dissolve(request: PersonRequest, pk: int, staged_pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    circle = get_object_or_404(formation.circles.with_size(), pk=staged_pk)
    if request.method == "GET":
        context = {"formation": formation, "circle": circle}
        return render(request, "circles/staged_dissolve.html", context)
    try:
        people = formation_board.dissolve_circle(
            formation, circle, version=_version(request), by=request.user
        )
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(circle)
    number = count_in_words(people, one="person is", many="people are")
    messages.success(request, f"“{circle}” is dissolved; {number} without a place.")
    return redirect(formation)


@require_http_methods(["GET", "POST"])
def staged_facilitators(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    ticked = (request.POST or request.GET).getlist("circles")
    circles = _ticked(formation, ticked)
    if request.method == "POST":
        return _choose(request, formation, circles)
    if not circles:
        messages.error(request, "Tick the circles first, then choose who holds them.")
        return redirect(formation)
    context = {"formation": formation, "circles": circles, **person_search(request).context}
    return render(request, "circles/staged_facilitators.html", context)


def _choose(
    request: PersonRequest, formation: Formation, circles: list[StagedCircle]
) -> HttpResponse:
    form = AppointForm(request.POST)
    person = form.cleaned_data["person"] if form.is_valid() else None
    if person is None and "nobody" not in request.POST:
        messages.error(request, "That person is no longer there. Search again.")
        return redirect(formation)
    try:
        held = formation_board.choose_facilitator(formation, circles, person, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(formation)
    number = count_in_words(len(circles), one="circle", many="circles")
    messages.success(request, f"{person or 'Nobody'} is to hold {number} here.")
    if held > formation_board.MOST_HELD:
        words = f"{person} would hold {held} circles. Few people hold more than 8 well."
        messages.warning(request, words)
    return redirect(circles[0] if len(circles) == 1 else formation)


def _ticked(formation: Formation, values: list[str]) -> list[StagedCircle]:
    keys = [int(value) for value in values if value.isdecimal() and len(value) < 18]
    return list(formation.circles.filter(pk__in=keys).order_by("number"))


def _version(request: PersonRequest) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() else -1
