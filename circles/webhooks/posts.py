"""What a post holds, and how each service wants it written. Pure.

A channel may have readers outside the circle, so a post never carries what a circle says or who is
in it: only the circle's name, when and how it meets, and a link that asks to sign in.
"""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from notifications.kinds import Letter

HEADERS = {"Content-Type": "application/json"}
LONGEST = 300


@dataclass(frozen=True)
class Post(Letter):
    """What is posted through one webhook: a heading, a line or two, and a link."""

    webhook_id: int = 0


def plain(words: str) -> str:
    """The words on one line, without characters that command the screen or turn its direction."""
    kept = "".join(" " if unicodedata.category(each) == "Cc" else each for each in words)
    kept = "".join(each for each in kept if each not in DIRECTIONS)
    return " ".join(kept.split())[:LONGEST]


# Marks, embeddings, overrides and isolates: with them a name could rewrite the line it stands in.
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def body_for(service: str, post: Letter) -> bytes:
    return json.dumps(BODIES[service](post)).encode()


def slack_body(post: Letter) -> dict[str, Any]:
    """Plain text for notifications; blocks whose words are plain text, so that no name formats."""
    lines = [plain(line) for line in post.paragraphs]
    said = "\n".join([plain(post.heading), *lines])
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": said, "emoji": False}}
    ]
    if post.button_url:
        link = f"<{post.button_url}|{slack_escaped(post.button_label)}>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": link}})
    return {"text": slack_escaped(said), "blocks": blocks, "unfurl_links": False}


def slack_escaped(words: str) -> str:
    """Without the three characters that begin mentions, links and entities in Slack."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams_body(post: Letter) -> dict[str, Any]:
    """An adaptive card for Workflows. Text runs, unlike text blocks, know no Markdown."""
    heading = _run(plain(post.heading), weight="Bolder", size="Medium")
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [heading, *(_run(plain(line)) for line in post.paragraphs)],
    }
    if post.button_url:
        open_it = {"type": "Action.OpenUrl", "title": post.button_label, "url": post.button_url}
        card["actions"] = [open_it]
    content_type = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": content_type, "content": card}]}


def _run(words: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words, **looks}]}


BODIES = {"slack": slack_body, "teams": teams_body}
