from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from circles.actions.merges import (
    accept_merge,
    advice_on_merging,
    ask_to_merge,
    combined,
    decline_merge,
    merge_circles,
    obstacle_to_merging,
)
from circles.actions.refusals import CannotChange
from circles.forms.lifecycle import CircleSearchForm, MergeForm
from circles.lifecycle.neighbours import SHOWN, neighbours
from circles.models import Circle, MergeRequest
from members.http import PersonRequest, require
from members.submissions import once


@require_safe
def merge(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user).for_cards(), pk=pk)
    require(request.user, "circles.merge_circle", circle)
    form = CircleSearchForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    stages = (*Circle.TAKING_MEMBERS, Circle.Stage.RENEWAL)
    found = neighbours(circle, request.user, words).filter(stage__in=stages, closes_on=None)[
        : SHOWN + 1
    ]
    page = {"circle": circle, "form": form, "words": words, "circles": list(found)}
    return render(request, "circles/circle_merge.html", page | {"shown": SHOWN})


@require_http_methods(["GET", "POST"])
@once
def merge_into(request: PersonRequest, pk: int, into_pk: int) -> HttpResponse:
    visible = Circle.objects.visible_to(request.user).for_cards()
    circle, into = get_object_or_404(visible, pk=pk), get_object_or_404(visible, pk=into_pk)
    require(request.user, "circles.merge_circle", circle)
    decides = request.user.has_perm("circles.answer_merge", into)
    form = MergeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if decides:
                merge_circles(circle, into, by=request.user)
            else:
                ask_to_merge(circle, into, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _done(circle, into, decides=decides))
            return redirect(into if decides else circle)
    page = _page(circle, into) | {"form": form, "decides": decides}
    return render(request, "circles/circle_merge_into.html", page)


def _done(circle: Circle, into: Circle, *, decides: bool) -> str:
    if decides:
        return f"The people of “{circle}” go on in “{into}”. Everyone is told."
    return f"Those who look after “{into}” are asked. Nothing changes until they say yes."


def _page(circle: Circle, into: Circle) -> dict[str, object]:
    return {
        "circle": circle,
        "into": into,
        "people": combined(circle, into),
        "obstacle": obstacle_to_merging(circle, into),
        "advice": advice_on_merging(circle, into),
    }


@require_http_methods(["GET", "POST"])
def merge_request(request: PersonRequest, pk: int) -> HttpResponse:
    known = Circle.objects.visible_to(request.user).values("pk")
    asked = get_object_or_404(
        MergeRequest.objects.filter(Q(circle__in=known) | Q(into__in=known)), pk=pk
    )
    circles = Circle.objects.for_cards().in_bulk([asked.circle_id, asked.into_id])
    asked.circle, asked.into = circles[asked.circle_id], circles[asked.into_id]
    answers = request.user.has_perm("circles.answer_merge", asked.into)
    asks = request.user.has_perm("circles.merge_circle", asked.circle)
    if not (answers or asks):
        raise PermissionDenied
    if request.method == "POST":
        return _answer(request, asked, answers=answers, asks=asks)
    page = _page(asked.circle, asked.into) | {"asked": asked, "answers": answers, "asks": asks}
    return render(request, "circles/merge_request.html", page)


def _answer(
    request: PersonRequest, asked: MergeRequest, *, answers: bool, asks: bool
) -> HttpResponse:
    said = request.POST.get("answer", "")
    if said == "accept" and answers:
        try:
            into = accept_merge(asked, by=request.user)
        except CannotChange as reason:
            messages.error(request, str(reason))
            return redirect("circles:merge_request", asked.pk)
        messages.success(request, _done(asked.circle, into, decides=True))
        return redirect(into)
    if (said == "decline" and answers) or (said == "withdraw" and asks):
        decline_merge(asked, by=request.user, as_asker=said == "withdraw")
        messages.success(request, "Both circles stay as they are.")
    return redirect(asked.into if answers else asked.circle)
