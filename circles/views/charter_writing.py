from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.charter import CharterChanged, publish_charter
from circles.actions.refusals import CannotChange
from circles.charters import diff as charter_diff
from circles.charters.text import LIMITS, Clause, clauses_of, draft, settled
from circles.forms.charter import CharterForm, ClauseFormSet, clause_forms
from circles.models import Charter, Circle
from circles.views.charter import in_force, read_circle
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def charter_write(request: PersonRequest, pk: int) -> HttpResponse:
    circle = read_circle(request.user, pk)
    require(request.user, "circles.write_charter", circle)
    charter = in_force(circle, request.user)
    data = request.POST if request.method == "POST" else None
    step = request.POST.get("step", "")
    form = CharterForm(data, initial=_initial(charter))
    if data is not None and step == "add":
        data = _with_one_more(data)
    clauses = clause_forms(draft(circle, charter), data)
    if data is None or step == "add":
        return _page(request, circle, charter, form, clauses)
    if not (form.is_valid() and clauses.is_valid()):
        return _page(request, circle, charter, form, clauses, status=422)
    if step == "preview":
        return _page(request, circle, charter, form, clauses, preview=_settled(form, clauses))
    return _publish(request, circle, form, clauses)


def _publish(
    request: PersonRequest, circle: Circle, form: CharterForm, clauses: ClauseFormSet
) -> HttpResponse:
    try:
        charter = publish_charter(circle, clauses.written, by=request.user, **form.cleaned_data)
    except CharterChanged as changed:
        form.add_error(None, str(changed))
        return _page(
            request, circle, changed.charter, form, clauses, status=422,
            preview=_settled(form, clauses), was_changed=True,
        )  # fmt: skip
    except CannotChange as reason:
        form.add_error(None, str(reason))
        return _page(request, circle, in_force(circle, request.user), form, clauses, status=422)
    messages.success(
        request,
        f"Version {charter.number} is published, and everyone is asked to sign it. "
        "Now sign it yourself.",
    )
    return redirect("circles:charter_sign", circle.pk)


def _page(
    request: PersonRequest,
    circle: Circle,
    charter: Charter | None,
    form: CharterForm,
    clauses: ClauseFormSet,
    **shown: Any,
) -> HttpResponse:
    """The draft as it stands; with a preview, the text it would be and how it differs."""
    status, preview = shown.pop("status", 200), shown.get("preview")
    if preview and charter:
        shown["changes"] = charter_diff.changes(clauses_of(charter.clauses), preview)
    page = {
        "circle": circle,
        "charter": charter,
        "form": form,
        "clauses": clauses,
        "limits": LIMITS,
        "based_on": charter.number if charter else 0,
        **shown,
    }
    return render(request, "circles/charter_write.html", page, status=status)


def _initial(charter: Charter | None) -> dict[str, Any]:
    if charter is None:
        return {}
    return {
        "keeps_discussion_notes": charter.keeps_discussion_notes,
        "senior_speaks_last": charter.senior_speaks_last,
    }


def _with_one_more(data: Any) -> Any:
    """What was sent, with a further empty clause."""
    more = data.copy()
    try:
        more["clause-TOTAL_FORMS"] = str(int(data.get("clause-TOTAL_FORMS", "0")) + 1)
    except ValueError:
        return data
    return more


def _settled(form: CharterForm, clauses: ClauseFormSet) -> list[Clause]:
    return settled(
        clauses.written,
        keeps_discussion_notes=form.cleaned_data["keeps_discussion_notes"],
        senior_speaks_last=form.cleaned_data["senior_speaks_last"],
    )
