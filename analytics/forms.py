import math
from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from analytics.imports import FileRefused, open_table
from members.forms import PeerloomForm


class ImportForm(PeerloomForm):
    """A file of one kind. What can be told from its first rows and bytes is said at once."""

    seen_by = "Organisers see what the file would change. It is deleted once imported or discarded."

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        self.fields["file"].help_text = f"At most {_megabytes(settings.IMPORT_MAX_BYTES)}."

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise ValidationError(too_large(file.size or 0))
        try:
            open_table(self._kind, cast("BinaryIO", file.file))
        except FileRefused as reason:
            raise ValidationError(str(reason)) from reason
        return file


def too_large(size: int) -> str:
    most = _megabytes(settings.IMPORT_MAX_BYTES)
    return f"This file has {_megabytes(size)}, and {most} is the most. Split it into several files."


def _megabytes(size: int) -> str:
    return f"{math.ceil(size / 2**20):,} MB"
