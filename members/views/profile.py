from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from members import actions
from members.forms import ProfileForm
from members.http import PersonRequest
from members.models import Member, RoleGrant


@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    # A row of its own: what is typed wrong must not stand in the page's header.
    person = Member.objects.select_related("unit").get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("members:profile")
    context = {
        "form": form,
        "person": request.user,
        "unit": person.unit,
        "grants": RoleGrant.objects.current().filter(person=request.user),
        "has_password": request.user.has_usable_password(),
        "has_second_step": is_mfa_enabled(request.user),
    }
    return render(request, "members/profile.html", context)


@require_http_methods(["GET", "POST"])
def sign_out_everywhere(request: PersonRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "members/sign_out_everywhere.html")
    actions.sign_out_everywhere(request.user)
    logout(request)
    messages.success(request, "You are signed out everywhere.")
    return redirect("account_login")
