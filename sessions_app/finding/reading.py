"""Reads a calendar in a process of its own: whatever is in it, it costs some seconds at most."""

import json
import subprocess
import sys
from datetime import date, datetime
from typing import Any

from django.conf import settings

from sessions_app.finding.busy import LARGEST, SECONDS, Busy, Unreadable, takes_too_long, too_large

PATIENCE = 3 * SECONDS  # wall clock: the process may have to wait for its turn


def busy_of(raw: bytes, *, zone: str, since: date, until: date, email: str = "") -> Busy:
    """What busy.busy_hours finds, without trusting the calendar. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable(too_large(len(raw)))
    asked = {"zone": zone, "since": since.isoformat(), "until": until.isoformat(), "email": email}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM, str(settings.BASE_DIR)],
            input=json.dumps(asked).encode() + b"\n" + raw,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Unreadable(takes_too_long()) from None
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return Busy(intervals(answer["busy"]), answer["left_out"])


def intervals(rows: list[list[str]]) -> tuple[Any, ...]:
    """Busy intervals as they are stored, as moments again."""
    return tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in rows)


_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sessions_app.finding.busy import main; main()"
)
