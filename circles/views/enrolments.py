"""A person's own enrolments. What organisers see of them is in enrolled.py."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import enrolments as actions
from circles.actions.enrolments import CannotEnrol, withdrawn_today
from circles.forms.enrolments import EnrolForm
from circles.models import Enrolment, Programme
from circles.programmes.enrolling import circles_of, openings_for
from circles.programmes.questions import AskingForm, answer_form, answers_of
from circles.programmes.rules import circles_in_words, enrolment_in_words, seat_in_words
from members.http import PersonRequest
from members.submissions import once

CARDS_A_PAGE = 24


def open_programmes(request: PersonRequest) -> HttpResponse:
    page = Paginator(openings_for(request.user), CARDS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "circles/open_programmes.html", {"page": page})


@require_http_methods(["GET", "POST"])
@once
def enrol(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Programme.objects.visible_to(request.user).prefetch_related("formats")
    programme = get_object_or_404(visible, pk=pk)
    latest = _latest(programme, request)
    current = latest if latest and not latest.is_withdrawn else None
    form = _form(request, programme, latest)
    if request.method == "POST" and form.is_valid():
        try:
            words = _save(request, programme, current, form)
        except CannotEnrol as reason:
            form.add_error(reason.field if reason.field in form.fields else None, str(reason))
        else:
            messages.success(request, words)
            return redirect("circles:enrol", pk)
    context = _about(request, programme) | {
        "form": form,
        "enrolment": current,
        "gone": _gone_in_words(programme, current),
    }
    return render(request, "circles/enrol.html", context)


def _gone_in_words(programme: Programme, current: Enrolment | None) -> str:
    """That the format the person would like is not offered any more; nothing if it is."""
    wanted = current.format if current else None
    if wanted is None or wanted in programme.formats.all():
        return ""
    return f"“{wanted}” is no longer offered here. Any format counts for you until you choose one."


def _latest(programme: Programme, request: PersonRequest) -> Enrolment | None:
    """The current one; else the one that was withdrawn last."""
    own = programme.enrolments.of(request.user).select_related("format")
    return own.order_by(F("withdrawn_at").desc(nulls_first=True)).first()


def _form(request: PersonRequest, programme: Programme, latest: Enrolment | None) -> AskingForm:
    return answer_form(
        programme.questions,
        request.POST if request.method == "POST" else None,
        latest.answers if latest else None,
        base=EnrolForm,
        programme=programme,
        initial={"format": latest.format_id if latest else None},
    )


def _save(
    request: PersonRequest, programme: Programme, current: Enrolment | None, form: AskingForm
) -> str:
    wanted = form.cleaned_data.get("format")
    answers = answers_of(form)
    if current:
        actions.change_enrolment(current, format=wanted, answers=answers)
        return "Your answers are saved."
    actions.enrol(programme, person=request.user, format=wanted, answers=answers)
    return f"You are enrolled in “{programme}”."


def _about(request: PersonRequest, programme: Programme) -> dict[str, Any]:
    names = circles_of(request.user, [programme]).get(programme.pk, [])
    return {
        "programme": programme,
        "state": enrolment_in_words(programme),
        "seat": seat_in_words(programme),
        "own_circles": circles_in_words(names),
        "may_undo": withdrawn_today(programme, request.user) is not None,
    }


@require_http_methods(["GET", "POST"])
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    enrolment = programme.enrolments.current().of(request.user).first()
    if request.method == "GET" and enrolment:
        return render(request, "circles/withdraw.html", {"programme": programme})
    if request.method == "POST" and enrolment:
        actions.withdraw(enrolment, by=request.user)
        messages.success(request, f"You withdrew from “{programme}”. Today you can undo it here.")
    return redirect("circles:enrol", pk)


@require_POST
def enrol_again(request: PersonRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    try:
        actions.enrol_again(programme, person=request.user)
    except CannotEnrol as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"You are enrolled in “{programme}” again.")
    return redirect("circles:enrol", pk)
