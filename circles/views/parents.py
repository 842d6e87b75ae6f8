from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.parents import clear_parent, set_parent
from circles.actions.refusals import CannotChange
from circles.forms.lifecycle import CircleChoiceForm, CircleSearchForm
from circles.lifecycle.neighbours import SHOWN, neighbours
from circles.lifecycle.parents import bond
from circles.models import Circle
from members.http import PersonRequest, require


@require_http_methods(["GET", "POST"])
def parent(request: PersonRequest, pk: int) -> HttpResponse:
    circles = Circle.objects.visible_to(request.user).for_cards().select_related("parent")
    circle = get_object_or_404(circles, pk=pk)
    require(request.user, "circles.set_parent", circle)
    if request.method == "POST":
        return _set(request, circle)
    form = CircleSearchForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    found = neighbours(circle, request.user, words)[: SHOWN + 1]
    page = {"circle": circle, "form": form, "words": words, "circles": list(found)}
    return render(request, "circles/circle_parent.html", page | {"shown": SHOWN})


def _set(request: PersonRequest, circle: Circle) -> HttpResponse:
    form = CircleChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That circle is no longer there. Search again.")
        return redirect("circles:parent", circle.pk)
    above = form.cleaned_data["circle"]
    try:
        circle = set_parent(circle, above, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect("circles:parent", circle.pk)
    tie = bond(above, circle)
    messages.success(request, f"“{above}” is the {tie.word} of “{circle}”.")
    if advice := tie.advice(above.children.open().count()):
        messages.warning(request, advice)
    return redirect(circle)


@require_POST
def parent_clear(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.set_parent", circle)
    clear_parent(circle, by=request.user)
    messages.success(request, f"“{circle}” belongs to no other circle.")
    return redirect(circle)
