from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles import gates
from circles.actions.activation import CannotRecord, record_gate, steps_of, take_back_gate
from circles.charters.recognition import statements
from circles.forms.charter import RecognitionForm
from circles.models import Circle, GateRecord
from circles.views.charter import in_force, read_circle
from members.http import PersonRequest, require
from members.models import Member

KINDS = (gates.TRAININGS, gates.RECOGNITION_TEST)


@dataclass(frozen=True)
class Cell:
    """One thing that one member does: what a press on it means, and when it was done."""

    value: str
    words: str
    done: GateRecord | None


@require_safe
def overview(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    records = request.user.has_perm("circles.record_gates", circle)
    everyone = gates.members_asked(circle)
    shown = [each for each in everyone if records or each == request.user]
    forming = circle.stage == Circle.Stage.FORMING
    page = {
        "circle": circle,
        "records": records,
        "trainings": range(1, gates.trainings_asked(circle) + 1),
        "asks_for_test": gates.asks_for_test(circle),
        "rows": _rows(circle, request.user, shown),
        "people": len(everyone),
        "steps": gates.steps(circle) if forming else [],
        "asked_later": gates.asked_later(circle),
    }
    return render(request, "circles/gates.html", page)


def _rows(circle: Circle, viewer: Member, people: list[Member]) -> list[tuple[Member, list[Cell]]]:
    visible = GateRecord.objects.visible_to(viewer).filter(circle=circle)
    noted = {(each.person_id, each.kind, each.step): each for each in visible}
    names = {gates.TRAININGS: "Training {}", gates.RECOGNITION_TEST: "Test on the rules"}
    return [
        (
            person,
            [
                Cell(
                    f"{kind}:{person.pk}:{step}",
                    names[kind].format(step),
                    noted.get((person.pk, kind, step)),
                )
                for kind in KINDS
                for step in range(1, steps_of(circle, kind) + 1)
            ],
        )
        for person in people
    ]


@require_POST
def record(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    require(request.user, "circles.record_gates", circle)
    undoes = "undo" in request.POST
    kind, _, rest = request.POST.get("undo" if undoes else "done", "").partition(":")
    who, _, step = rest.partition(":")
    if not (kind in KINDS and _is_number(who) and _is_number(step)):
        messages.error(request, "That did not arrive whole. Press it once more.")
        return redirect("circles:gates", circle.pk)
    seated = circle.memberships.order_by().values("person")
    person = get_object_or_404(Member.objects.filter(pk__in=seated), pk=int(who))
    try:
        act = take_back_gate if undoes else record_gate
        act(circle, kind, person=person, step=int(step), by=request.user)
    except CannotRecord as reason:
        messages.error(request, str(reason))
    return redirect("circles:gates", circle.pk)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


@require_http_methods(["GET", "POST"])
def recognition_test(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    if not gates.asks_for_test(circle):
        raise Http404
    require(request.user, "circles.take_test", circle)
    charter = in_force(circle, request.user)
    if charter is None:
        return render(request, "circles/recognition_test.html", {"circle": circle})
    passed = GateRecord.objects.visible_to(request.user).filter(
        circle=circle, kind=gates.RECOGNITION_TEST, person=request.user
    )
    asked = statements(charter, request.user.pk)
    form = RecognitionForm(request.POST or None, statements=asked)
    if request.method == "POST" and form.is_valid():
        record_gate(circle, gates.RECOGNITION_TEST, person=request.user, step=1, by=request.user)
        messages.success(request, "All right: you know the rules. Only the day is kept.")
        return redirect(circle)
    page = {"circle": circle, "charter": charter, "form": form, "passed": passed.first()}
    status = 422 if form.errors else 200
    return render(request, "circles/recognition_test.html", page, status=status)
