import pytest

from notifications import catalogue
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter

LETTER = Letter(
    subject="Your circle\nmeets",
    heading="Soon",
    paragraphs=["Come along."],
    why="A test.",
    button_label="Open",
    button_url="http://127.0.0.1:8000/circles/",
)


@pytest.fixture
def make_kind(monkeypatch):
    """Declares kinds that are gone after the test."""
    monkeypatch.setattr(catalogue, "_declared", dict(catalogue._declared))

    def make(name="test_kind", label="Test messages", **options):
        if not options.get("compose_many"):
            options.setdefault("compose", lambda reminder: LETTER)
        kind = Kind(name, label, **options)
        declare(kind)
        return kind

    return make


@pytest.fixture
def kind(make_kind):
    """A kind whose letter is the same for everyone."""
    return make_kind().name
