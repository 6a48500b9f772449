"""Builds the payloads that Slack sends for a pressed button or a chosen message shortcut.

See `delivery.py` for sending them.
"""

from __future__ import annotations

from typing import Any

from bot.playground.slack.files.descriptions import describe_message
from bot.playground.slack.workspace import APP_ID, DOMAIN, TEAM, PlayedChannel, PlayedMessage


def build_button_payload(
    message: PlayedMessage,
    button: dict[str, str],
    user: str,
    *,
    action_ts: str = "",
    origin: str = "",
) -> dict[str, Any]:
    """Build the `block_actions` payload of a control that was pressed at `action_ts`."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": APP_ID,
        "token": "played",
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": False,
        },
        "trigger_id": f"1.2.{action_ts or message.ts}",
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": message.channel, "name": "played"},
        "message": describe_message(message, ""),
        "response_url": f"{origin}/actions/{TEAM}/{message.ts}/{user}" if origin else "",
        "actions": [
            {
                **_build_action(button),
                "action_id": button["action_id"],
                "block_id": "play",
                "action_ts": action_ts or message.ts,
            }
        ],
    }


def _build_action(button: dict[str, str]) -> dict[str, Any]:
    """Build what an action says of what was pressed: an entry of a menu is its option."""
    kind = button.get("kind", "button")
    pressed = {
        "text": {"type": "plain_text", "text": button["text"], "emoji": True},
        "value": button["value"],
    }
    return (
        {"type": kind, "selected_option": pressed}
        if kind == "overflow"
        else {"type": kind, **pressed}
    )


def build_shortcut_payload(
    message: PlayedMessage,
    channel: PlayedChannel,
    callback_id: str,
    *,
    user: dict[str, str],
    action_ts: str,
    origin: str,
) -> dict[str, Any]:
    """Build the `message_action` payload of a shortcut that was chosen at `action_ts`."""
    name = "directmessage" if channel.kind == "im" else channel.name
    number = action_ts.replace(".", "")
    return {
        "type": "message_action",
        "token": "played",
        "action_ts": action_ts,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {**user, "team_id": TEAM},
        "channel": {"id": channel.id, "name": name},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": f"{number}.0.played",
        "response_url": f"{origin}/app/{TEAM}/{number}/played",
        "message_ts": message.ts,
        "message": describe_message(message, origin),
    }


def build_global_shortcut_payload(
    callback_id: str, *, user: dict[str, str], action_ts: str
) -> dict[str, Any]:
    """Build the `shortcut` payload of a shortcut that belongs to no message.

    Source: docs.slack.dev, "Shortcuts", the payload of a global shortcut.
    """
    return {
        "type": "shortcut",
        "token": "played",
        "action_ts": action_ts,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {**user, "team_id": TEAM},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": f"{action_ts.replace('.', '')}.0.played",
    }
