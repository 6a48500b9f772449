"""Finds the edit that makes a message one for Easel: the first that adds its name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.parsing.authors import AuthorKind, read_author
from handlers.parsing.fields import is_direct, is_ts, read_mapping, read_text
from handlers.parsing.message_text import read_message

# What an edit carries of the event around the message.
_EVENT_FIELDS = ("channel", "channel_type", "team", "type")


def build_edited_event(event: Mapping[str, Any], *, bot_user_id: str) -> dict[str, Any] | None:
    """Return the event of the message as edited, if a person's edit has added Easel's name.

    `asked_at` in it is the ts of the edit: the question knows what was said until then.

    Slack reports with the same event that it has added previews of links, that files are gone, and
    that replies came: none of these is an edit.
    """
    if event.get("type") != "message" or event.get("subtype") != "message_changed":
        return None
    message, previous = read_mapping(event, "message"), read_mapping(event, "previous_message")
    edited_ts = read_text(read_mapping(message, "edited").get("ts"))
    is_edit = edited_ts and edited_ts != read_text(read_mapping(previous, "edited").get("ts"))
    author = read_author(message, bot_user_id=bot_user_id)
    if not bot_user_id or not previous or not is_edit or author.kind is not AuthorKind.PERSON:
        return None
    if bot_user_id not in read_message(message, bot_user_id=bot_user_id).mentioned:
        return None
    if bot_user_id in read_message(previous, bot_user_id=bot_user_id).mentioned:
        return None
    # In a direct message all is for Easel, and the message was asked as it was first written.
    if is_direct(event):
        return None
    around = {name: event[name] for name in _EVENT_FIELDS if name in event}
    inner = {name: value for name, value in message.items() if name not in ("edited", "hidden")}
    asked_at = {"asked_at": edited_ts} if is_ts(edited_ts) else {}
    return {**around, **inner, **asked_at, "type": "message", "channel": event.get("channel")}
