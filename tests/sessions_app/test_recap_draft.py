import pytest

from sessions_app.recap_draft import Captured, draft


@pytest.mark.parametrize(
    ("captured", "words"),
    [
        (Captured(), ""),
        (Captured(expected=8), ""),
        (Captured(there=["Ama"], expected=3), "One of three was there: Ama."),
        (
            Captured(there=["Ama", "Joon", "Lena"], expected=4),
            "Three of four were there: Ama, Joon and Lena.",
        ),
        (Captured(there=["Ama", "Joon"], expected=2), "Everyone was there: Ama and Joon."),
        (Captured(decisions=1), "We decided one thing; you find the words below."),
        (
            Captured(decisions=2, promises=1),
            "We decided two things and made one promise; you find the words below.",
        ),
        (
            Captured(promises=4, kept=1),
            "One earlier promise was kept. We made four promises; you find the words below.",
        ),
        (Captured(kept=3), "Three earlier promises were kept."),
        (
            Captured(topics=[("Ama", "Delegate"), ("Joon", "Ask")]),
            "On the hot seat: Ama with “Delegate” and Joon with “Ask”.",
        ),
        (
            Captured(pluses=["Everyone spoke", "On time"], deltas=["Start early"]),
            "What was good:\n– Everyone spoke\n– On time\n\n"
            "What would make the next one better:\n– Start early",
        ),
    ],
)
def test_draft_says_what_was_captured_and_nothing_else(captured, words):
    assert draft(captured) == words
