"""Parses the payloads of message shortcuts into an `IncomingMessage`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from bot.domain.files import FileRef
from bot.request.recipes import find_recipe
from bot.request.recipes.recipe import quote
from handlers.parsing.content.attachments import list_attachments
from handlers.parsing.fields import is_ts, read_mapping, read_text
from handlers.parsing.files import merge_files, parse_files
from handlers.parsing.message_text import MessageContent, find_block_pictures, read_message

_TRIGGER_ID_PATTERN = re.compile(r"[\w.-]{1,200}")


def parse_shortcut(body: Mapping[str, Any], *, bot_user_id: str) -> IncomingMessage | Ignored:
    """Parse the payload of a message shortcut. Never raises, whatever it holds."""
    recipe = find_recipe(read_text(body.get("callback_id")))
    if body.get("type") != "message_action" or recipe is None:
        return Ignored("no such shortcut")
    user, message = read_mapping(body, "user"), read_mapping(body, "message")
    sender = read_text(user.get("id"))
    team = read_text(read_mapping(body, "team").get("id")) or read_text(user.get("team_id"))
    channel = read_text(read_mapping(body, "channel").get("id"))
    root = read_text(message.get("thread_ts")) or read_text(message.get("ts"))
    # The question is a message of its own, as old as the choice of the shortcut.
    ts = read_text(body.get("action_ts"))
    if not (sender and team and channel and is_ts(root) and is_ts(ts)):
        return Ignored("no person, team, channel or ts")
    trigger_id = read_text(body.get("trigger_id"))
    content = read_message(message, bot_user_id=bot_user_id, channel=channel)
    return IncomingMessage(
        event_id=f"shortcut:{trigger_id if _TRIGGER_ID_PATTERN.fullmatch(trigger_id) else ts}",
        thread=Thread(team, channel, root),
        ts=ts,
        sender=Person(sender, read_text(user.get("team_id")) or team),
        text=quote(recipe.title, content.text),
        trigger=Trigger.MENU,
        files=_collect_files(message, content, channel),
        quoted_ts=read_text(message.get("ts")),
    )


def parse_chooser(body: Mapping[str, Any]) -> Person:
    """Return the person whose choice or command `body` is, with "" for what it does not say."""
    user = read_mapping(body, "user")
    team = read_text(user.get("team_id")) or read_text(read_mapping(body, "team").get("id"))
    return Person(
        read_text(user.get("id")) or read_text(body.get("user_id")),
        team or read_text(body.get("team_id")),
    )


def _collect_files(
    message: Mapping[str, Any], content: MessageContent, channel: str
) -> tuple[FileRef, ...]:
    """Return the message's own files, those of its attachments, and the pictures in blocks."""
    refs = [*content.files]
    for attachment in list_attachments(message, channel):
        refs += parse_files(attachment.get("files"))
    return merge_files([*refs, *find_block_pictures(message)])
