import unicodedata
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from members.forms import PeerloomModelForm


class NamedForm(PeerloomModelForm):
    """A form of something whose name is taken once, in whatever case it is written."""

    taken: ClassVar[str]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(unicodedata.category(letter)[0] in "LNPS" for letter in name):
            raise ValidationError("Write a name that people can see.")
        same = type(self.instance).objects.filter(Exact(Lower("name"), Lower(Value(name))))
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(self.taken)
        return name
