from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from circles.actions import CannotChange
from circles.actions.demand import meet_demand
from circles.models import Format, Programme
from members.http import PersonRequest, require
from members.submissions import once


@require_POST
@once
def demand_meet(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    require(request.user, "circles.meet_demand")
    programme = get_object_or_404(Programme, pk=pk)
    of_format = get_object_or_404(Format, key=key)
    try:
        circle = meet_demand(programme, of_format, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(programme)
    offered = circle.offers.open().count()
    words = f"“{circle}” is set up, and {offered} people who wait are offered a seat in turn."
    messages.success(request, words)
    return redirect(circle)
