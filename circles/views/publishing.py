from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from circles.actions.formation_publish import publish_formation, summary_of
from circles.actions.refusals import CannotChange
from circles.views.formations import FORMS_CIRCLES, formation_or_404
from members.http import PersonRequest, require
from members.submissions import once
from members.words import count_in_words

NAMES_SHOWN = 5


@require_http_methods(["GET", "POST"])
@once
def formation_publish(request: PersonRequest, pk: int) -> HttpResponse:
    require(request.user, FORMS_CIRCLES)
    formation = formation_or_404(pk)
    if request.method == "GET":
        if not formation.can_be_changed:
            return redirect(formation)
        context = {"formation": formation, "summary": summary_of(formation)}
        return render(request, "circles/formation_publish.html", context)
    try:
        published = publish_formation(formation, by=request.user)
    except CannotChange as reason:
        messages.error(request, str(reason))
        return redirect(formation)
    if published.circles:
        circles = count_in_words(published.circles, one="circle is", many="circles are")
        people = count_in_words(published.people, one="person is", many="people are")
        messages.success(request, f"{circles} published; {people} invited.")
    if gone := published.gone:
        names = ", ".join(person.name for person in gone[:NAMES_SHOWN])
        more = f" and {len(gone) - NAMES_SHOWN} more" if len(gone) > NAMES_SHOWN else ""
        words = f"Not invited, because they left, withdrew or found a seat: {names}{more}."
        messages.warning(request, words)
    return redirect(formation)
