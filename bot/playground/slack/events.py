"""The events Slack sends about messages, in the shapes it sends them. Builds, delivers nothing."""

from __future__ import annotations

import re
from typing import Any

from bot.playground.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM,
    PlayedChannel,
    PlayedFile,
    PlayedMessage,
)

_UPLOAD = {"upload": False, "display_as_bot": False}


def message_event(
    message: PlayedMessage, channel: PlayedChannel, *, parent: str = ""
) -> dict[str, Any]:
    """`message`, with subtype `file_share` where it holds files; `parent` wrote its root."""
    event = _common(message) | {"type": "message", "channel_type": channel.kind, "team": TEAM}
    if parent:
        event["parent_user_id"] = parent
    if message.files:
        event |= {"subtype": "file_share", **_UPLOAD}
        del event["team"]  # absent in real file_share events
    if message.from_bot:
        event |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": {"id": BOT_ID}}
    return event


def mention_event(message: PlayedMessage) -> dict[str, Any]:
    """`app_mention`; the real one has no channel_type and no subtype."""
    event = _common(message) | {"type": "app_mention"}
    return event | (_UPLOAD if message.files else {"team": TEAM})


def changed_event(
    message: PlayedMessage,
    channel: PlayedChannel,
    event_ts: str,
    *,
    origin: str = "",
    before: str = "",
) -> dict[str, Any]:
    """`message_changed`: the outer ts is the event's, the inner one the message's."""
    edited = {"user": message.user, "ts": event_ts}
    inner = message_object(message, origin) | {"edited": edited}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": inner,
        "previous_message": {**inner, "text": before},
        "channel": message.channel,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.kind,
    }


def deleted_event(
    message: PlayedMessage, channel: PlayedChannel, event_ts: str, *, origin: str = ""
) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": message_object(message, origin),
        "channel": message.channel,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.kind,
    }


def joined_event(user: str, channel: PlayedChannel, ts: str) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "channel_join",
        "user": user,
        "text": f"<@{user}> has joined the channel",
        "ts": ts,
        "event_ts": ts,
        "channel": channel.id,
        "channel_type": channel.kind,
    }


def pressed_body(
    message: PlayedMessage, button: dict[str, str], user: str, team: str = TEAM
) -> dict[str, Any]:
    """The `block_actions` payload of a pressed button."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": team},
        "api_app_id": APP_ID,
        "token": "played",
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": False,
        },
        "trigger_id": f"1.2.{message.ts}",
        "team": {"id": team, "domain": "played"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": message.channel, "name": "played"},
        "message": message_object(message, ""),
        "response_url": "",
        "actions": [
            {
                "type": "button",
                "action_id": button["action_id"],
                "block_id": "play",
                "text": {"type": "plain_text", "text": button["text"], "emoji": True},
                "value": button["value"],
                "action_ts": message.ts,
            }
        ],
    }


def body(event: dict[str, Any], event_id: str, event_time: int) -> dict[str, Any]:
    """The Events API body around an event."""
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "played",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


def file_object(file: PlayedFile, origin: str, *, with_shares: bool = False) -> dict[str, Any]:
    """A file as events and answers describe it; `origin` is the played Slack's address."""
    base = f"{origin}/files-pri/{TEAM}-{file.id}"
    described: dict[str, Any] = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower(),
        "pretty_type": file.name.rpartition(".")[2].upper(),
        "user": file.user,
        "user_team": TEAM,
        "editable": False,
        "size": len(file.data),
        "mode": file.mode,
        "is_external": False,
        "external_type": "",
        "is_public": not file.private,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/{file.name}",
        "url_private_download": f"{base}/download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"{origin}/files/{file.user}/{file.id}/{file.name}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.alt:
        described["alt_txt"] = file.alt
    if file.width and file.height:
        described |= {"original_w": file.width, "original_h": file.height}
    if with_shares:
        places: dict[str, list[dict[str, Any]]] = {}
        for channel, ts, thread_ts in file.shares:
            places.setdefault(channel, []).append({"ts": ts, "thread_ts": thread_ts})
        kind = "private" if file.private else "public"
        described["shares"] = {kind: places} if places else {}
    return described


def message_object(
    message: PlayedMessage, origin: str, *, with_metadata: bool = False
) -> dict[str, Any]:
    """A message as `conversations.replies` and the answers of chat methods describe it."""
    described = _common(message) | {"type": "message", "team": TEAM}
    if message.files:
        described |= {"subtype": "file_share"} if not message.from_bot else {}
        described["files"] = [file_object(file, origin) for file in message.files]
    if message.from_bot:
        described |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if with_metadata and message.metadata is not None:
        described["metadata"] = message.metadata
    for name in ("channel", "event_ts"):
        del described[name]
    return described


def _common(message: PlayedMessage) -> dict[str, Any]:
    event: dict[str, Any] = {
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "blocks": [
            {
                "type": "rich_text",
                "block_id": "play",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": _elements(message.text),
                    }
                ],
            }
        ],
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if not message.from_bot:
        event["client_msg_id"] = f"played-{message.ts}"
    if message.thread_ts is not None:
        event["thread_ts"] = message.thread_ts
    return event


def _elements(text: str) -> list[dict[str, Any]]:
    """The text as rich text holds it, people apart from words."""
    pieces = (piece for piece in re.split(r"(<@[UW][A-Z0-9]+>)", text) if piece)
    return [
        {"type": "user", "user_id": piece[2:-1]}
        if piece.startswith("<@")
        else {"type": "text", "text": piece}
        for piece in pieces
    ]
