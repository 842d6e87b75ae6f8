from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.styleguide import context


@login_not_required  # because it shows sample data only, and exists only in development
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", context())
