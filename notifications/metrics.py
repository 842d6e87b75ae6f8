"""What a monitor reads about reminders, in Prometheus' text format."""

from collections.abc import Iterable, Iterator

from django.db.models import Sum

from notifications.figures import bounced, waiting
from notifications.models import DeliveryTally, Urgency

Sample = tuple[dict[str, str], float]


def exposition() -> str:
    """All of it; a constant number of queries, each through a small partial index."""
    lines: list[str] = []
    queues = waiting()
    of = [({"queue": Urgency(urgency).name.lower()}, row) for urgency, row in queues.items()]
    for name, words, samples in (
        (
            "reminders_due",
            "Reminders and deliveries whose moment has come.",
            [(labels, row.due) for labels, row in of],
        ),
        (
            "reminders_late_seconds",
            "How long the longest due of them has waited.",
            [(labels, row.late_seconds) for labels, row in of],
        ),
        (
            "reminders_in_work",
            "Deliveries that a worker has claimed.",
            [(labels, row.claimed) for labels, row in of],
        ),
        (
            "reminders_waiting_to_retry",
            "Deliveries that failed and are tried again.",
            [(labels, row.retrying) for labels, row in of],
        ),
        ("bounced_addresses", "Addresses that no mail goes to.", [({}, float(bounced()))]),
    ):
        lines += _metric(name, "gauge", words, samples)
    lines += _metric("deliveries_total", "counter", "What became of deliveries.", _ended())
    return "\n".join(lines) + "\n"


def _ended() -> Iterator[Sample]:
    rows = DeliveryTally.objects.order_by("kind", "channel", "outcome")
    for row in rows.values("kind", "channel", "outcome").annotate(total=Sum("number")):
        yield {name: row[name] for name in ("kind", "channel", "outcome")}, row["total"]


def _metric(name: str, sort: str, words: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP peerloom_{name} {words}"
    yield f"# TYPE peerloom_{name} {sort}"
    for labels, value in samples:
        inner = ",".join(f'{key}="{_escaped(said)}"' for key, said in labels.items())
        yield f"peerloom_{name}{{{inner}}} {value:g}" if inner else f"peerloom_{name} {value:g}"


def _escaped(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
