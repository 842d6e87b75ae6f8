"""What can happen in a segment besides talk, as the format editor offers it.

Apps above this one fill it at start-up: what a kind does is theirs to know.
"""

_labels: dict[str, str] = {}


def register(key: str, label: str) -> None:
    """Offer a kind. Raises ValueError for a key that goes by another label already."""
    if _labels.get(key, label) != label:
        raise ValueError(f"There is already a kind of segment named {key!r}.")
    _labels[key] = label


def segment_kinds() -> dict[str, str]:
    """Labels by key, in the order of the labels."""
    return dict(sorted(_labels.items(), key=lambda pair: pair[1]))
