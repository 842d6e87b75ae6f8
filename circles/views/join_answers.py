from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from circles.models import Circle
from circles.parts import circle_parts
from members.http import PersonRequest


def refused(request: PersonRequest, circle: Circle, reason: Exception | str) -> HttpResponse:
    """Say why not, on the circle's page: with htmx its join box and ring as they are now."""
    messages.error(request, str(reason))
    page = Circle.objects.visible_to(request.user).for_cards().filter(pk=circle.pk).first()
    if not request.htmx or page is None:
        return to_circle(request, circle)
    return render(request, "circles/circle_parts.html#refused", circle_parts(page, request.user))


def to_circle(request: PersonRequest, circle: Circle) -> HttpResponse:
    """Open the circle's page anew; the list of circles, where it exists no longer for them."""
    exists = Circle.objects.visible_to(request.user).filter(pk=circle.pk).exists()
    url = circle.get_absolute_url() if exists else reverse("circles:list")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
