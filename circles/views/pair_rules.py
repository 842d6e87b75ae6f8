from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions.formation_setup import add_pair_rule, remove_pair_rule
from circles.actions.refusals import CannotChange
from circles.forms.formation import PairForm, PairSearchForm
from circles.models import PairRule, Programme
from members.http import PersonRequest, require
from members.models import Member

PEOPLE_SHOWN, RULES_A_PAGE = 6, 50


@require_http_methods(["GET", "POST"])
def pair_rules(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, "circles.form_circles")
    programme = get_object_or_404(Programme, pk=pk)
    if request.method == "POST":
        return _add(request, programme)
    form = PairSearchForm(request.GET if "first" in request.GET else None)
    rows = programme.pair_rules.select_related("one", "other").order_by("-pk")
    context: dict[str, Any] = {
        "programme": programme,
        "form": form,
        "page": Paginator(rows, RULES_A_PAGE).get_page(request.GET.get("page")),
    }
    if form.is_valid():
        context |= {
            "searched": True,
            "first": _found(form.cleaned_data["first"]),
            "second": _found(form.cleaned_data["second"]),
        }
    return render(request, "circles/pair_rules.html", context)


def _found(words: str) -> list[Member]:
    people = Member.objects.current().select_related("unit")
    return list(people.matching(words)[:PEOPLE_SHOWN])


def _add(request: PersonRequest, programme: Programme) -> HttpResponse:
    form = PairForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one person on each side, and what holds for them.")
        return redirect("circles:pair_rules", programme.pk)
    pair = form.cleaned_data
    try:
        add_pair_rule(programme, pair["one"], pair["other"], kind=pair["kind"], by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
    else:
        how = "in one circle" if pair["kind"] == PairRule.Kind.TOGETHER else "never in one circle"
        messages.success(request, f"{pair['one']} and {pair['other']}: {how}.")
    return redirect("circles:pair_rules", programme.pk)


@require_POST
def pair_rule_remove(request: PersonRequest, pk: int, rule_pk: int) -> HttpResponse:
    require(request.user, "circles.form_circles")
    rules = PairRule.objects.select_related("one", "other", "programme").filter(programme=pk)
    rule = get_object_or_404(rules, pk=rule_pk)
    remove_pair_rule(rule, by=request.user)
    messages.success(request, f"The rule about {rule.one} and {rule.other} is removed.")
    return redirect("circles:pair_rules", pk)
