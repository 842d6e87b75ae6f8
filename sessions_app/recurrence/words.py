"""What a series is, in plain words."""

from sessions_app.models import Series


def describe(series: Series) -> str:
    """Its rule and its time."""
    return f"{series.rule} at {series.at:%H:%M} in {series.time_zone}"
