from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from circles.models import Interest, Theme, Wishes
from members.models import Member

Kind = Interest.Kind


@transaction.atomic
def change_wishes(
    person: Member,
    *,
    wants: Iterable[Theme],
    offers: Iterable[Theme],
    languages: list[str],
    where: str,
    place: str,
    hours: list[int],
) -> Wishes:
    """Write down what the person looks for, in place of what they said before."""
    said = {"languages": languages, "where": where, "place": place, "hours": hours}
    wishes, _ = Wishes.objects.update_or_create(
        person=person, defaults=said | {"changed_at": timezone.now()}
    )
    for kind, themes in ((Kind.WANTS, wants), (Kind.OFFERS, offers)):
        chosen = list(themes)
        person.interests.filter(kind=kind).exclude(theme__in=chosen).delete()
        Interest.objects.bulk_create(
            (Interest(person=person, theme=theme, kind=kind) for theme in chosen),
            ignore_conflicts=True,
        )
    return wishes
