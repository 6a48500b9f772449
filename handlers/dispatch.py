"""Passes payloads to Bolt's listeners, and acknowledges itself what no listener can take.

Slack sends again, or tells people that the app does not respond, what is not acknowledged. So all
is acknowledged, of whatever shape, except what a listener has failed to store.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import EaselError
from bot.domain.messages import Message
from handlers.parsing.bodies import describe_payload
from handlers.parsing.messages import is_echo

log = structlog.get_logger(__name__)

NO_COMMANDS_MESSAGE = Message(
    "I know no slash commands. Mention me in a channel or write to me directly, and I answer in the"
    " thread."
)
_OPTIONS_KINDS = ("block_suggestion", "dialog_suggestion")
_NOT_STORED_STATUS, _NO_LISTENER_STATUS = 503, 404


class Dispatcher:
    """The one way of a payload into Easel, over Socket Mode and HTTP alike."""

    def __init__(self, app: AsyncApp, *, bot_user_id: str) -> None:
        self._app = app
        self._bot_user_id = bot_user_id
        app.error(_handle_error)

    async def dispatch(
        self,
        payload: object,
        *,
        raw: str | None = None,
        headers: Mapping[str, str] | None = None,
        kind: str = "",
    ) -> BoltResponse:
        """Return the response: 200 acknowledges, 503 means "not stored, send it again".

        `raw` and `headers` are those of an HTTP request; Bolt checks the signature once more and
        answers 401 without one. `kind` is the type of an envelope, for the log. Never raises.
        """
        if isinstance(payload, dict):
            if is_echo(payload, bot_user_id=self._bot_user_id):
                return BoltResponse(status=200)
            response = await self._ask_bolt(payload, raw, dict(headers or {}))
            if response is not None and response.status != _NO_LISTENER_STATUS:
                return response
        else:
            response = None
        label = describe_payload(payload)
        reason = "malformed" if response is None else "no_listener"
        log.info("ignored", reason=reason, kind=label.kind or kind, id=label.id)
        return _build_unhandled_response(payload)

    async def _ask_bolt(
        self, payload: dict[str, Any], raw: str | None, headers: dict[str, str]
    ) -> BoltResponse | None:
        """Return Bolt's response, None if Bolt itself cannot read the payload."""
        mode = "socket_mode" if raw is None else "http"
        try:
            request = AsyncBoltRequest(
                body=payload if raw is None else raw,
                headers=headers,  # type: ignore[arg-type] # a dict's type parameters are invariant
                mode=mode,
            )
            return await self._app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - whatever a payload makes Bolt raise
            # Bolt takes the shape of some fields for granted. What our own listeners raise ends in
            # `_handle_error`; this is for an error that came from there.
            return BoltResponse(status=_NOT_STORED_STATUS) if has_listener_run(error) else None


def has_listener_run(error: BaseException) -> bool:
    """Whether an exception came out of one of our listeners, rather than out of Bolt's own code."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    names = (str(frame.f_globals.get("__name__", "")) for frame in frames)
    return any(name.startswith("handlers.") and name != __name__ for name in names)


async def _handle_error(error: Exception) -> BoltResponse:
    """Bolt's error handler: decide whether Slack should send the payload again."""
    if not has_listener_run(error):
        return BoltResponse(status=_NO_LISTENER_STATUS)
    if isinstance(error, EaselError):
        log.warning("not_stored", error=type(error).__name__, code=error.code)
    else:
        log.error("listener_failed", error=type(error).__name__, exc_info=error)
    return BoltResponse(status=_NOT_STORED_STATUS)


def _build_unhandled_response(payload: object) -> BoltResponse:
    """Acknowledge in the way in which Slack shows people no error."""
    body = payload if isinstance(payload, Mapping) else {}
    if "command" in body:
        return _build_json_response(response_type="ephemeral", text=NO_COMMANDS_MESSAGE)
    if body.get("type") in _OPTIONS_KINDS:
        return _build_json_response(options=[])
    return BoltResponse(status=200)


def _build_json_response(**fields: object) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(fields), headers={"Content-Type": ["application/json"]}
    )
