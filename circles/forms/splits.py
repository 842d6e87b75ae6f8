from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from circles.actions.splits import FEWEST, Division
from circles.forms.named import NamedForm
from circles.models import Circle, Facilitation, Membership

STAY, MOVE, BOTH = "stay", "move", "both"
SIDES = [(STAY, "Stays"), (MOVE, "Goes to the new circle")]
HELD = [(BOTH, "Both circles"), (STAY, "Only this one"), (MOVE, "Only the new one")]


class SplitForm(NamedForm):
    """Who stays, who goes to the new circle, what it is called and who facilitates which."""

    seen_by = {"name": "Everyone sees this. If the circle is hidden: only its own people."}
    taken = "There is already a circle with this name."

    class Meta:
        model = Circle
        fields = ["name"]
        labels = {"name": "Name of the new circle"}

    def __init__(
        self,
        *args: Any,
        seats: Sequence[Membership],
        held: Sequence[Facilitation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seats, self.held = seats, held
        fields: dict[str, forms.Field] = self.fields
        for seat in seats:
            fields[f"seat_{seat.pk}"] = _radios(str(seat.person), SIDES, STAY)
        for appointment in held:
            fields[f"held_{appointment.pk}"] = _radios(str(appointment.person), HELD, BOTH)

    def clean(self) -> dict[str, Any]:
        decided = super().clean() or self.cleaned_data
        sides = [decided.get(f"seat_{seat.pk}") for seat in self.seats]
        if None not in sides and min(sides.count(STAY), sides.count(MOVE)) < FEWEST:
            words = f"{sides.count(STAY)} would stay and {sides.count(MOVE)} go."
            raise ValidationError(f"Each side needs at least {FEWEST} people: {words}")
        return decided

    @property
    def seat_fields(self) -> list[BoundField]:
        return [self[f"seat_{seat.pk}"] for seat in self.seats]

    @property
    def held_fields(self) -> list[BoundField]:
        return [self[f"held_{appointment.pk}"] for appointment in self.held]

    def division(self) -> Division:
        """What the cleaned form says, as split_circle takes it."""
        said = self.cleaned_data
        held = [(appointment.pk, said[f"held_{appointment.pk}"]) for appointment in self.held]
        return Division(
            moving=[seat.pk for seat in self.seats if said[f"seat_{seat.pk}"] == MOVE],
            held_old=[key for key, side in held if side != MOVE],
            held_new=[key for key, side in held if side != STAY],
        )


def _radios(name: str, choices: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
    words = {"required": f"Say where {name} goes."}
    return forms.ChoiceField(
        label=name,
        choices=choices,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages=words,
    )
