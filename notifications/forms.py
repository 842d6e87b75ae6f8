"""The form on which one says how to be written to."""

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.core.exceptions import ValidationError

from members.forms import PeerloomForm
from members.models import Member
from notifications.catalogue import Kind, all_kinds
from notifications.channels import CHANNELS, Channel
from notifications.decide import ALL_DAYS, Wishes
from notifications.models import Cadence, MessageWishes
from notifications.models.push import LONGEST_ENDPOINT
from notifications.wishes import wishes_of

BUDGETS = [("", "As many as there are"), *((str(n), f"{n} a day") for n in (1, 2, 3, 5, 8))]
GROUPS_FIRST = ("Meetings",)
CLOCK = {"type": "time"}


class DeviceForm(PeerloomForm):
    """What a browser says when it subscribes; nobody types it."""

    endpoint = forms.CharField(max_length=LONGEST_ENDPOINT)
    p256dh = forms.CharField(max_length=90)
    auth = forms.CharField(max_length=30)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        if not re.fullmatch(r"https://[!-~]+", endpoint):
            raise ValidationError("This is not the address of a push service.")
        return endpoint

    def clean_p256dh(self) -> str:
        point = _bytes_of(self.cleaned_data["p256dh"])
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise ValidationError("This is not a key.") from None
        return str(self.cleaned_data["p256dh"])

    def clean_auth(self) -> str:
        if len(_bytes_of(self.cleaned_data["auth"])) != 16:
            raise ValidationError("This is not a secret of 16 bytes.")
        return str(self.cleaned_data["auth"])


class MessageWishesForm(PeerloomForm):
    """When one is written to, and for each kind of message how."""

    seen_by = "Only you see this."

    digest_at = forms.TimeField(label="My digest comes at", widget=forms.TimeInput(CLOCK, "%H:%M"))
    digest_weekday = forms.TypedChoiceField(
        label="My weekly digest comes on", choices=MessageWishes.Weekday, coerce=int
    )
    quiet_from = forms.TimeField(
        label="Quiet from", required=False, widget=forms.TimeInput(CLOCK, "%H:%M")
    )
    quiet_until = forms.TimeField(
        label="Quiet until", required=False, widget=forms.TimeInput(CLOCK, "%H:%M")
    )
    days = forms.TypedMultipleChoiceField(
        label="Mail may come on",
        choices=MessageWishes.Weekday,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="A reminder shortly before a meeting comes on any day.",
    )
    budget = forms.TypedChoiceField(
        label="Mails at once",
        choices=BUDGETS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Beyond that, what is not pressing joins your daily digest.",
    )
    paused_until = forms.DateField(
        label="Pause until",
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="What still matters then comes in one digest. Your inbox goes on.",
    )
    all_mail = forms.ChoiceField(
        label="All my mail",
        choices=[("", "As I choose below"), *Cadence.choices[:3]],
        required=False,
        help_text="Sets every choice below when you save.",
    )
    no_mail = forms.BooleanField(
        label="Send me no mail but what cannot be switched off", required=False
    )

    def __init__(self, data: Any = None, *, person: Member) -> None:
        self.wishes = wishes_of([person])[person.pk]
        offered = [k for k in all_kinds() if k.offered_to is None or k.offered_to(person)]
        self.kinds = [kind for kind in offered if kind.is_optional and _channels_of(kind)]
        self.required_kinds = [kind for kind in offered if kind.required]
        super().__init__(data, initial=_initial(self.wishes))
        for kind in self.kinds:
            self._offer(kind)

    def _offer(self, kind: Kind) -> None:
        fields: Any = self.fields
        for channel in _channels_of(kind):
            wish = self.wishes.cadence(kind, channel.name)
            label, name = f"{channel.label}: {kind.label}", _field_name(channel, kind)
            fields[name] = (
                forms.ChoiceField(label=label, choices=Cadence.choices, initial=wish)
                if channel.has_digest
                else forms.BooleanField(label=label, initial=wish != Cadence.OFF, required=False)
            )

    @property
    def groups(self) -> list["KindGroup"]:
        """The kinds under the words of their group, each with its channels and their fields."""
        found: dict[str, list[KindRow]] = {}
        for kind in self.kinds:
            ways = [(each, self[_field_name(each, kind)]) for each in _channels_of(kind)]
            usual = all(
                self.wishes.cadence(kind, each.name) == kind.usual_cadence(each.name)
                for each, _ in ways
            )
            found.setdefault(kind.group, []).append(KindRow(kind, ways, usual))
        groups = [KindGroup(title, rows) for title, rows in found.items()]
        return sorted(groups, key=lambda group: (group.title not in GROUPS_FIRST, group.title))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = data.get("quiet_from"), data.get("quiet_until")
        if (begins is None) != (ends is None) or (begins and begins == ends):
            raise ValidationError(
                {"quiet_until": "Say from when until when it is quiet, or leave both empty."}
            )
        return data

    @property
    def said(self) -> dict[str, Any]:
        """The columns of MessageWishes."""
        data = {name: self.cleaned_data[name] for name in _OWN}
        return data | {"days": sum(1 << day for day in self.cleaned_data["days"])}

    @property
    def cadences(self) -> dict[tuple[str, str], str]:
        """By kind and channel."""
        found: dict[tuple[str, str], str] = {}
        everything = self.cleaned_data["all_mail"]
        if everything:
            found = _all_mail(everything)
        for kind in self.kinds:
            for channel in _channels_of(kind):
                said = self.cleaned_data.get(_field_name(channel, kind))
                if channel.has_digest:
                    said = everything or said
                else:
                    said = _when_on(kind, channel) if said else Cadence.OFF
                if said:
                    found[kind.name, channel.name] = said
        return found


