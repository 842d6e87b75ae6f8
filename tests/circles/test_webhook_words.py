"""What a post looks like to Slack and Teams, and what their answers mean. No database."""

import json

import pytest

from circles.webhooks.answers import Fate, judged
from circles.webhooks.hosts import NotThere, checked, looks_strange
from circles.webhooks.posts import Post, body_for, plain
from members.outward import Reply

ODD = "A <!channel> & *B* [x](http://e.test)\u202e\n\x07 \U0001f9f6"
POST = Post(
    subject="",
    heading=ODD,
    paragraphs=["Online."],
    why="",
    button_label="Open the meeting",
    button_url="https://peerloom.test/meetings/1/",
    webhook_id=1,
)
SHOWN = "A <!channel> & *B* [x](http://e.test) \U0001f9f6"
SLACK = "https://hooks.slack.com/services/T0/B0/abcd"
FLOW = "https://prod-1.westeurope.logic.azure.com/workflows/1"


def test_slack_gets_no_mention_and_no_markup_from_a_name():
    said = json.loads(body_for("slack", POST))

    assert said["blocks"][0]["text"] == {
        "type": "plain_text",
        "text": f"{SHOWN}\nOnline.",
        "emoji": False,
    }
    assert said["blocks"][1]["text"]["text"] == (
        "<https://peerloom.test/meetings/1/|Open the meeting>"
    )
    assert said["text"] == ("A &lt;!channel&gt; &amp; *B* [x](http://e.test) \U0001f9f6\nOnline.")


def test_teams_gets_a_card_of_text_runs_and_one_button():
    said = json.loads(body_for("teams", POST))

    card = said["attachments"][0]["content"]
    runs = [line["inlines"][0]["text"] for line in card["body"]]
    assert said["type"] == "message"
    assert {line["type"] for line in card["body"]} == {"RichTextBlock"}
    assert runs == [SHOWN, "Online."]
    assert [action["url"] for action in card["actions"]] == ["https://peerloom.test/meetings/1/"]


def test_words_are_one_line_and_not_endless():
    assert plain("a\r\nb\u2067c\u2069") == "a bc"
    assert len(plain("é" * 5000)) == 300


@pytest.mark.parametrize(
    ("service", "reply", "fate"),
    [
        ("slack", Reply(200, b"ok"), Fate.TAKEN),
        ("slack", Reply(200, b"invalid_payload"), Fate.REFUSED),
        ("slack", Reply(400, b"invalid_blocks"), Fate.REFUSED),
        ("slack", Reply(403, b"action_prohibited"), Fate.GONE),
        ("slack", Reply(404, b"no_service"), Fate.GONE),
        ("slack", Reply(410, b"channel_is_archived"), Fate.GONE),
        ("slack", Reply(302, b""), Fate.GONE),
        ("slack", Reply(429, b"", retry_after=30), Fate.LATER),
        ("slack", Reply(503, b""), Fate.LATER),
        ("teams", Reply(202, b""), Fate.TAKEN),
        ("teams", Reply(200, b"1"), Fate.TAKEN),
        ("teams", Reply(200, b"delivery failed with error: HTTP error 429"), Fate.LATER),
        ("teams", Reply(200, b"delivery failed with error: HTTP error 413"), Fate.REFUSED),
        ("teams", Reply(401, b""), Fate.GONE),
    ],
)
def test_answers_are_understood(service, reply, fate):
    verdict = judged(service, reply)

    assert verdict.fate is fate
    assert bool(verdict.words) is (fate is not Fate.TAKEN)


@pytest.mark.parametrize(
    ("service", "address", "said"),
    [
        ("slack", "http://hooks.slack.com/services/1", "begins with https"),
        ("slack", "webcal://hooks.slack.com/services/1", "begins with https"),
        ("slack", "https://hooks.slack.com.evil.test/1", "Copy it from Slack"),
        ("slack", "https://me:pass@hooks.slack.com/1", "name and password"),
        ("slack", "https://hooks.slack.com:444/1", "usual port"),
        ("teams", "https://[::1/", "not a web address"),
        ("teams", "nothing like it", "begins with https"),
    ],
)
def test_addresses_of_something_else_are_refused_in_words(service, address, said):
    with pytest.raises(NotThere, match=said):
        checked(service, address)


def test_strange_addresses_of_teams_are_taken_with_a_warning():
    assert (checked("slack", SLACK), checked("teams", FLOW)) == (SLACK, FLOW)
    assert not looks_strange("slack", SLACK)
    assert not looks_strange("teams", FLOW)
    assert looks_strange("teams", "https://logic.azure.com.evil.test/")
