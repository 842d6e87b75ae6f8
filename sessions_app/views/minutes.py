from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from members.http import PersonRequest, require
from members.submissions import once
from sessions_app import actions
from sessions_app.forms import DecisionForm, RecapForm
from sessions_app.models import Decision, Meeting
from sessions_app.recap_facts import recap_draft
from sessions_app.views.meeting import meeting_page, visible_meeting

DRAFT_SAVED = "Draft saved. Only the circle’s facilitators see it until you share it."


@require_POST
@once
def decision_add(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.write_decision", meeting)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            actions.write_decision(meeting, by=request.user, **form.cleaned_data)
        except actions.CannotWrite as reason:
            form.add_error("text", str(reason))
        else:
            messages.success(request, "Decision written down.")
            return redirect(f"{meeting.get_absolute_url()}#decisions")
    return meeting_page(request, pk, decision_form=form)


@require_http_methods(["GET", "POST"])
def decision_remove(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Decision.objects.visible_to(request.user).select_related("meeting__circle")
    decision = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.write_decision", decision.meeting)
    if request.method != "POST":
        return render(request, "sessions_app/decision_remove.html", {"decision": decision})
    actions.remove_decision(decision)
    messages.success(request, "The decision is removed.")
    return redirect(f"{decision.meeting.get_absolute_url()}#decisions")


@require_http_methods(["GET", "POST"])
def decision_edit(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Decision.objects.visible_to(request.user).select_related("meeting__circle")
    decision = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.write_decision", decision.meeting)
    initial = {"text": decision.text, "for_newcomers": decision.for_newcomers}
    form = DecisionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.correct_decision(decision, **form.cleaned_data)
        messages.success(request, "The decision is corrected.")
        return redirect(f"{decision.meeting.get_absolute_url()}#decisions")
    page = {"form": form, "meeting": decision.meeting, "heading": "Correct a decision"}
    return render(request, "sessions_app/note_form.html", page, status=422 if form.errors else 200)


@require_POST
def decision_tell(request: PersonRequest, pk: int) -> HttpResponse:
    visible = Decision.objects.visible_to(request.user).select_related("meeting__circle")
    decision = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.write_decision", decision.meeting)
    told = request.POST.get("told") == "yes"
    actions.tell_newcomers(decision, told=told)
    words = "Newcomers read it too from now on." if told else "Newcomers no longer read it."
    messages.success(request, words)
    return redirect(f"{decision.meeting.get_absolute_url()}#decisions")


@require_http_methods(["GET", "POST"])
def recap(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.write_recap", meeting)
    data = request.POST if request.method == "POST" else None
    draft = recap_draft(meeting, request.user) if _wants_draft(request, meeting) else ""
    form = RecapForm.about(meeting, data, draft=draft)
    theirs = _save(request, meeting, form)
    if form.is_bound and not form.errors:
        messages.success(request, "Recap corrected." if meeting.recap_is_shared else DRAFT_SAVED)
        return redirect(meeting)
    return _recap_page(request, meeting, form, theirs)


@require_POST
def recap_share(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.write_recap", meeting)
    form = RecapForm.about(meeting, request.POST)
    theirs = _save(request, meeting, form)
    if form.is_valid():
        try:
            actions.share_recap(meeting)
        except actions.CannotShare as reason:
            form.add_error("text", str(reason))
        else:
            messages.success(request, "Shared. Everyone in the circle gets the recap by mail.")
            return redirect(meeting)
    return _recap_page(request, meeting, form, theirs)


def _wants_draft(request: PersonRequest, meeting: Meeting) -> bool:
    """While nothing is written, and whenever somebody asks for it."""
    if meeting.recap_is_shared or request.method == "POST":
        return False
    return not meeting.recap or "draft" in request.GET


def _save(request: PersonRequest, meeting: Meeting, form: RecapForm) -> Meeting | None:
    """Keep what a valid form holds; returns the meeting as somebody else changed it meanwhile."""
    if not form.is_valid():
        return None
    text, based_on = form.cleaned_data["text"], form.cleaned_data["based_on"] or None
    try:
        actions.save_recap(meeting, text, by=request.user, based_on=based_on)
    except actions.CannotWrite as reason:
        form.add_error("text", str(reason))
    except actions.RecapChanged as changed:
        form.add_error("text", str(changed))
        return changed.meeting
    return None


def _recap_page(
    request: PersonRequest, meeting: Meeting, form: RecapForm, theirs: Meeting | None
) -> HttpResponse:
    page = {
        "form": form,
        "meeting": meeting,
        "is_drafted": form.is_drafted,
        "theirs": theirs,
        "version": (theirs or meeting).recap_version,
    }
    status = 422 if form.errors else 200
    return render(request, "sessions_app/recap.html", page, status=status)
