"""Brings what comes over Socket Mode to the dispatcher, and its responses back into the envelopes.

See `socket_mode/` for the connection.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from slack_bolt.response import BoltResponse
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackError, StartupError
from handlers.dispatch import Dispatcher
from handlers.parsing.frames import Envelope
from handlers.socket_mode.connection import Acknowledgement, EnvelopeHandler
from handlers.socket_mode.keeper import AddressRequest, ConnectionKeeper
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.web_api.client import CallCounter, SlackCalls
from handlers.web_api.errors import build_unavailable_error


@dataclass(frozen=True, slots=True)
class SocketModeOptions:
    """How to reach Slack through Socket Mode. `count_call` counts calls of the Web API."""

    app_token: str
    pace: Pace
    count_call: CallCounter


@asynccontextmanager
async def open_socket_mode(
    client: AsyncWebClient,
    dispatcher: Dispatcher,
    state: ConnectionState,
    options: SocketModeOptions,
) -> AsyncIterator[None]:
    """Listen over a WebSocket that is opened again whenever it ends; `state` tells how it is.

    Raises `StartupError` if Slack refuses the first attempt for good, as it does for a token that
    it does not accept. What may pass by itself is tried again in the background.
    """
    request_address = build_address_request(client, options)
    handle = build_envelope_handler(dispatcher)
    proxy = load_http_proxy_from_env(logging.getLogger("easel.slack"))
    keeper = ConnectionKeeper(request_address, handle, state, options.pace, proxy=proxy)
    try:
        await keeper.open()
    except SlackError as error:
        raise StartupError(
            [
                f"SLACK_APP_TOKEN: Slack answers {error.code}; create an app-level token with"
                " connections:write under “Basic Information”"
            ]
        ) from error
    try:
        yield
    finally:
        await keeper.close()


def build_address_request(client: AsyncWebClient, options: SocketModeOptions) -> AddressRequest:
    """Return a function that asks Slack for an address to connect to."""
    calls = SlackCalls(options.count_call)

    async def request_address() -> str:
        method = "apps.connections.open"
        async with calls.call(method, timeout_seconds=options.pace.address):
            response = await client.apps_connections_open(app_token=options.app_token)
            url = response.get("url")
            if not isinstance(url, str) or not url.startswith(("wss://", "ws://")):
                raise build_unavailable_error(method, "no_address")
            return url

    return request_address


def build_envelope_handler(dispatcher: Dispatcher) -> EnvelopeHandler:
    """Return a function that passes an envelope on and returns how it is acknowledged."""

    async def handle(envelope: Envelope) -> Acknowledgement | None:
        headers = {"x-slack-retry-num": str(envelope.retry_attempt or 0)}
        if envelope.retry_reason:
            headers["x-slack-retry-reason"] = envelope.retry_reason
        response = await dispatcher.dispatch(
            envelope.payload, headers=headers, kind=envelope.kind or "unknown"
        )
        return _build_acknowledgement(response)

    return handle


def _build_acknowledgement(response: BoltResponse) -> Acknowledgement | None:
    """Return what goes back in an envelope, None if Slack should send the payload again."""
    if response.status != 200:
        return None
    if not response.body:
        return Acknowledgement()
    try:
        body = json.loads(response.body)
    except ValueError:
        body = None
    return Acknowledgement(body if isinstance(body, dict) else {"text": response.body})
