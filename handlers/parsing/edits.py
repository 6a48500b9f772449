"""Parses edits, and finds the one that makes a message one for Easel: the first that adds its name.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.answers.steering import MessageEdit
from bot.domain.conversation import Person
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
    edited = _find_edit(event, bot_user_id=bot_user_id)
    if edited is None:
        return None
    message, previous, edited_ts = edited
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


def parse_edit(body: Mapping[str, Any], *, bot_user_id: str) -> MessageEdit | None:
    """Return a person's edit of what their message says, None for any other event. Never raises.

    Files and previews that come or go are no edit of what it says.
    """
    event = read_mapping(body, "event")
    edited = _find_edit(event, bot_user_id=bot_user_id)
    if edited is None:
        return None
    message, previous, edited_ts = edited
    team, channel = read_text(body.get("team_id")), read_text(event.get("channel"))
    ts, user = read_text(message.get("ts")), read_text(message.get("user"))
    editor = read_text(read_mapping(message, "edited").get("user")) or user
    if not (team and channel and is_ts(ts) and is_ts(edited_ts) and editor == user):
        return None
    read = read_message(message, bot_user_id=bot_user_id, channel=channel)
    before = read_message(previous, bot_user_id=bot_user_id, channel=channel).text
    author = Person(user, read_text(message.get("user_team")) or read_text(message.get("team")))
    if not read.text:
        return None
    root, is_mention = read_text(message.get("thread_ts")) or ts, bot_user_id in read.mentioned
    return MessageEdit(
        team, channel, ts, author, read.text, before, edited_ts, root, is_mention=is_mention
    )


def _find_edit(
    event: Mapping[str, Any], *, bot_user_id: str
) -> tuple[Mapping[str, Any], Mapping[str, Any], str] | None:
    """Return the message as a person has edited it, what it was before, and the ts of the edit."""
    if event.get("type") != "message" or event.get("subtype") != "message_changed":
        return None
    message, previous = read_mapping(event, "message"), read_mapping(event, "previous_message")
    edited_ts = read_text(read_mapping(message, "edited").get("ts"))
    is_edit = edited_ts and edited_ts != read_text(read_mapping(previous, "edited").get("ts"))
    author = read_author(message, bot_user_id=bot_user_id)
    if not bot_user_id or not previous or not is_edit or author.kind is not AuthorKind.PERSON:
        return None
    return message, previous, edited_ts
