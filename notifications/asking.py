"""What several kinds ask of the database about the same rows, asked once for all of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
Read = Callable[[Sequence[int]], Sequence[Any]]
_answers: ContextVar[dict[tuple[Read, tuple[int, ...]], Sequence[Any]] | None] = ContextVar(
    "answers", default=None
)


@contextmanager
def one_asking() -> Iterator[None]:
    """While the facts stand still: what was asked once is remembered until the end of this."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def asked_once(read: Callable[[Sequence[int]], Sequence[T]]) -> Callable[..., Sequence[T]]:
    """A function of keys that reads for each set of them once in one_asking(), else each time."""

    @wraps(read)
    def ask(keys: Sequence[int]) -> Sequence[T]:
        answers, asked = _answers.get(), (read, tuple(keys))
        if answers is None:
            return read(keys)
        if asked not in answers:
            answers[asked] = read(keys)
        return answers[asked]

    return ask
