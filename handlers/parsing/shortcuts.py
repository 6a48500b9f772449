"""Payloads of message shortcuts as an `Incoming`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from bot.request.recipes import find_recipe
from bot.request.recipes.recipe import MAX_QUOTE_CHARS, quote
from handlers.parsing.messages import decode_slack_text, parse_files

_TS_PATTERN = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")

_TRIGGER_ID_PATTERN = re.compile(r"[\w.-]{1,200}")

# Of a text with so many entities in it that it is read before it is cut.
_MAX_RAW_CHARS = 6 * MAX_QUOTE_CHARS

_MAX_FILES, _MAX_ATTACHMENTS = 50, 20


def parse_shortcut(body: Mapping[str, Any], *, bot_user_id: str) -> IncomingMessage | Ignored:
    """Translate the payload of a message shortcut. Never raises, whatever it holds."""
    recipe = find_recipe(_read_text(body.get("callback_id")))
    if body.get("type") != "message_action" or recipe is None:
        return Ignored("no such shortcut")
    user, message = _read_mapping(body, "user"), _read_mapping(body, "message")
    sender = _read_text(user.get("id"))
    team = _read_text(_read_mapping(body, "team").get("id")) or _read_text(user.get("team_id"))
    channel = _read_text(_read_mapping(body, "channel").get("id"))
    root = _read_text(message.get("thread_ts")) or _read_text(message.get("ts"))
    # The question is a message of its own: it came when the shortcut was chosen.
    ts = _read_text(body.get("action_ts"))
    if not (
        sender and team and channel and _TS_PATTERN.fullmatch(root) and _TS_PATTERN.fullmatch(ts)
    ):
        return Ignored("no person, team, channel or ts")
    trigger = _read_text(body.get("trigger_id"))
    return IncomingMessage(
        event_id=f"shortcut:{trigger if _TRIGGER_ID_PATTERN.fullmatch(trigger) else ts}",
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, _read_text(user.get("team_id")) or team),
        text=quote(recipe.title, _collect_text(message, bot_user_id)),
        trigger=Trigger.MENU,
        files=_collect_files(message),
        quoted_ts=_read_text(message.get("ts")),
    )


def _collect_text(message: Mapping[str, Any], bot_user_id: str) -> str:
    """The message's text, and that of what hangs on it: many programs say all of it there."""
    attached = (
        _read_text(part.get("text")) or _read_text(part.get("fallback"))
        for part in _list_attachments(message)
    )
    texts = (text[:_MAX_RAW_CHARS] for text in (_read_text(message.get("text")), *attached))
    return "\n\n".join(
        part for part in (decode_slack_text(text, bot_user_id) for text in texts) if part
    )


def _collect_files(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """The message's own files, those of a message passed on with it, and pictures in blocks."""
    found = [*parse_files(message.get("files"))]
    for part in _list_attachments(message):
        found += parse_files(part.get("files"))
    found += parse_files([*_find_block_pictures(message)])
    once: dict[str, FileRef] = {}
    for ref in found:
        once.setdefault(ref.id, ref)
    return tuple(once.values())[:_MAX_FILES]


def _find_block_pictures(message: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Easel shows what it made in blocks, which name the file and tell nothing else of it."""
    for block in _read_mappings(message.get("blocks")):
        if block.get("type") == "image":
            number = _read_text(_read_mapping(block, "slack_file").get("id"))
            yield {"id": number, "name": "picture", "mimetype": "image/*"}


def _list_attachments(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _read_mappings(message.get("attachments"))[:_MAX_ATTACHMENTS]


def _read_mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _read_mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _read_text(value: object) -> str:
    # A lone surrogate is legal JSON but no text: neither SQLite nor the model's API takes it.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""
