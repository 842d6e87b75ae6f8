from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.closing import (
    CannotSay,
    cancel_closing_round,
    day_of_closing,
    open_closing_round,
    say_closing_word,
)
from circles.actions.refusals import CannotChange
from circles.forms.lifecycle import ClosingRoundForm, ClosingWordForm
from circles.models import Circle, ClosingWord
from members.http import PersonRequest, require


@require_http_methods(["GET", "POST"])
def closing_round(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.run_closing_round", circle)
    initial = {"closes_on": circle.closes_on or day_of_closing(circle)}
    form = ClosingRoundForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            open_closing_round(circle, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, "The closing round is open, and every member is asked.")
            return redirect(circle)
    return render(request, "circles/closing_round.html", {"circle": circle, "form": form})


@require_http_methods(["GET", "POST"])
def closing_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.run_closing_round", circle)
    if request.method == "GET" and circle.closes_on:
        return render(request, "circles/closing_cancel.html", {"circle": circle})
    if request.method == "POST":
        cancel_closing_round(circle, by=request.user)
        messages.success(request, f"“{circle}” does not close. What was said stays with you.")
    return redirect(circle)


@require_http_methods(["GET", "POST"])
def closing_word(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.say_closing_word", circle)
    mine = ClosingWord.objects.filter(circle=circle, person=request.user)
    said = mine.values("takeaway", "thanks").first()
    form = ClosingWordForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_valid():
        try:
            say_closing_word(circle, person=request.user, **form.cleaned_data)
        except CannotSay as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Your circle reads it. You can change it until it closes.")
            return redirect(circle)
    return render(request, "circles/closing_word.html", {"circle": circle, "form": form})
