"""An edit that adds the first mention of Easel asks; nothing else that changes a message does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.conversation import Ignored, IncomingMessage, Thread, Trigger
from handlers.parsing.messages import parse_message

BOT_USER, MENTION = "U0EASEL", "<@U0EASEL> draw a fox"
TS, EDIT_TS = "1700000000.000100", "1700000900.000100"
EDITED = {"user": "U0ALEX", "ts": EDIT_TS}


def parse_edit(
    before: dict[str, Any] | None, after: dict[str, Any], **event: Any
) -> IncomingMessage | Ignored:
    common = {"type": "message", "user": "U0ALEX", "ts": TS, "team": "T0EASEL"}
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": common | {"edited": EDITED} | after,
        "previous_message": None if before is None else common | before,
        "channel": "C0GENERAL",
        "channel_type": "channel",
        "ts": EDIT_TS,
        "event_ts": EDIT_TS,
    }
    body = {"team_id": "T0EASEL", "api_app_id": "A0EASEL", "event_id": "Ev9"}
    return parse_message(body | {"event": changed | event}, bot_user_id=BOT_USER)


def test_the_first_mention_asks_as_the_message_itself() -> None:
    parsed = parse_edit({"text": "draw a fox"}, {"text": MENTION})
    assert isinstance(parsed, IncomingMessage)
    assert parsed.thread == Thread("T0EASEL", "C0GENERAL", TS)
    assert (parsed.ts, parsed.event_id, parsed.is_edit) == (TS, "Ev9", True)
    assert (parsed.text, parsed.trigger) == ("draw a fox", Trigger.MENTION)


def test_a_mention_that_only_the_blocks_tell_asks_too() -> None:
    section = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": BOT_USER}]}
    blocks = [{"type": "rich_text", "elements": [section]}]
    parsed = parse_edit({"text": "x"}, {"text": "x", "blocks": blocks, "thread_ts": "1.1"})
    assert isinstance(parsed, IncomingMessage) and parsed.thread.root == "1.1"


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        ({"text": MENTION}, {"text": MENTION + " please"}, {}),
        ({"text": "draw"}, {"text": "draw a fox"}, {}),
        ({"text": MENTION}, {"text": "draw a fox"}, {}),
        ({"text": "draw"}, {"text": MENTION, "edited": None}, {}),
        ({"text": "draw", "edited": EDITED}, {"text": MENTION}, {}),
        (None, {"text": MENTION}, {}),
        ({"text": "draw"}, {"text": MENTION, "bot_id": "B0OTHER"}, {}),
        ({"text": "draw"}, {"text": MENTION, "user": BOT_USER}, {}),
        ({"text": "draw"}, {"text": MENTION, "subtype": "tombstone"}, {}),
        ({"text": "draw"}, {"text": "&lt;@U0EASEL&gt;"}, {}),
        ({"text": "draw"}, {"text": MENTION}, {"channel": "D0ALEX", "channel_type": "im"}),
        ({"text": "x"}, {"text": "x", "attachments": [{"is_share": True, "text": MENTION}]}, {}),
    ],
)
def test_no_other_change_asks(
    before: dict[str, Any] | None, after: dict[str, Any], event: dict[str, Any]
) -> None:
    assert isinstance(parse_edit(before, after, **event), Ignored)
