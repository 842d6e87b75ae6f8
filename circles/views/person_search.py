"""Finding a person by name, as several pages offer it to whoever may choose one."""

from dataclasses import dataclass
from typing import Any

from circles.forms.facilitators import PersonSearchForm
from members.http import PersonRequest
from members.models import Member, MemberQuerySet

PEOPLE_SHOWN = 20


@dataclass(frozen=True)
class PersonSearch:
    """What was looked for, and who was found: one more than is shown tells that there are more."""

    form: PersonSearchForm
    words: str
    people: MemberQuerySet

    @property
    def context(self) -> dict[str, Any]:
        return dict(vars(self))


def person_search(request: PersonRequest) -> PersonSearch:
    """The search in the address, among people who are here; nobody before anything is typed."""
    form = PersonSearchForm(request.GET if "words" in request.GET else None)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    people: MemberQuerySet = Member.objects.current().select_related("unit")
    found = people.matching(words)[: PEOPLE_SHOWN + 1] if words else people.none()
    return PersonSearch(form, words, found)
