from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from circles.discovery import pages as discovery
from circles.discovery.filters import CircleFilter
from circles.discovery.fit import Seeker
from circles.discovery.seeking import seeker_of
from circles.lifecycle.alumni import left_circles
from circles.models import Circle, Listing
from circles.programmes.enrolling import announced_to
from circles.rules import is_any_facilitator
from members.http import PersonRequest

PROPOSALS_SHOWN = 3


@require_safe
def circle_list(request: PersonRequest) -> HttpResponse:
    person, seeker = request.user, seeker_of(request.user)
    asked = CircleFilter(request.GET, seeker=seeker)
    found = discovery.in_order(
        asked.listings(), words=asked.words_typed, sort=asked.order, person=person, seeker=seeker
    )
    page = discovery.page_of(found, request.GET.get("page"), person=person, seeker=seeker)
    context = {
        "filter": asked,
        "page": page,
        "is_capped": found.is_capped,
        "said_nothing": seeker.said_nothing,
        "looser": asked.looser() if asked.is_used and not found.keys else [],
        "shows_own": page.number == 1 and not asked.is_used,
        "holds_circles": is_any_facilitator(person),
    }
    if context["shows_own"]:
        context["announced"] = announced_to(person)
        context["left_circles"] = left_circles(person)
        newest = Listing.objects.proposed().order_by("-created_at", "pk")
        proposed = list(newest.values_list("pk", flat=True)[:PROPOSALS_SHOWN])
        context["own"] = Circle.objects.open().joined_by(person).for_cards()
        context["proposals"] = discovery.cards(proposed, person=person, seeker=Seeker())
    return render(request, "circles/circle_list.html", context)
