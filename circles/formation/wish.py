"""What a change to some circles is to reach."""

from dataclasses import dataclass

# CP-SAT counts in whole thousandths of a point; a seat for one more outweighs all of them.
FINE = 1_000
SEAT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """No circle under `floor`, few under `soft`, and a high sum."""

    floor: float
    soft: float
    urgency: float

    def worth(self, points: float) -> float:
        return points - self.urgency * max(0.0, self.soft - points)
