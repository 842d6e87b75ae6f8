from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.models import Circle
from members.http import PersonRequest, require
from members.submissions import once
from sessions_app import actions
from sessions_app.forms import TopicForm
from sessions_app.http import back, meeting_named
from sessions_app.models import Topic

A_PAGE = 20


@require_safe
def topics(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.read_content", circle)
    mine = Topic.objects.visible_to(request.user).filter(circle=circle)
    shows_past = request.GET.get("show") == "past"
    shown = mine.past() if shows_past else mine.waiting()
    rows = shown.select_related("owner", "commitment", "meeting")
    page = {
        "circle": circle,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "shows_past": shows_past,
        "runs": request.user.has_perm("sessions_app.run_topics", circle),
    }
    return render(request, "sessions_app/topics.html", page)


@require_http_methods(["GET", "POST"])
@once
def topic_new(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "sessions_app.raise_topic", circle)
    form = TopicForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.raise_topic(circle, owner=request.user, **form.cleaned_data)
        except actions.CannotRaise as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Your circle sees it. The next free hot seat can be yours.")
            return redirect("meetings:topics", circle.pk)
    page = {"form": form, "circle": circle}
    return render(request, "sessions_app/topic_form.html", page, status=422 if form.errors else 200)


@require_POST
def topic_take(request: PersonRequest, pk: int) -> HttpResponse:
    topic = _topic(request, pk, "sessions_app.take_topic")
    meeting = meeting_named(request, request.POST.get("meeting", ""))
    try:
        taken = actions.take_up(topic, meeting=meeting)
        messages.success(request, f"Taken up: it is on the hot seat of {taken.meeting}.")
    except actions.CannotTakeUp as reason:
        messages.error(request, str(reason))
    return _back(request, topic)


@require_POST
def topic_drop(request: PersonRequest, pk: int) -> HttpResponse:
    topic = _topic(request, pk, "sessions_app.edit_topic")
    return _turn(request, topic, actions.let_go, "Let go. You can open it again at any time.")


@require_POST
def topic_reopen(request: PersonRequest, pk: int) -> HttpResponse:
    topic = _topic(request, pk, "sessions_app.take_topic")
    return _turn(request, topic, actions.reopen, "It waits for a hot seat again.")


def _topic(request: PersonRequest, pk: int, permission: str) -> Topic:
    visible = Topic.objects.visible_to(request.user).select_related("circle", "owner")
    topic = get_object_or_404(visible, pk=pk)
    require(request.user, permission, topic)
    return topic


def _turn(
    request: PersonRequest, topic: Topic, turn: Callable[[Topic], Topic], said: str
) -> HttpResponse:
    turn(topic)
    messages.success(request, said)
    return _back(request, topic)


def _back(request: PersonRequest, topic: Topic) -> HttpResponse:
    return back(request, reverse("meetings:topics", args=[topic.circle_id]))
