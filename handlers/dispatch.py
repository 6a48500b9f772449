"""Passes payloads to Bolt's listeners, and acknowledges itself what no listener can take.

Slack sends again, or tells people that the app does not respond, what is not acknowledged. So all
is acknowledged, of whatever shape, except what could not be stored. What Bolt brings to none of
Easel's listeners goes to their functions without Bolt: they read fewer fields than Bolt does.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from structlog.contextvars import bound_contextvars

from bot.delivery.escaper import escape_text
from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.observability.rare_warning import RareWarning
from handlers.identifiers import DONE_KEY
from handlers.parsing.bodies import describe_payload, list_places
from handlers.parsing.messages import is_echo
from handlers.parsing.shortcuts import parse_chooser
from handlers.services import Services
from handlers.surfaces import take_payload

log = structlog.get_logger(__name__)

NO_COMMANDS_MESSAGE = Message(
    "I know no slash commands. Mention me in a channel or write to me directly, and I answer in the"
    " thread."
)
_OPTIONS_KINDS = ("block_suggestion", "dialog_suggestion")
# Slack sends these again, and nothing else.
_EVENT_TYPE = "event_callback"
_NOT_STORED_STATUS, _NO_LISTENER_STATUS = 503, 404


class Dispatcher:
    """The one way of a payload into Easel, over Socket Mode and HTTP alike."""

    def __init__(self, app: AsyncApp, services: Services, *, bot_user_id: str) -> None:
        self._app = app
        self._services = services
        self._bot_user_id = bot_user_id
        self._sent_back = RareWarning(time.monotonic)
        app.error(_handle_error)

    async def dispatch(
        self,
        payload: object,
        *,
        headers: Mapping[str, str] | None = None,
        kind: str = "",
    ) -> BoltResponse:
        """Return the response: 200 acknowledges, 503 means "not stored, send it again".

        `payload` comes from Slack: whoever calls has checked that. `kind` is the type of an
        envelope, for the log. Never raises.
        """
        response = None
        if isinstance(payload, dict):
            if is_echo(payload, bot_user_id=self._bot_user_id):
                return BoltResponse(status=200)
            if payload.get("type") == _EVENT_TYPE and not self._services.queue.has_room:
                return self._send_back()
            outcome = await self._ask_bolt(payload, dict(headers or {}))
            if not outcome.is_final:
                outcome = await self._ask_surfaces(payload, outcome)
            response = outcome.response
            if response is not None and response.status != _NO_LISTENER_STATUS:
                return response
        label = describe_payload(payload)
        reason = "malformed" if response is None else "no_listener"
        log.info("ignored", reason=reason, kind=label.kind or kind, id=label.id)
        return _build_unhandled_response(payload, self._services)

    def _send_back(self) -> BoltResponse:
        """Have Slack send an event again later. It is not even read: what cannot be stored must
        not take the time of what can."""
        if count := self._sent_back.count():
            log.warning("events_sent_back", count=count)
        return BoltResponse(status=_NOT_STORED_STATUS)

    async def _ask_bolt(self, payload: dict[str, Any], headers: dict[str, str]) -> _Outcome:
        """Let Bolt find the listener. The response is None if Bolt cannot read the payload."""
        request, response = None, None
        try:
            # Over HTTP, too, Bolt gets what was read once: it would read some bodies otherwise.
            request = AsyncBoltRequest(
                body=payload,
                headers=headers,  # type: ignore[arg-type] # a dict's type parameters are invariant
                mode="socket_mode",
            )
            response = await self._app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - whatever a payload makes Bolt raise
            # Bolt takes the shape of some fields for granted. What our own listeners raise ends in
            # `_handle_error`; this is for an error that came from there.
            if has_listener_run(error):
                response = BoltResponse(status=_NOT_STORED_STATUS)
        status = _NO_LISTENER_STATUS if response is None else response.status
        if request is not None and request.context.get(DONE_KEY):
            # What Bolt stumbled over afterwards is no reason to send it again.
            has_response = status not in (_NO_LISTENER_STATUS, _NOT_STORED_STATUS)
            return _Outcome(response if has_response else BoltResponse(status=200), is_final=True)
        return _Outcome(response, is_final=status == _NOT_STORED_STATUS)

    async def _ask_surfaces(self, payload: dict[str, Any], outcome: _Outcome) -> _Outcome:
        """Store what none of the listeners has seen, though it is one's; else return `outcome`."""
        try:
            is_done = await take_payload(payload, self._services, bot_user_id=self._bot_user_id)
        except Exception as error:  # noqa: BLE001 - as in Bolt's own error handler
            return _Outcome(_report_failure(error, payload), is_final=True)
        if not is_done:
            return outcome
        label = describe_payload(payload)
        log.info("taken_without_bolt", kind=label.kind, id=label.id)
        return _Outcome(BoltResponse(status=200), is_final=True)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """`is_final`: a listener has done its work, or has failed to; no other need look."""

    response: BoltResponse | None
    is_final: bool


def has_listener_run(error: BaseException) -> bool:
    """Whether an exception came out of one of our listeners, rather than out of Bolt's own code."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    names = (str(frame.f_globals.get("__name__", "")) for frame in frames)
    return any(name.startswith("handlers.") and name != __name__ for name in names)


async def _handle_error(error: Exception, body: object) -> BoltResponse:
    """Bolt's error handler: decide whether Slack should send the payload again."""
    if not has_listener_run(error):
        return BoltResponse(status=_NO_LISTENER_STATUS)
    return _report_failure(error, body)


def _report_failure(error: Exception, payload: object) -> BoltResponse:
    """Log why a listener has not stored a payload; return what makes Slack send it again."""
    label, name = describe_payload(payload), type(error).__name__
    with bound_contextvars(kind=label.kind, id=label.id, **list_places(payload)):
        if isinstance(error, EaselError):
            log.warning("not_stored", error=name, code=error.code)
        else:
            log.error("listener_failed", error=name, exc_info=error)
    return BoltResponse(status=_NOT_STORED_STATUS)


def _build_unhandled_response(payload: object, services: Services) -> BoltResponse:
    """Acknowledge in the way in which Slack shows people no error."""
    body = payload if isinstance(payload, Mapping) else {}
    if "command" in body:
        text = body.get("text")
        words = text if isinstance(text, str) else ""
        language = services.choose_language(parse_chooser(body), words)
        notice = escape_text(render(NO_COMMANDS_MESSAGE, language))
        return _build_json_response(response_type="ephemeral", text=notice)
    if body.get("type") in _OPTIONS_KINDS:
        return _build_json_response(options=[])
    return BoltResponse(status=200)


def _build_json_response(**fields: object) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(fields), headers={"Content-Type": ["application/json"]}
    )
