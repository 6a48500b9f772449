"""Parses the messages of `conversations.replies` into turns and Easel's own posts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Speaker, Turn
from bot.domain.posts import OwnPost
from handlers.identifiers import REPLY_EVENT_TYPE
from handlers.parsing.fields import is_question_id, read_mapping, read_text
from handlers.parsing.files import parse_files
from handlers.parsing.messages import decode_slack_text

_TURN_SUBTYPES = (None, "file_share", "thread_broadcast", "bot_message")


def parse_turn(raw: Mapping[str, Any], bot_user_id: str) -> Turn | None:
    """Return the message as a turn, None for an empty one and for joins and the like."""
    ts, raw_text = read_text(raw.get("ts")), read_text(raw.get("text"))
    if not ts or raw.get("subtype") not in _TURN_SUBTYPES:
        return None
    files = parse_files(raw.get("files"))
    if not raw_text.strip() and not files:
        return None
    user = read_text(raw.get("user")) or read_text(raw.get("bot_id"))
    speaker = Speaker.EASEL if user == bot_user_id else Speaker.PERSON
    return Turn(speaker, ts, decode_slack_text(raw_text, bot_user_id), user, files)


def parse_own_post(raw: Mapping[str, Any], bot_user_id: str) -> OwnPost | None:
    """Return the message as a post of Easel's, None if it is not one or if it carries files."""
    ts = read_text(raw.get("ts"))
    if not ts or raw.get("user") != bot_user_id or raw.get("files"):
        return None
    payload = _read_payload(raw)
    question_id = read_text(payload.get("question"))
    if not is_question_id(question_id):
        return OwnPost(ts)
    return OwnPost(ts, int(question_id), is_sign=payload.get("sign") is True)


def _read_payload(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Easel has marked the post with: see `web_api/blocks.py`."""
    metadata = read_mapping(raw, "metadata")
    is_own = metadata.get("event_type") == REPLY_EVENT_TYPE
    return read_mapping(metadata, "event_payload") if is_own else {}
