from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.refusals import CannotChange
from circles.actions.splits import obstacle_to_splitting, split_circle
from circles.forms.splits import SplitForm
from circles.models import Circle
from members.http import PersonRequest, require
from members.submissions import once


@require_http_methods(["GET", "POST"])
@once
def split(request: PersonRequest, pk: int) -> HttpResponse:
    circle = get_object_or_404(Circle.objects.visible_to(request.user).for_cards(), pk=pk)
    require(request.user, "circles.split_circle", circle)
    seats = list(circle.memberships.current().select_related("person").order_by("person__name"))
    form = SplitForm(
        request.POST if request.method == "POST" else None, seats=seats, held=circle.held_by
    )
    if request.method == "POST" and form.is_valid():
        name, division = form.cleaned_data["name"], form.division()
        try:
            new = split_circle(circle, name=name, division=division, by=request.user)
        except CannotChange as reason:
            form.add_error(reason.field, str(reason))
        else:
            messages.success(request, f"“{new}” has come out of “{circle}”. Its people are told.")
            _warn_of_size(request, circle, new)
            finds_it = Circle.objects.visible_to(request.user).filter(pk=new.pk).exists()
            return redirect(new if finds_it else circle)
    page = {"circle": circle, "form": form, "obstacle": obstacle_to_splitting(circle)}
    return render(request, "circles/circle_split.html", page)


def _warn_of_size(request: PersonRequest, *circles: Circle) -> None:
    version = circles[0].format_version
    for circle in circles:
        people = circle.memberships.current().count()
        if version.counts == "people" and people < version.size_min:
            words = f"“{circle}” has {people} people; its format is made for"
            messages.warning(request, f"{words} {version.size_in_words}.")
