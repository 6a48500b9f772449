"""Builds posts of any author, and the events that Slack sends about one: as message and mention.

Easel's own posts come through `chat.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from bot.playground.slack import events
from bot.playground.slack.files.descriptions import describe_shown_file
from bot.playground.slack.workspace import BOT_USER, TEAM, PlayedMessage, Workspace

AuthorName: TypeAlias = Literal["person", "person by app", "app", "app with user", "workflow"]

# What belongs to the place of a message, and not to what it says.
_PLACE_FIELDS = (
    "type", "ts", "event_ts", "channel", "channel_type", "user", "team", "thread_ts",
    "parent_user_id", "client_msg_id", "edited",
)  # fmt: skip
# The author who posts a message takes the place of the one whom its fields name.
_AUTHOR_FIELDS = ("bot_id", "app_id", "bot_profile", "username")


def build_author_fields(author: AuthorName, user: str) -> dict[str, Any]:
    """Return the fields that tell the author: Slack marks all that a program has posted."""
    match author:
        case "person":
            return {"user": user}
        case "person by app":
            return {"user": user, **_build_bot("B0RELAY", "A0RELAY", "Relay")}
        case "app":
            bot = _build_bot("B0ALERTS", "A0ALERTS", "Alerts")
            return {**bot, "subtype": "bot_message", "username": "Alerts"}
        case "app with user":
            return {"user": "U0ALERTS", **_build_bot("B0ALERTS", "A0ALERTS", "Alerts")}
        case "workflow":
            bot = _build_bot("B0FLOW", "A0FLOW", "Daily report")
            bot["bot_profile"]["is_workflow_bot"] = True
            return {**bot, "subtype": "bot_message", "username": "Daily report"}


def _build_bot(bot_id: str, app_id: str, name: str) -> dict[str, Any]:
    profile = {"id": bot_id, "app_id": app_id, "name": name, "deleted": False, "team_id": TEAM}
    return {"bot_id": bot_id, "app_id": app_id, "bot_profile": profile}


def build_played_message(
    ts: str,
    channel: str,
    fields: Mapping[str, Any],
    *,
    author_fields: dict[str, Any],
    thread_ts: str | None,
) -> PlayedMessage:
    """Build a message of any shape: `fields` are its text, blocks, attachments, files."""
    left_out = (*_PLACE_FIELDS, *_AUTHOR_FIELDS)
    content = {name: value for name, value in fields.items() if name not in left_out}
    if content.get("subtype") == "bot_message":
        del content["subtype"]
    return PlayedMessage(
        ts=ts,
        channel=channel,
        user=str(author_fields.get("user", "")),
        text=str(content.get("text") or ""),
        thread_ts=thread_ts,
        content=content,
        author_fields=author_fields,
    )


def is_easel_mentioned(message: PlayedMessage) -> bool:
    """Whether its text or its blocks mention Easel."""
    if f"<@{BOT_USER}" in message.text:
        return True
    blocks = json.dumps((message.content or {}).get("blocks"))
    return f'"user_id": "{BOT_USER}"' in blocks or f"<@{BOT_USER}" in blocks


def select_views(workspace: Workspace, message: PlayedMessage, views: Sequence[str]) -> list[str]:
    """Return those of `views` that the app gets.

    It gets none in a channel that it is not a member of, and a mention only of itself.
    """
    channel = workspace.channels[message.channel]
    if BOT_USER not in channel.members:
        return []
    is_mentioned = channel.kind != "im" and is_easel_mentioned(message)
    return [view for view in views if view.startswith("message") or is_mentioned]


def build_view_event(
    workspace: Workspace, message: PlayedMessage, view: str, *, origin: str
) -> dict[str, Any]:
    """Build the event of `message` in one of its views; "… without files" omits its files."""
    if view.startswith("app_mention"):
        event = events.build_mention_event(message, origin=origin)
    else:
        channel = workspace.channels[message.channel]
        root = workspace.find_message(message.channel, message.thread_ts or "")
        parent = root.user if root else ""
        event = events.build_message_event(message, channel, parent=parent, origin=origin)
    if message.files and not view.endswith("without files"):
        event["files"] = [describe_shown_file(file, origin) for file in message.files]
    return event
