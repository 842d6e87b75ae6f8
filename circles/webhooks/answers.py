"""What an answer of Slack or Teams means. Pure; no word here holds an address."""

from dataclasses import dataclass
from enum import Enum

from members.outward import Reply

GONE = frozenset({401, 403, 404, 410})
LATER = frozenset({408, 425, 429})


class Fate(Enum):
    TAKEN = "taken"
    LATER = "later"
    SILENT = "silent"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True)
class Verdict:
    """What became of a post, in words that say what to do."""

    fate: Fate
    words: str = ""


TAKEN = Verdict(Fate.TAKEN)
SILENT = Verdict(Fate.SILENT, "The address did not answer in time. It is tried again.")


def judged(service: str, reply: Reply) -> Verdict:
    """What the reply to one post means for it and for the webhook."""
    name, status = {"slack": "Slack", "teams": "Teams"}[service], reply.status
    if 200 <= status < 300:
        return _taken(service, name, reply.body)
    if 300 <= status < 400:
        words = f"The address only leads on to another one. Copy it from {name} once more."
        return Verdict(Fate.GONE, words)
    if status in GONE:
        words = f"{name} does not know this address any more ({status}). Make a new one there."
        return Verdict(Fate.GONE, words)
    if status >= 500 or status in LATER:
        wait = f", for {reply.retry_after} seconds" if reply.retry_after else ""
        return Verdict(Fate.LATER, f"{name} puts us off ({status}{wait}). It is tried again.")
    return Verdict(Fate.REFUSED, f"{name} did not take this post ({status}).")


def _taken(service: str, name: str, body: bytes) -> Verdict:
    """Some answers say 200 and mean no."""
    said = body.strip().lower()
    if service == "slack" and said != b"ok":
        return Verdict(Fate.REFUSED, f"{name} did not take this post, although it answered.")
    if service == "teams" and b"failed with error" in said:
        if b"429" in said or b"error 5" in said:
            return Verdict(Fate.LATER, f"{name} puts us off. It is tried again.")
        return Verdict(Fate.REFUSED, f"{name} did not take this post, although it answered.")
    return TAKEN