@dataclass(frozen=True)
class KindRow:
    """A kind on the page: its channels with their fields, and whether all are as for everyone."""

    kind: Kind
    ways: list[tuple[Channel, forms.BoundField]]
    is_usual: bool


@dataclass(frozen=True)
class KindGroup:
    """Kinds under one heading."""

    title: str
    rows: list[KindRow]

    @property
    def changed(self) -> int:
        return sum(not row.is_usual for row in self.rows)

    @property
    def has_errors(self) -> bool:
        return any(field.errors for row in self.rows for _, field in row.ways)


def _all_mail(cadence: str) -> dict[tuple[str, str], str]:
    """Also of what the person cannot get yet, for when they have a seat or a role."""
    return {
        (kind.name, channel.name): cadence
        for kind in all_kinds()
        if kind.is_optional
        for channel in _channels_of(kind)
        if channel.has_digest
    }


def _channels_of(kind: Kind) -> list[Channel]:
    """Those of its channels that people choose about."""
    known = [channel for channel in map(CHANNELS.get, kind.channels) if channel is not None]
    return [channel for channel in known if channel.is_personal and channel.is_offered]


def _when_on(kind: Kind, channel: Channel) -> Cadence:
    usual = kind.usual_cadence(channel.name)
    return Cadence.IMMEDIATE if usual == Cadence.OFF else usual


def _field_name(channel: Channel, kind: Kind) -> str:
    return f"{channel.name}_{kind.name}"


def _bytes_of(words: str) -> bytes:
    """What base64url stands for; nothing, if it is something else."""
    try:
        return base64.urlsafe_b64decode(f"{words}{'=' * (-len(words) % 4)}")
    except (binascii.Error, ValueError):
        return b""


_OWN = (
    *("digest_at", "digest_weekday", "quiet_from", "quiet_until"),
    *("budget", "paused_until", "no_mail"),
)


def _initial(wishes: Wishes) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(wishes, name) for name in _OWN}
    if wishes.paused_until and wishes.paused_until < dt.datetime.now(wishes.zone).date():
        said["paused_until"] = None
    return said | {"days": sorted(wishes.days & ALL_DAYS)}
