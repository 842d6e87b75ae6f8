from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2.errors
from django.db import IntegrityError, transaction


class CannotChange(Exception):
    """Why something stays as it is, in words meant for the person who asked; and in which field."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


@contextmanager
def name_must_be_free(words: str) -> Iterator[None]:
    """Forms check the name; this answers the person who loses a race for it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg2.errors.UniqueViolation):
            raise CannotChange(words, field="name") from error
        raise
