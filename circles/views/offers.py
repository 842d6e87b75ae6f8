from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from circles.actions.offers import (
    CannotAccept,
    CannotOffer,
    accept_offer,
    decline_offer,
    offer_seat,
    withdraw_offer,
)
from circles.forms.joining import InviteForm
from circles.models import Circle, Offer
from circles.views.join_answers import refused, to_circle
from circles.views.joining_people import people_page
from members.http import PersonRequest, require


@require_safe
def offer(request: PersonRequest, pk: int) -> HttpResponse:
    mine = Offer.objects.of(request.user).select_related(
        "made_by", "circle__programme", "circle__format_version__format"
    )
    offer = get_object_or_404(mine, pk=pk)
    exists = Circle.objects.visible_to(request.user).filter(pk=offer.circle_id).exists()
    context = {"offer": offer, "circle": offer.circle, "circle_exists": exists}
    return render(request, "circles/offer.html", context)


@require_POST
@vary_on_headers("HX-Request")
def offer_accept(request: PersonRequest, pk: int) -> HttpResponse:
    mine = Offer.objects.of(request.user).select_related("circle", "moves_from")
    offer = get_object_or_404(mine, pk=pk)
    try:
        accept_offer(offer)
    except CannotAccept as reason:
        return refused(request, offer.circle, reason)
    messages.success(request, f"You have a seat in “{offer.circle}”. Welcome.")
    return to_circle(request, offer.circle)


@require_POST
@vary_on_headers("HX-Request")
def offer_decline(request: PersonRequest, pk: int) -> HttpResponse:
    mine = Offer.objects.of(request.user).select_related("circle")
    offer = get_object_or_404(mine, pk=pk)
    decline_offer(offer)
    messages.success(request, "You declined. The seat goes to someone else.")
    return to_circle(request, offer.circle)


@require_POST
def invite(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user), pk=pk)
    require(request.user, "circles.invite_people", circle)
    form = InviteForm(request.POST)
    if form.is_valid():
        person, message = form.cleaned_data["person"], form.cleaned_data["message"]
        try:
            offer_seat(circle, person, reason="invitation", by=request.user, message=message)
        except CannotOffer as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"{person} is invited, and a seat is held until they answer.")
            return redirect("circles:people", circle.pk)
    return people_page(request, circle, form=form)


@require_POST
def offer_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    known = Circle.objects.visible_to(request.user).values("pk")
    offers = Offer.objects.filter(circle__in=known).select_related("circle", "person")
    offer = get_object_or_404(offers, pk=pk)
    require(request.user, "circles.invite_people", offer.circle)
    try:
        withdraw_offer(offer, by=request.user)
    except CannotOffer as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"The seat is no longer held for {offer.person}.")
    return redirect("circles:people", offer.circle_id)
