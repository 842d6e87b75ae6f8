"""What organisers do to the list of themes."""

from django.db import transaction
from django.utils import timezone

from circles.actions.refusals import CannotChange, name_must_be_free
from circles.models import Circle, Interest, Theme
from circles.programmes.themes import starter_themes
from members.actions import record
from members.models import Member

NAME_TAKEN = "There is already a theme with this name."


@transaction.atomic
def add_theme(*, name: str, by: Member | None) -> Theme:
    """Add a theme that people and circles can choose. Raises CannotChange if the name is taken."""
    with name_must_be_free(NAME_TAKEN):
        theme = Theme.objects.create(name=name)
    record(by, "added theme", theme, theme=theme.pk)
    return theme


@transaction.atomic
def rename_theme(theme: Theme, *, name: str, by: Member | None) -> None:
    """Give it another name, everywhere it was chosen. Raises CannotChange if the name is taken."""
    before = theme.name
    with name_must_be_free(NAME_TAKEN):
        Theme.objects.filter(pk=theme.pk).update(name=name)
    theme.name = name
    record(by, "renamed theme", theme, theme=theme.pk, before=before)


@transaction.atomic
def retire_theme(theme: Theme, *, by: Member | None) -> None:
    """Let nobody choose it any more; where it was chosen it stays. Twice changes nothing."""
    if Theme.objects.current().filter(pk=theme.pk).update(retired_at=timezone.now()):
        record(by, "retired theme", theme, theme=theme.pk)


@transaction.atomic
def bring_back_theme(theme: Theme, *, by: Member | None) -> None:
    """Let people choose a retired theme again. Twice changes nothing."""
    if Theme.objects.retired().filter(pk=theme.pk).update(retired_at=None):
        record(by, "brought back theme", theme, theme=theme.pk)


@transaction.atomic
def merge_themes(theme: Theme, *, into: Theme, by: Member | None) -> None:
    """Make one theme of two: whatever has the first has the other afterwards, once.

    The first is gone. Raises CannotChange if the two are one, or if one is gone already.
    """
    if theme.pk == into.pk:
        raise CannotChange("Choose another theme: this is the same one.", field="into")
    # Lock both, always in one order: nobody chooses them, or merges them otherwise, meanwhile.
    locked = Theme.objects.filter(pk__in=[theme.pk, into.pk]).order_by("pk").select_for_update()
    if len(locked) < 2:
        raise CannotChange("One of the themes is gone: somebody else merged it.")
    for kind in Interest.Kind:
        people = Interest.objects.filter(theme=into, kind=kind).values("person")
        moving = Interest.objects.filter(theme=theme, kind=kind)
        moving.exclude(person__in=people).update(theme=into)
    chosen = Circle.themes.through.objects
    circles = chosen.filter(theme_id=into.pk).values("circle")
    chosen.filter(theme_id=theme.pk).exclude(circle__in=circles).update(theme_id=into.pk)
    record(by, "merged theme", theme, theme=theme.pk, into=into.pk)
    theme.delete()


@transaction.atomic
def add_starter_themes(*, by: Member | None) -> int:
    """Begin the list with the themes that ship with Peerloom, and say how many there are.

    Raises CannotChange once there is any theme.
    """
    if Theme.objects.exists():
        raise CannotChange("There are themes already. Add others one by one.")
    # Whoever pressed the button at the same moment may have been first.
    added = Theme.objects.bulk_create(
        [Theme(name=name) for name in starter_themes()], ignore_conflicts=True
    )
    record(by, "added starter themes", f"{len(added)} themes")
    return len(added)
