from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from members.http import PersonRequest, require
from members.submissions import once
from sessions_app import actions
from sessions_app.forms import CaseNoteForm, DiscussionNoteForm
from sessions_app.models import CaseNote, DiscussionNote
from sessions_app.presenters import case_note_people, first_presenter
from sessions_app.views.meeting import visible_meeting

A_PAGE = 20


@require_http_methods(["GET", "POST"])
@once
def discussion_note_new(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.write_discussion_note", meeting)
    form = DiscussionNoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.write_discussion_note(meeting, by=request.user, **form.cleaned_data)
        except actions.CannotNote as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Noted. Your circle reads it.")
            return redirect(f"{meeting.get_absolute_url()}#notes")
    page = {"form": form, "meeting": meeting, "heading": "Write a note of the discussion"}
    return render(request, "sessions_app/note_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def discussion_note_delete(request: PersonRequest, pk: int) -> HttpResponse:
    visible = DiscussionNote.objects.visible_to(request.user).select_related("meeting__circle")
    note = get_object_or_404(visible, pk=pk)
    require(request.user, "sessions_app.delete_discussion_note", note.meeting)
    if request.method != "POST":
        return render(request, "sessions_app/discussion_note_delete.html", {"note": note})
    actions.delete_discussion_note(note)
    messages.success(request, "The note is deleted.")
    return redirect(f"{note.meeting.get_absolute_url()}#notes")


@require_safe
def case_notes(request: PersonRequest) -> HttpResponse:
    mine = CaseNote.objects.visible_to(request.user).select_related("meeting__circle")
    rows = mine.order_by("-meeting__starts_at", "-meeting", "written_at", "pk")
    page = {"page": Paginator(rows, A_PAGE).get_page(request.GET.get("page"))}
    return render(request, "sessions_app/case_notes.html", page)


@require_http_methods(["GET", "POST"])
@once
def case_note_new(request: PersonRequest, pk: int) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    require(request.user, "sessions_app.write_case_note", meeting)
    people = case_note_people(meeting)
    initial = {"presenter": first_presenter(meeting)}
    data = request.POST if request.method == "POST" else None
    form = CaseNoteForm(data, people=people, initial=initial)
    if form.is_valid():
        presenter, text = form.chosen(), form.cleaned_data["text"]
        try:
            actions.write_case_note(meeting, presenter=presenter, text=text, by=request.user)
        except actions.CannotNote as reason:
            form.add_error(None, str(reason))
        else:
            whose = "you read" if presenter == request.user else f"{presenter.short_name} reads"
            messages.success(request, f"Only {whose} this now.")
            return redirect(meeting)
    page = {"form": form, "meeting": meeting, "heading": "Write a note for a presenter"}
    return render(request, "sessions_app/note_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def case_note_destroy(request: PersonRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(CaseNote.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return render(request, "sessions_app/case_note_destroy.html", {"note": note})
    actions.destroy_case_note(note, presenter=request.user)
    messages.success(request, "The note is destroyed.")
    return redirect("meetings:case_notes")


@require_http_methods(["GET", "POST"])
def case_notes_destroy(request: PersonRequest) -> HttpResponse:
    number = CaseNote.objects.visible_to(request.user).count()
    if request.method != "POST":
        return render(request, "sessions_app/case_note_destroy.html", {"number": number})
    actions.destroy_case_notes(request.user)
    messages.success(request, "All your case notes are destroyed.")
    return redirect("meetings:case_notes")
