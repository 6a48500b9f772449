"""Parses the payloads of message shortcuts into an `IncomingMessage`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class MessageChoice:
    """A message whose menu a person used at `chosen_at`: its `ts`, and the thread it is in."""

    sender: Person
    thread: Thread
    ts: str
    chosen_at: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done with a message: a `request`, with their own `words`.

    `is_about_message`: the message is part of what is asked, not only the place.
    """

    request: str
    words: str = ""
    is_about_message: bool = True


def parse_shortcut(body: Mapping[str, Any], *, bot_user_id: str) -> IncomingMessage | Ignored:
    """Parse the payload of a message shortcut. Never raises, whatever it holds."""
    recipe = find_recipe(read_text(body.get("callback_id")))
    if body.get("type") != "message_action" or recipe is None:
        return Ignored("no such shortcut")
    choice = parse_choice(body)
    if choice is None:
        return Ignored("no person, team, channel or ts")
    trigger_id, at = read_trigger_id(body), choice.chosen_at
    message = read_mapping(body, "message")
    event_id = f"shortcut:{trigger_id or at}"
    return build_question(
        choice, Wish(recipe.title), message, event_id=event_id, bot_user_id=bot_user_id
    )


def parse_choice(body: Mapping[str, Any]) -> MessageChoice | None:
    """Return the message that a shortcut was chosen on, None if the payload does not tell it."""
    user, message = read_mapping(body, "user"), read_mapping(body, "message")
    sender = read_text(user.get("id"))
    team = read_text(read_mapping(body, "team").get("id")) or read_text(user.get("team_id"))
    channel = read_text(read_mapping(body, "channel").get("id"))
    root = read_text(message.get("thread_ts")) or read_text(message.get("ts"))
    at = read_text(body.get("action_ts"))
    if not (sender and team and channel and is_ts(root) and is_ts(at)):
        return None
    person = Person(sender, read_text(user.get("team_id")) or team)
    return MessageChoice(person, Thread(team, channel, root), read_text(message.get("ts")), at)


def build_question(
    choice: MessageChoice,
    wish: Wish,
    message: Mapping[str, Any],
    *,
    event_id: str,
    bot_user_id: str,
) -> IncomingMessage:
    """Build the question about `message`, which is the chosen one as Slack shows it.

    It is a message of its own, as old as the choice.
    """
    channel = choice.thread.channel
    content = read_message(message, bot_user_id=bot_user_id, channel=channel)
    asked = IncomingMessage(
        event_id=event_id,
        thread=choice.thread,
        ts=choice.chosen_at,
        sender=choice.sender,
        text=wish.request,
        trigger=Trigger.MENU,
    )
    if not wish.is_about_message:
        return asked
    return replace(
        asked,
        text=quote(wish.request, content.text, wish.words),
        files=_collect_files(message, content, channel),
        quoted_ts=choice.ts,
    )


def read_trigger_id(body: Mapping[str, Any]) -> str:
    """Return the id with which a form can be opened, "" if there is none that can be one."""
    trigger_id = read_text(body.get("trigger_id"))
    return trigger_id if _TRIGGER_ID_PATTERN.fullmatch(trigger_id) else ""


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
