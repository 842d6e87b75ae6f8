from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.http import PersonRequest, require
from members.submissions import once
from sessions_app import actions
from sessions_app.forms import CheckInForm, GoalForm
from sessions_app.http import back
from sessions_app.models import CheckIn, Goal

A_PAGE = 20
A_STEP = 10


@require_safe
def goals(request: PersonRequest) -> HttpResponse:
    mine = Goal.objects.filter(owner=request.user).select_related("circle")
    show = request.GET.get("show")
    shown = mine.settled() if show == "past" else mine.active()
    shown = shown.with_progress(request.user).with_confidence()
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    found = {
        "page": page,
        "rows": [(goal, taps_of(goal) if show == "asked" else []) for goal in page],
        "shows_past": show == "past",
        "asks": show == "asked",
    }
    return render(request, "sessions_app/goals.html", found)


@require_safe
def goal(request: PersonRequest, pk: int) -> HttpResponse:
    return _goal_page(request, pk)


@require_http_methods(["GET", "POST"])
@once
def goal_new(request: PersonRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, owner=request.user, initial={"circle": request.GET.get("circle")})
    if form.is_valid():
        try:
            goal = actions.set_goal(request.user, **form.cleaned_data)
        except actions.CannotShareGoal as reason:
            form.add_error("circle", str(reason))
        else:
            messages.success(request, "Your goal is set. Check in whenever it moves.")
            return redirect(goal)
    status = 422 if form.errors else 200
    return render(request, "sessions_app/goal_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def goal_edit(request: PersonRequest, pk: int) -> HttpResponse:
    goal = _own_goal(request, pk)
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, owner=request.user, goal=goal, initial=GoalForm.initial_of(goal))
    if form.is_valid():
        try:
            actions.change_goal(goal, **form.cleaned_data)
        except actions.CannotShareGoal as reason:
            form.add_error("circle", str(reason))
        else:
            messages.success(request, "Saved.")
            return redirect(goal)
    page = {"form": form, "goal": goal}
    return render(request, "sessions_app/goal_form.html", page, status=422 if form.errors else 200)


@require_POST
@once
def check_in(request: PersonRequest, pk: int) -> HttpResponse:
    goal = _own_goal(request, pk)
    form = CheckInForm(request.POST, goal=goal)
    if form.is_valid():
        try:
            done = actions.check_in(goal, **form.cleaned_data)
        except actions.CannotCheckIn as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _after(done))
            return back(request, goal.get_absolute_url())
    return _goal_page(request, pk, check_in_form=form)


@require_POST
def check_in_undo(request: PersonRequest, pk: int) -> HttpResponse:
    goal = _own_goal(request, pk)
    try:
        actions.take_back_check_in(goal)
    except actions.CannotCheckIn as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Taken back.")
    return back(request, goal.get_absolute_url())


@require_POST
def goal_reach(request: PersonRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.reach_goal, "Reached. Well done!")


@require_POST
def goal_let_go(request: PersonRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.let_go_goal, "Let go. You can take it up again at any time.")


@require_POST
def goal_reopen(request: PersonRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, actions.reopen_goal, "It is one of your goals again.")


def taps_of(goal: Any) -> list[tuple[int, str]]:
    """The check-ins of one tap for a goal that rests, percent and words; none before the first."""
    if not (goal.progress and goal.is_stale):
        return []
    now = goal.progress[0]
    further = min(100, now + A_STEP)
    return [(now, f"Still at {now} %")] + ([(further, f"Now at {further} %")] * (further > now))


def _own_goal(request: PersonRequest, pk: int) -> Goal:
    visible = Goal.objects.visible_to(request.user).select_related("owner", "circle")
    goal = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.edit_goal", goal)
    return goal


def _turn(request: PersonRequest, pk: int, turn: Callable[[Goal], bool], said: str) -> HttpResponse:
    goal = _own_goal(request, pk)
    if turn(goal):
        messages.success(request, said)
    return redirect(goal)


def _goal_page(
    request: PersonRequest, pk: int, check_in_form: CheckInForm | None = None
) -> HttpResponse:
    visible = Goal.objects.visible_to(request.user).with_progress(request.user)
    goal = get_object_or_404(visible.select_related("owner", "circle"), pk=pk)
    check_ins = CheckIn.objects.visible_to(request.user).filter(goal=goal)
    page = {
        "goal": goal,
        "page": Paginator(check_ins, A_PAGE).get_page(request.GET.get("page")),
        "form": check_in_form or CheckInForm.about(goal),
    }
    status = 422 if check_in_form else 200
    return render(request, "sessions_app/goal.html", page, status=status)


def _after(done: CheckIn) -> str:
    if done.percent == 100:
        return "100 %! If that was it, mark the goal as reached."
    return f"Noted: {done.percent} %."
