from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import CannotChange
from circles.actions import proposals as actions
from circles.forms.proposals import ChangeProposalForm, DeclineForm, ProposalForm
from circles.models import Circle
from circles.rules import is_any_facilitator
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def propose(request: PersonRequest) -> HttpResponse:
    person = request.user
    proposes = person.has_perm("circles.propose_circle")
    starts = person.has_perm("circles.start_circle") and is_any_facilitator(person)
    if not (proposes or starts):
        return render(request, "circles/proposal_none.html", status=403)
    initial = {"time_zone": person.time_zone}
    form = ProposalForm(request.POST or None, proposes=proposes, starts=starts, initial=initial)
    if request.method == "POST" and form.is_valid():
        act = actions.start_as_facilitator if form.facilitates else actions.propose_circle
        try:
            circle = act(by=person, **form.decided)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, _told(circle))
            return redirect(circle)
    return render(request, "circles/proposal_form.html", {"form": form, "starts": starts})


def _told(circle: Circle) -> str:
    if circle.stage != Circle.Stage.PROPOSED:
        return f"“{circle}” looks for members, and you facilitate it."
    others = circle.programme.supporters_needed - 1
    people = "1 more person supports" if others == 1 else f"{others} more people support"
    return f"“{circle}” is proposed. It starts when {people} it."


@require_POST
def support(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.support_circle", circle)
    try:
        circle = actions.support_circle(circle, person=request.user)
    except actions.CannotSupport as reason:
        messages.error(request, str(reason))
    else:
        has_started = circle.stage != Circle.Stage.PROPOSED
        started = f"You were the last one it took: “{circle}” has started."
        told = started if has_started else f"You support “{circle}”. We write when it starts."
        messages.success(request, told)
    return redirect(circle)


@require_POST
def unsupport(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.support_circle", circle)
    try:
        if actions.take_back_support(circle, person=request.user):
            messages.success(request, f"You no longer support “{circle}”.")
    except actions.CannotSupport as reason:
        messages.error(request, str(reason))
    return redirect(circle)


@require_http_methods(["GET", "POST"])
def edit_proposal(request: PersonRequest, pk: int) -> HttpResponse:
    rows = Circle.objects.visible_to(request.user).select_related("format_version", "programme")
    circle = get_object_or_404(rows, pk=pk)
    require(request.user, "circles.change_proposal", circle)
    form = ChangeProposalForm(request.POST or None, instance=copy(circle))
    if request.method == "POST" and form.is_valid():
        try:
            circle = actions.change_proposal(circle, by=request.user, **form.decided)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{circle}” is changed.")
            return redirect(circle)
    return render(request, "circles/proposal_form.html", {"form": form, "circle": circle})


@require_http_methods(["GET", "POST"])
@once
def withdraw_proposal(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.change_proposal", circle)
    if request.method == "GET":
        return render(request, "circles/proposal_withdraw.html", {"circle": circle})
    try:
        actions.withdraw_proposal(circle, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” is withdrawn. Its supporters are told.")
    return redirect(circle)


@require_http_methods(["GET", "POST"])
@once
def decline_proposal(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.decide_proposal", circle)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_proposal(circle, by=request.user, **form.cleaned_data)
        except CannotChange as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"“{circle}” is declined. Its supporters read your words.")
        return redirect(circle)
    return render(request, "circles/proposal_decline.html", {"form": form, "circle": circle})


@require_POST
def launch_proposal(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.decide_proposal", circle)
    try:
        actions.launch_proposal(circle, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” looks for members. Its supporters are told.")
    return redirect(circle)
