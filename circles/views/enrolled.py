"""Who enrolled in a programme, for organisers."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from circles.actions.enrolments import CannotEnrol, enrol_by_hand, withdraw
from circles.forms import AppointForm
from circles.models import Enrolment, Programme
from circles.programmes.enrolment_csv import rows_of
from circles.programmes.filters import EnrolmentFilter
from circles.views.person_search import person_search
from members.actions import record
from members.http import PersonRequest, require
from members.paging import CappedPaginator

ROWS_A_PAGE = 50


@require_safe
def enrolled(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.see_enrolled")
    programme = get_object_or_404(
        Programme.objects.with_enrolled().with_withdrawn().prefetch_related("formats"), pk=pk
    )
    found = EnrolmentFilter(request.GET)
    rows = programme.enrolments.for_rows()
    if found.shows_withdrawn:
        found.queryset = rows.withdrawn().order_by("-withdrawn_at", "-pk")
    else:
        found.queryset = rows.current().order_by("-enrolled_at", "-pk")
    page = CappedPaginator(found.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    offered = {each.pk for each in programme.formats.all()}
    context = {"programme": programme, "filter": found, "page": page, "offered": offered}
    return render(request, "circles/enrolled.html", context)


@require_http_methods(["GET", "POST"])
def enrolled_add(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    programme = get_object_or_404(Programme, pk=pk)
    if request.method == "POST":
        return _add(request, programme)
    search = person_search(request)
    people = list(search.people)
    current = programme.enrolments.current().filter(person__in=people)
    context = {
        "programme": programme,
        "form": search.form,
        "words": search.words,
        "people": people,
        "enrolled": set(current.values_list("person", flat=True)),
    }
    return render(request, "circles/enrolled_add.html", context)


def _add(request: PersonRequest, programme: Programme) -> HttpResponse:
    form = AppointForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That person is no longer there. Search again.")
        return redirect("circles:enrolled_add", programme.pk)
    person = form.cleaned_data["person"]
    try:
        enrol_by_hand(programme, person, by=request.user)
    except CannotEnrol as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"{person} is enrolled in “{programme}”.")
    return redirect("circles:enrolled_add", programme.pk)


@require_http_methods(["GET", "POST"])
def enrolment_remove(request: PersonRequest, pk: int, enrolment_pk: int) -> HttpResponse:
    require(request.user, "circles.manage_programme")
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("programme", "person"), programme=pk, pk=enrolment_pk
    )
    if request.method == "GET" and not enrolment.is_withdrawn:
        return render(request, "circles/enrolment_remove.html", {"enrolment": enrolment})
    if request.method == "POST" and withdraw(enrolment, by=request.user):
        messages.success(request, f"{enrolment.person} is no longer enrolled.")
    return redirect("circles:enrolled", pk)


@require_safe
def enrolled_csv(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    require(request.user, "circles.see_enrolled")
    programme = get_object_or_404(Programme, pk=pk)
    record(request.user, "downloaded enrolments", programme, programme=pk)
    return StreamingHttpResponse(
        rows_of(programme),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="enrolled-{pk}.csv"'},
    )
