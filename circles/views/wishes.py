from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.wishes import change_wishes
from circles.forms.wishes import WishesForm
from members.http import PersonRequest


@require_http_methods(["GET", "POST"])
def wishes(request: PersonRequest) -> HttpResponse:
    form = WishesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        change_wishes(request.user, **form.cleaned_data)
        messages.success(request, "Saved. Circles that fit come first now, with the reasons.")
        return redirect("circles:list")
    return render(request, "circles/wishes.html", {"form": form})
