"""Takes uploads in, and of one that is too large keeps nothing but its size."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# What a form may send besides the file.
FORM_BYTES = 1 << 20


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to disk up to IMPORT_MAX_BYTES. The rest is read past, never held or stored.

    Reading past it, instead of hanging up, lets the form answer in words. Its field looks at the
    size, which is the true one.
    """

    too_large = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self.too_large = content_length > settings.IMPORT_MAX_BYTES + FORM_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.too_large = True
        if not self.too_large:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        if self.too_large:
            self.file.truncate(0)
        return super().file_complete(file_size)
