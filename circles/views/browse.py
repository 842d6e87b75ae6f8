from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from circles.alumni import left_circles
from circles.enrolling import announced_to
from circles.filters import CircleFilter
from circles.models import Circle
from circles.rules import is_any_facilitator
from members.http import PersonRequest

CARDS_A_PAGE = 24


def circle_list(request: PersonRequest) -> HttpResponse:
    found = CircleFilter(request.GET, Circle.objects.listed().for_cards())
    page = Paginator(found.qs, CARDS_A_PAGE).get_page(request.GET.get("page"))
    shows_own = page.number == 1 and not found.is_used
    own = Circle.objects.open().joined_by(request.user).for_cards() if shows_own else None
    context = {
        "filter": found,
        "page": page,
        "shows_own": shows_own,
        "announced": announced_to(request.user) if shows_own else [],
        "own": own,
        "left_circles": left_circles(request.user) if shows_own else [],
        "holds_circles": is_any_facilitator(request.user),
    }
    return render(request, "circles/circle_list.html", context)
