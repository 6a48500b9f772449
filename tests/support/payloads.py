"""Payloads of every kind that Slack sends, and what becomes of them when fields are missing or odd.

`BASIC_PAYLOADS` have the fields of Slack's documentation; nothing in them is a question.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Payload = tuple[str, Any]  # the type of its envelope, and the payload

TEAM = {"id": "T0EASEL", "domain": "easel"}
USER = {"id": "U0ALEX", "username": "alex", "name": "alex", "team_id": "T0EASEL"}
CHANNEL = {"id": "C0GENERAL", "name": "general"}
TS = "1700000000.000100"
MESSAGE = {"type": "message", "user": "U0ALEX", "ts": TS, "text": "hello", "team": "T0EASEL"}
FILE = {
    "id": "F1",
    "name": "photo.png",
    "mimetype": "image/png",
    "size": 12,
    "mode": "hosted",
    "url_private": "https://files.slack.com/a",
    "url_private_download": "https://files.slack.com/b",
}
VIEW = {"id": "V1", "type": "modal", "callback_id": "c", "state": {"values": {}}, "hash": "1.a"}
ODD_VALUES: tuple[Any, ...] = (None, [], {}, 0, "", "x", [None], True, [{}], "\ud800", 10**30)


def build_body(kind: str, **fields: Any) -> dict[str, Any]:
    """Build the payload of an interaction."""
    common = {"team": TEAM, "user": USER, "api_app_id": "A0EASEL", "token": "played"}
    return {"type": kind, "trigger_id": "1.2.3", **common, **fields}


def build_event(event: Any, **fields: Any) -> dict[str, Any]:
    """Build the payload of an event."""
    return {
        "type": "event_callback",
        "team_id": "T0EASEL",
        "api_app_id": "A0EASEL",
        "event_id": "Ev0ODD",
        "event_time": 1700000000,
        "event": event,
        "authorizations": [{"team_id": "T0EASEL", "user_id": "U0EASEL", "is_bot": True}],
        **fields,
    }


def _build_action(**fields: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": "easel_retry", "block_id": "b", "value": "999"}
    container = {"type": "message", "message_ts": TS, "channel_id": "C0GENERAL"}
    return build_body(
        "block_actions",
        **{"actions": [button], "container": container, "channel": CHANNEL, "message": MESSAGE}
        | fields,
    )


def _build_shortcut(**fields: Any) -> dict[str, Any]:
    chosen = {"callback_id": "no_such_recipe", "action_ts": TS, "channel": CHANNEL}
    return build_body("message_action", **chosen | {"message": MESSAGE} | fields)


COMMAND = {
    "command": "/easel",
    "text": "draw a fox",
    "team_id": "T0EASEL",
    "channel_id": "C0GENERAL",
    "user_id": "U0ALEX",
    "trigger_id": "1.2.3",
    "api_app_id": "A0EASEL",
}
_INTERACTIONS = [
    _build_action(),
    _build_action(actions=[]),
    _build_action(actions=None),
    _build_action(user=None, container=None),
    _build_action(channel=None),
    _build_action(actions=[{"action_id": "someone_elses", "block_id": "b", "type": "button"}]),
    _build_action(actions=[{"type": "workflow_button", "action_id": "w", "block_id": "b"}]),
    _build_shortcut(),
    _build_shortcut(callback_id="read_text", message=None),
    _build_shortcut(callback_id="read_text", channel=None, user=None),
    build_body("shortcut", callback_id="global_one", action_ts=TS),
    build_body("view_submission", view=VIEW),
    build_body("view_submission", view=None),
    build_body("view_submission", view=[]),
    build_body("view_closed", view=VIEW, is_cleared=False),
    build_body("block_suggestion", action_id="a", block_id="b", value="x", view=VIEW),
    build_body("dialog_suggestion", callback_id="c", name="n", value="x"),
    build_body("dialog_submission", callback_id="c", submission={}),
    build_body("dialog_cancellation", callback_id="c"),
    build_body("interactive_message", callback_id="c", actions=[{"name": "a", "value": "b"}]),
    build_body("interactive_message", callback_id="c", actions=[]),
    build_body("workflow_step_edit", callback_id="c", workflow_step={"workflow_id": "1"}),
    build_body("workflow_step_edit", callback_id="c"),
    build_body("something_new"),
    {"type": None},
    {},
]
_EVENTS = [
    build_event(None),
    build_event([]),
    build_event("x"),
    build_event({}),
    build_event({"type": None}),
    build_event({"type": "something_new", "user": USER}),
    build_event({"type": "member_joined_channel", "user": "U0ALEX", "channel": "C0GENERAL"}),
    build_event({"type": "reaction_added", "user": "U0ALEX", "item": None}),
    build_event({"type": "app_home_opened", "user": "U0ALEX", "tab": "home"}),
    build_event({"type": "function_executed", "function": {"callback_id": "f"}, "inputs": {}}),
    build_event(
        {"type": "workflow_step_execute", "workflow_step": {"workflow_step_execute_id": 1}}
    ),
    build_event({"type": "workflow_step_execute", "callback_id": "c"}),
    build_event({"type": "tokens_revoked", "tokens": {"bot": ["U0EASEL"]}}),
    build_event({"type": "app_uninstalled"}),
    build_event({"type": "message", "subtype": "channel_topic", "channel": "C0GENERAL"}),
    build_event({"type": "message", "subtype": ["x"], "channel": "C0GENERAL", "ts": TS}),
    build_event({"type": "message", "subtype": "message_deleted", "channel": None}),
    build_event({"type": "message", "subtype": "message_changed", "message": None}),
    build_event({"type": "file_deleted", "file_id": None}),
    build_event({"type": "agent_session_stopped", "channel": "C0GENERAL"}),
    build_event({"type": "app_mention", "channel": "C0GENERAL", "user": None, "ts": TS}),
    {"type": "app_rate_limited", "team_id": "T0EASEL", "minute_rate_limited": 1700000000},
    {"type": "event_callback"},
]
BASIC_PAYLOADS: list[Payload] = [
    *(("interactive", payload) for payload in _INTERACTIONS),
    *(("events_api", payload) for payload in _EVENTS),
    ("slash_commands", COMMAND),
    ("slash_commands", {"command": "/easel"}),
    *((kind, odd) for kind in ("events_api", "interactive") for odd in ODD_VALUES),
]


def list_recorded(specs: Path) -> list[Payload]:
    """Return the payloads that were recorded from the real Slack."""
    found: list[Payload] = []
    for path in sorted((specs / "slack-events").glob("*.json")):
        for body in json.loads(path.read_text()).values():
            if isinstance(body, dict) and ("type" in body or "command" in body):
                found.append((_find_envelope_type(body), body))
    return found


def mutate(payload: Any, *, depth: int = 3) -> Iterator[Any]:
    """Yield the payload without each of its fields, and with each of them odd."""
    for path in _list_paths(payload, depth):
        without = copy.deepcopy(payload)
        parent = _get_parent(without, path)
        del parent[path[-1]]
        yield without
        for odd in ODD_VALUES:
            changed = copy.deepcopy(payload)
            _get_parent(changed, path)[path[-1]] = odd
            yield changed


def _find_envelope_type(body: dict[str, Any]) -> str:
    if "command" in body:
        return "slash_commands"
    return "events_api" if body["type"] == "event_callback" else "interactive"


def _list_paths(value: Any, depth: int) -> Iterator[tuple[Any, ...]]:
    if depth == 0 or not isinstance(value, dict | list):
        return
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield (key,)
        for rest in _list_paths(value[key], depth - 1):
            yield (key, *rest)


def _get_parent(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value
