"""Payloads of message shortcuts as an `Incoming`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.conversation import Ignored, Incoming, Person, Reach, Thread
from bot.domain.files import FileRef
from bot.request.recipes import recipe_called
from bot.request.recipes.recipe import MOST_QUOTED, about
from handlers.parsing.messages import parse_files, plain

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")

_TRIGGER = re.compile(r"[\w.-]{1,200}")

# Of a text with so many entities in it that it is read before it is cut.
_MOST_RAW = 6 * MOST_QUOTED

_MOST_FILES, _MOST_ATTACHED = 50, 20


def parse_shortcut(body: Mapping[str, Any], *, bot_user: str) -> Incoming | Ignored:
    """Translate the payload of a message shortcut. Never raises, whatever it holds."""
    recipe = recipe_called(_text(body.get("callback_id")))
    if body.get("type") != "message_action" or recipe is None:
        return Ignored("no such shortcut")
    user, message = _inside(body, "user"), _inside(body, "message")
    sender = _text(user.get("id"))
    team = _text(_inside(body, "team").get("id")) or _text(user.get("team_id"))
    channel = _text(_inside(body, "channel").get("id"))
    root = _text(message.get("thread_ts")) or _text(message.get("ts"))
    # The question is a message of its own: it came when the shortcut was chosen.
    ts = _text(body.get("action_ts"))
    if not (sender and team and channel and _TS.fullmatch(root) and _TS.fullmatch(ts)):
        return Ignored("no person, team, channel or ts")
    trigger = _text(body.get("trigger_id"))
    return Incoming(
        event_id=f"shortcut:{trigger if _TRIGGER.fullmatch(trigger) else ts}",
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, _text(user.get("team_id")) or team),
        text=about(recipe.title, _said(message, bot_user)),
        reach=Reach.MENU,
        files=_files(message),
        about=_text(message.get("ts")),
    )


def _said(message: Mapping[str, Any], bot_user: str) -> str:
    """The message's text, and that of what hangs on it: many programs say all of it there."""
    attached = (
        _text(part.get("text")) or _text(part.get("fallback")) for part in _attached(message)
    )
    texts = (text[:_MOST_RAW] for text in (_text(message.get("text")), *attached))
    return "\n\n".join(part for part in (plain(text, bot_user) for text in texts) if part)


def _files(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """The message's own files, those of a message passed on with it, and pictures in blocks."""
    found = [*parse_files(message.get("files"))]
    for part in _attached(message):
        found += parse_files(part.get("files"))
    found += parse_files([*_pictures_in_blocks(message)])
    once: dict[str, FileRef] = {}
    for ref in found:
        once.setdefault(ref.id, ref)
    return tuple(once.values())[:_MOST_FILES]


def _pictures_in_blocks(message: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Easel shows what it made in blocks, which name the file and tell nothing else of it."""
    for block in _objects(message.get("blocks")):
        if block.get("type") == "image":
            number = _text(_inside(block, "slack_file").get("id"))
            yield {"id": number, "name": "picture", "mimetype": "image/*"}


def _attached(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _objects(message.get("attachments"))[:_MOST_ATTACHED]


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _inside(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    # A lone surrogate is legal JSON but no text: neither SQLite nor the model's API takes it.
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""
