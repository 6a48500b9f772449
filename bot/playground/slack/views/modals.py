"""The open modals of a played workspace: `views.open`, `views.update`, and what people do in them.

See `checks.py` for what the app may open and `values.py` for what people fill in.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.faults import ApiError
from bot.playground.slack.views.checks import find_view_problem, is_too_large
from bot.playground.slack.views.values import Given, build_values, list_inputs
from bot.playground.slack.workspace import APP_ID, BOT_ID, DOMAIN, TEAM, Change, Workspace

TRIGGER_SECONDS = 3.0
CHANGE_KIND = "view"
_SHOWN_FIELDS = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id")


@dataclass(slots=True)
class PlayedModal:
    """A modal that is open for a person."""

    id: str
    user: str
    view: dict[str, Any]
    hash: str


@dataclass(slots=True)
class _Trigger:
    user: str
    issued_at: float
    is_used: bool = False


class Modals:
    """The modals of all people; each person sees the one that was opened last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._triggers: dict[str, _Trigger] = {}
        self._open: dict[str, PlayedModal] = {}
        self._numbers = itertools.count(1)

    def issue_trigger(self, trigger_id: str, user: str) -> None:
        """Let the app open one modal for `user` within three seconds."""
        now = self._workspace.clock()
        self._triggers[trigger_id] = _Trigger(user, now)
        for old in [key for key, one in self._triggers.items() if now - one.issued_at > 60]:
            del self._triggers[old]

    def note_triggers(self, body: Mapping[str, Any]) -> None:
        """Let the app open a modal for the person of a payload that has a trigger id."""
        user, trigger_id = body.get("user"), body.get("trigger_id")
        if isinstance(user, dict) and isinstance(trigger_id, str) and user.get("id"):
            self.issue_trigger(trigger_id, str(user["id"]))

    def open(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Open a modal. Raises `ApiError` as Slack does."""
        view = _read_view(args)
        trigger = self._triggers.get(str(args.get("trigger_id") or ""))
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.is_used:
            raise ApiError("exchanged_trigger_id")
        if self._workspace.clock() - trigger.issued_at > TRIGGER_SECONDS:
            raise ApiError("expired_trigger_id")
        trigger.is_used = True
        number = next(self._numbers)
        modal = PlayedModal(f"V0{number:09d}", trigger.user, view, self._create_hash())
        self._open[modal.id] = modal
        self._publish()
        return {"view": self.describe(modal, None)}

    def update(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Show another view in an open modal. Raises `ApiError` as Slack does."""
        modal = self._open.get(str(args.get("view_id") or ""))
        if modal is None:
            raise ApiError("not_found")
        if args.get("hash") not in (None, "", modal.hash):
            raise ApiError("hash_conflict")
        self.replace(modal, _read_view(args))
        return {"view": self.describe(modal, None)}

    def replace(self, modal: PlayedModal, view: dict[str, Any]) -> None:
        modal.view, modal.hash = view, self._create_hash()
        self._publish()

    def get(self, modal_id: str, user: str) -> PlayedModal:
        """Return an open modal of a person. Raises `LookupError`."""
        modal = self._open.get(modal_id)
        if modal is None or modal.user != user:
            raise LookupError(modal_id)
        return modal

    def close(self, modal: PlayedModal) -> None:
        self._open.pop(modal.id, None)
        self._publish()

    def list_open(self) -> list[dict[str, Any]]:
        """Return the open modals as the page shows them, the newest last."""
        shown = ("title", "submit", "close", "blocks")
        return [
            {"id": one.id, "hash": one.hash, "user": one.user}
            | {name: one.view[name] for name in shown if name in one.view}
            for one in self._open.values()
        ]

    def describe(self, modal: PlayedModal, given: Given | None) -> dict[str, Any]:
        """Return a modal as Slack shows it to the app, with what was filled in, if it is sent."""
        shown = {name: modal.view[name] for name in _SHOWN_FIELDS if name in modal.view}
        return {
            "id": modal.id,
            "team_id": TEAM,
            "private_metadata": "",
            "callback_id": "",
            **shown,
            "state": {"values": build_values(modal.view, given) if given is not None else {}},
            "hash": modal.hash,
            "clear_on_close": bool(modal.view.get("clear_on_close")),
            "notify_on_close": bool(modal.view.get("notify_on_close")),
            "previous_view_id": None,
            "root_view_id": modal.id,
            "app_id": APP_ID,
            "external_id": modal.view.get("external_id", ""),
            "app_installed_team_id": TEAM,
            "bot_id": BOT_ID,
        }

    def _create_hash(self) -> str:
        return f"{int(self._workspace.clock())}.{secrets.token_hex(4)}"

    def _publish(self) -> None:
        self._workspace.publish(Change(CHANGE_KIND, "", ""))


def build_view_payload(
    kind: str, view: Mapping[str, Any], user: dict[str, str], trigger_id: str
) -> dict[str, Any]:
    """Build the `view_submission` or `view_closed` payload of a modal."""
    body = {
        "type": kind,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {**user, "team_id": TEAM},
        "api_app_id": APP_ID,
        "token": "played",
        "view": view,
        "is_enterprise_install": False,
        "enterprise": None,
    }
    if kind == "view_closed":
        return body | {"is_cleared": False}
    return body | {"trigger_id": trigger_id, "response_urls": []}


def read_errors(view: Mapping[str, Any], response: object) -> dict[str, str] | None:
    """Return the errors of `response_action: errors`, by block id; None if Slack takes them not."""
    errors = response.get("errors") if isinstance(response, dict) else None
    names = {block["block_id"] for block in list_inputs(view)}
    if not isinstance(errors, dict) or not errors or not set(errors) <= names:
        return None
    is_told = all(isinstance(text, str) and text for text in errors.values())
    return dict(errors) if is_told else None


def _read_view(args: Mapping[str, Any]) -> dict[str, Any]:
    view = args.get("view")
    view = json.loads(view) if isinstance(view, str) else view
    if problem := find_view_problem(view):
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem}"]})
    read: dict[str, Any] = json.loads(json.dumps(view))
    if is_too_large(read):
        raise ApiError("view_too_large")
    # Slack gives an id to what has none.
    for number, block in enumerate(read["blocks"]):
        block.setdefault("block_id", f"played-{number}")
        if block["type"] == "input":
            block["element"].setdefault("action_id", f"played-{number}")
    return read
