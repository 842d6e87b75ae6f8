from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from circles.actions.questions import (
    add_question,
    change_question,
    move_question,
    remove_question,
)
from circles.actions.refusals import CannotChange
from circles.forms.questions import QuestionForm, initial_of
from circles.models import Programme
from circles.programmes.questions import MOST_QUESTIONS, Question, answer_form, read_questions
from members.http import PersonRequest, require
from members.submissions import once

DIRECTIONS = {"up": -1, "down": 1}


def questions(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    return render(request, "circles/questions.html", _questionnaire(programme))


def _questionnaire(programme: Programme) -> dict[str, Any]:
    asked = read_questions(programme.questions)
    return {
        "programme": programme,
        "questions": asked,
        "is_full": len(asked) >= MOST_QUESTIONS,
        "preview": answer_form(asked, auto_id="preview_%s"),
    }


@require_http_methods(["GET", "POST"])
@once
def question_new(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_question(programme, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, "The question is added.")
            return redirect("circles:questions", pk)
    return render(request, "circles/question_form.html", {"programme": programme, "form": form})


@require_http_methods(["GET", "POST"])
def question_edit(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    question = _question(programme, key)
    form = QuestionForm(request.POST or None, initial=initial_of(question))
    if request.method == "POST" and form.is_valid():
        try:
            change_question(programme, key, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, "The question is changed. Answers that were given stay.")
            return redirect("circles:questions", pk)
    context = {"programme": programme, "form": form, "question": question}
    return render(request, "circles/question_form.html", context)


@require_http_methods(["GET", "POST"])
def question_remove(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    if request.method == "GET":
        context = {"programme": programme, "question": _question(programme, key)}
        return render(request, "circles/question_remove.html", context)
    try:
        remove_question(programme, key, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The question is removed. Answers that were given stay.")
    return redirect("circles:questions", pk)


def _question(programme: Programme, key: str) -> Question:
    asked = read_questions(programme.questions)
    question = next((each for each in asked if each.key == key), None)
    if question is None:
        raise Http404
    return question


@require_POST
@vary_on_headers("HX-Request")
def question_move(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    places = DIRECTIONS.get(request.POST.get("direction", ""), 0)
    try:
        move_question(programme, key, places=places, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    if not request.htmx:
        return redirect("circles:questions", pk)
    return render(request, "circles/questions.html#moved", _questionnaire(programme))
