from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from circles.actions.follow_ups import (
    CannotAnswer,
    answer_follow_up,
    resume_follow_ups,
    skip_follow_up,
    stop_follow_ups,
)
from circles.follow_ups.moments import next_moment, open_moment, today_of
from circles.follow_ups.page import asked_list, asked_seats, records_of
from circles.forms.follow_ups import FollowUpForm
from circles.models import Membership
from members.http import PersonRequest


@require_safe
def follow_ups(request: PersonRequest) -> HttpResponse:
    return render(request, "circles/follow_ups.html", {"asked": asked_list(request.user)})


@require_http_methods(["GET", "POST"])
def follow_up(request: PersonRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(asked_seats(request.user), pk=pk)
    records = records_of(request.user, seat)
    moment = open_moment(seat.joined_on, today_of(request.user))
    answer = seat.follow_ups.filter(months=moment.months).first() if moment else None
    form = FollowUpForm(
        request.POST if request.method == "POST" else None,
        initial=FollowUpForm.initial_of(answer),
        is_recorded=records.knows_the_level,
    )
    if form.is_valid():
        try:
            answer_follow_up(seat, person=request.user, **form.cleaned_data)
        except CannotAnswer as reason:
            form.add_error(None, str(reason))
        else:
            return redirect("circles:follow_up_thanks", pk)
    page = {"seat": seat, "records": records, "moment": moment, "answer": answer, "form": form}
    page["next"] = next_moment(seat.joined_on, today_of(request.user))
    return render(request, "circles/follow_up.html", page)


@require_safe
def follow_up_thanks(request: PersonRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(asked_seats(request.user), pk=pk)
    today = today_of(request.user)
    page = {
        "seat": seat,
        "moment": open_moment(seat.joined_on, today),
        "next": None if _is_stopped(seat) else next_moment(seat.joined_on, today),
    }
    return render(request, "circles/follow_up_thanks.html", page)


@require_POST
def follow_up_skip(request: PersonRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(asked_seats(request.user), pk=pk)
    try:
        skip_follow_up(seat, person=request.user)
    except CannotAnswer as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "You are not asked again this time. You can still answer below.")
    return redirect("circles:follow_ups")


@require_POST
def follow_up_stop(request: PersonRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(asked_seats(request.user), pk=pk)
    stop_follow_ups(seat, person=request.user)
    messages.success(
        request, f"You are not asked about “{seat.circle}” any more. You can undo that below."
    )
    return redirect("circles:follow_ups")


@require_POST
def follow_up_resume(request: PersonRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(asked_seats(request.user), pk=pk)
    resume_follow_ups(seat, person=request.user)
    messages.success(request, f"You are asked about “{seat.circle}” again.")
    return redirect("circles:follow_ups")


def _is_stopped(seat: Membership) -> bool:
    return seat.follow_ups.filter(is_last=True).exists()
