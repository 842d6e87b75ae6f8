from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.refusals import CannotChange
from circles.actions.renewals import CannotVote, cast_ballot, open_vote, renew_circle
from circles.forms.lifecycle import BallotForm
from circles.lifecycle.ballots import counts_for, vote_as_seen_by
from circles.lifecycle.terms import next_term
from circles.models import Circle
from members.http import PersonRequest, require


@require_http_methods(["GET", "POST"])
def renewal(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.see_renewal", circle)
    if request.method == "POST":
        require(request.user, "circles.vote_renewal", circle)
    seen = vote_as_seen_by(request.user, circle)
    initial = {"choice": seen.mine} if seen else {}
    form = BallotForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            vote = cast_ballot(circle, person=request.user, choice=form.cleaned_data["choice"])
        except CannotVote as reason:
            messages.error(request, str(reason))
            return redirect("circles:renewal", circle.pk)
        messages.success(request, _thanks(is_over=vote.closed_at is not None))
        return redirect("circles:renewal", circle.pk)
    counts = counts_for(request.user, seen.vote) if seen else []
    page = {"circle": circle, "seen": seen, "form": form, "counts": counts}
    return render(request, "circles/renewal.html", page)


def _thanks(*, is_over: bool) -> str:
    if is_over:
        return "Your vote counts. Everyone has voted, so the vote is over."
    return "Your vote counts. You can change it here until the vote is over."


@require_http_methods(["GET", "POST"])
def renewal_open(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.open_renewal", circle)
    if request.method == "GET":
        return render(request, "circles/renewal_open.html", {"circle": circle})
    try:
        open_vote(circle, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The vote is open, and every member is asked.")
    return redirect(circle)


@require_http_methods(["GET", "POST"])
def renew(request: PersonRequest, pk: int) -> HttpResponse:
    circles = Circle.objects.visible_to(request.user).select_related("programme")
    circle = get_object_or_404(circles, pk=pk)
    require(request.user, "circles.renew_circle", circle)
    over_vote = request.user.has_perm("circles.manage_circle", circle)
    if request.method == "GET":
        is_open = circle.renewal_votes.open().exists()
        page = {"circle": circle, "until": next_term(circle), "ends_vote": is_open and over_vote}
        return render(request, "circles/circle_renew.html", page)
    try:
        renew_circle(circle, by=request.user, over_vote=over_vote)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"“{circle}” goes on.")
    return redirect(circle)
