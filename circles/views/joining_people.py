from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from circles.forms.joining import InviteForm
from circles.models import Application, Circle, Leave, Offer
from circles.views.person_search import person_search
from members.http import PersonRequest, require
from members.models import Member, MemberQuerySet

ANSWERS_SHOWN, LINE_SHOWN = 10, 100


@require_safe
def people(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.invite_people", circle)
    return people_page(request, circle)


def people_page(
    request: PersonRequest, circle: Circle, *, form: InviteForm | None = None
) -> HttpResponse:
    """Who is offered a seat, asks for one, waits for one, or is away; and whom to invite."""
    circle = Circle.objects.for_cards().get(pk=circle.pk)
    search = person_search(request)
    chosen = _chosen(request, form)
    context = {
        "circle": circle,
        "search": search.form,
        "words": search.words,
        "found": search.people,
        "chosen": chosen,
        "form": form or (InviteForm(initial={"person": chosen.pk}) if chosen else None),
        **_joining(circle, request.user),
    }
    status = 422 if form and form.errors else 200
    return render(request, "circles/people.html", context, status=status)


def _chosen(request: PersonRequest, form: InviteForm | None) -> Member | None:
    asked = form["person"].value() if form else request.GET.get("person", "")
    if not str(asked or "").isdecimal() or len(str(asked)) > 18:
        return None
    people: MemberQuerySet = Member.objects.current()
    return people.filter(pk=asked).first()


def _joining(circle: Circle, person: Member) -> dict[str, Any]:
    offers = Offer.objects.filter(circle=circle).select_related("person")
    applications = Application.objects.open().filter(circle=circle)
    readable = applications.visible_to(person).select_related("person").exclude(person=person)
    line = circle.waitlist.waiting().select_related("person")
    away = Leave.objects.current().filter(membership__circle=circle, membership__left_on=None)
    offered = list(offers.open().order_by("expires_at"))
    return {
        "offers": offered,
        "answered": list(offers.exclude(state="open").order_by("-answered_at")[:ANSWERS_SHOWN]),
        "applications": list(readable),
        "asking": applications.count(),
        "line": list(line[:LINE_SHOWN]),
        "offered_to": {offer.person_id for offer in offered},
        "away": list(away.select_related("membership__person").order_by("back_by")),
    }
