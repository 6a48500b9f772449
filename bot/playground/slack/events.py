"""Builds the events that Slack sends about messages and files. Delivers nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.playground.slack.files.descriptions import describe_common_fields
from bot.playground.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM,
    PlayedChannel,
    PlayedFile,
    PlayedMessage,
)

_UPLOAD_FIELDS = {"upload": False, "display_as_bot": False}


def build_message_event(
    message: PlayedMessage, channel: PlayedChannel, *, parent: str = "", origin: str = ""
) -> dict[str, Any]:
    """Build `message`, with subtype `file_share` if it has files; `parent` wrote its root."""
    event = describe_common_fields(message, origin) | {
        "type": "message",
        "channel_type": channel.kind,
        "team": TEAM,
    }
    if parent:
        event["parent_user_id"] = parent
    if message.files:
        event |= {"subtype": "file_share", **_UPLOAD_FIELDS}
        del event["team"]  # absent in real file_share events
    if message.from_bot:
        event |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": {"id": BOT_ID}}
    return event | message.author_fields


def build_mention_event(message: PlayedMessage, *, origin: str = "") -> dict[str, Any]:
    """Build `app_mention`, which has no channel_type and no subtype."""
    event = describe_common_fields(message, origin) | {"type": "app_mention"}
    event.pop("subtype", None)
    return event | (_UPLOAD_FIELDS if message.files else {"team": TEAM})


def build_changed_event(
    message: dict[str, Any], previous: dict[str, Any], channel: PlayedChannel, event_ts: str
) -> dict[str, Any]:
    """Build `message_changed`: the outer ts is the event's, the inner one the message's."""
    fields = {"message": message, "previous_message": previous}
    return _build_message_change("message_changed", fields, channel, event_ts)


def build_deleted_event(
    previous: dict[str, Any], channel: PlayedChannel, event_ts: str
) -> dict[str, Any]:
    """Build `message_deleted`; `previous` describes the deleted message."""
    fields = {"deleted_ts": previous["ts"], "previous_message": previous}
    return _build_message_change("message_deleted", fields, channel, event_ts)


def _build_message_change(
    subtype: str, fields: dict[str, Any], channel: PlayedChannel, event_ts: str
) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        **fields,
        "channel": channel.id,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.kind,
    }


def build_file_deleted_event(
    file: PlayedFile, channels: Collection[str], event_ts: str
) -> dict[str, Any]:
    """Build `file_deleted`, which does not name the messages that showed the file."""
    fields = {"file_id": file.id, "channel_ids": sorted(channels)}
    return {"type": "file_deleted", **fields, "event_ts": event_ts}


def build_joined_event(user: str, channel: PlayedChannel, ts: str) -> dict[str, Any]:
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


def build_body(event: dict[str, Any], event_id: str, event_time: int) -> dict[str, Any]:
    """Build the Events API body around an event."""
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
