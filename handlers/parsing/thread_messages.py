"""Parses the messages of `conversations.replies` into turns and Easel's own posts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Speaker, Turn
from bot.domain.posts import OwnPost
from bot.domain.safe_text import truncate
from bot.prompt.speaker_marks import escape_marks
from handlers.identifiers import PICTURE_ACTION_ID, REPLY_EVENT_TYPE
from handlers.parsing.authors import AuthorKind, format_app_post, read_author
from handlers.parsing.content.rich_text import format_quote
from handlers.parsing.fields import is_question_id, read_mapping, read_mappings, read_text
from handlers.parsing.files import merge_files
from handlers.parsing.message_text import find_block_pictures, read_message
from handlers.parsing.messages import MESSAGE_SUBTYPES

_MAX_LINKED_CHARS = 4_000


def parse_turn(raw: Mapping[str, Any], bot_user_id: str, channel: str = "") -> Turn | None:
    """Return the message as a turn, None for an empty one and for joins and the like.

    `channel` is where it was posted, which Slack does not repeat with each message.
    """
    ts = read_text(raw.get("ts"))
    if not ts or raw.get("subtype") not in MESSAGE_SUBTYPES:
        return None
    author = read_author(raw, bot_user_id=bot_user_id)
    content = read_message(raw, bot_user_id=bot_user_id, channel=channel)
    if author.kind is AuthorKind.EASEL:
        if _is_menu(raw):
            return None
        files = merge_files([*content.files, *find_block_pictures(raw)])
        is_empty = not (content.text or files)
        return None if is_empty else Turn(Speaker.EASEL, ts, content.text, author.id, files)
    if content.is_empty:
        return None
    text = format_app_post(author, content.text)
    return Turn(Speaker.PERSON, ts, text, author.id, content.files)


def format_linked_message(turn: Turn) -> str:
    """Return a message that somebody links to, as the model reads it: quoted, with its author."""
    person = f"<@{turn.user}>" if turn.user.startswith(("U", "W")) else "an app"
    author = "you" if turn.speaker is Speaker.EASEL else person
    names = ", ".join(ref.name for ref in turn.files)
    text = escape_marks(truncate(turn.text, _MAX_LINKED_CHARS), is_labelled=False)
    quoted = format_quote("\n".join(part for part in (text, names and f"(Files: {names})") if part))
    return f"[A linked message, by {author}:]\n{quoted}"


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


def _is_menu(raw: Mapping[str, Any]) -> bool:
    """Whether the post only offers what can be pressed under pictures."""
    accessories = (read_mapping(block, "accessory") for block in read_mappings(raw.get("blocks")))
    return any(one.get("action_id") == PICTURE_ACTION_ID for one in accessories)


def _read_payload(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Easel has marked the post with: see `web_api/blocks.py`."""
    metadata = read_mapping(raw, "metadata")
    is_own = metadata.get("event_type") == REPLY_EVENT_TYPE
    return read_mapping(metadata, "event_payload") if is_own else {}
