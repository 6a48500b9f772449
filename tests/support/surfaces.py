"""Payloads as Slack sends them, through the real Bolt to services that record the calls."""

from __future__ import annotations

import json
import logging
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from handlers import register_all
from tests.support.recording_services import TS, RecordingServices

BOT_USER = "U0EASEL"
PICTURE = {"id": "F1", "name": "a.png", "mimetype": "image/png"}


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T0EASEL", bot_user_id=BOT_USER, bot_token="xoxb-played"
    )


def build_app(services: RecordingServices) -> AsyncApp:
    """Build Bolt's app, with the listeners of every surface."""
    app = AsyncApp(
        name="easel",
        authorize=authorize,
        signing_secret="",
        logger=logging.getLogger("easel.slack"),
        process_before_response=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    register_all(app, services)
    return app


async def dispatch(services: RecordingServices, payload: dict[str, Any]) -> int:
    """Return the status that Bolt answers with: 200 is an acknowledgement."""
    app = build_app(services)
    request = AsyncBoltRequest(body=json.dumps(payload), mode="socket_mode")
    response = await app.async_dispatch(request)
    assert response is not None
    return response.status


def build_event(event_type: str = "message", **event: Any) -> dict[str, Any]:
    basic = {"type": event_type, "user": "U0ALEX", "channel": "C0GENERAL", "ts": TS}
    return {
        "type": "event_callback",
        "team_id": "T0EASEL",
        "event_id": "Ev1",
        "event": basic | event,
    }


def build_press(action_id: str, value: str = "7", **changed: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    return {
        "type": "block_actions",
        "team": {"id": "T0EASEL"},
        "user": {"id": "U0ALEX"},
        "channel": {"id": "C0GENERAL"},
        "actions": [button | {"action_ts": "1700000500.000200"}],
    } | changed


def build_shortcut(**changed: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "action_ts": "1700000500.000200",
        "team": {"id": "T0EASEL"},
        "user": {"id": "U0ALEX"},
        "channel": {"id": "C0GENERAL"},
        "callback_id": "read_text",
        "trigger_id": "1.2.3",
        "message": {"type": "message", "user": "U0BEN", "ts": TS, "text": ""},
    } | changed
