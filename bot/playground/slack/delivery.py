"""Delivers events through Socket Mode or signed HTTP, with Slack's deadline and redelivery."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

# Seconds before each redelivery (docs.slack.dev, "The Events API": at once, 1 and 5 minutes).
RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
MAX_ACK_SECONDS = 3.0


@dataclass(slots=True)
class Delivery:
    """One event and its delivery. `attempts` counts how often it was sent."""

    body: dict[str, Any]
    number: int
    attempts: int = 0
    kind: str = "events_api"  # or "interactive"
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    sent_at: float | None = None  # from `time.perf_counter`
    acked_at: float | None = None  # likewise

    def acknowledge(self) -> None:
        if self.acked_at is None:
            self.acked_at = time.perf_counter()
        self.acknowledged.set()

    @property
    def event_id(self) -> str:
        return str(self.body.get("event_id", ""))


class SocketDelivery:
    """Socket Mode: up to ten connections; each event goes to one of them."""

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self.refuses = False
        self._connected = asyncio.Event()
        self._turn = itertools.count()
        self._sent: dict[str, Delivery] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket connection, from the hello to its end."""
        if self.refuses or len(self.sockets) >= 10:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self.sockets.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets),
            "connection_info": {"app_id": "A0EASEL"},
            "debug_info": {"host": "played", "approximate_connection_time": 18060},
        }
        await socket.send_json(hello)
        self._connected.set()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self.sockets.remove(socket)
            if not self.sockets:
                self._connected.clear()
        return socket

    async def wait_until_connected(self, *, seconds: float) -> None:
        """Wait until a socket is open. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            await self._connected.wait()

    async def send(self, delivery: Delivery, reason: str) -> None:
        while not self.sockets:
            await self._connected.wait()
        socket = self.sockets[next(self._turn) % len(self.sockets)]
        envelope_id = f"envelope-{delivery.number}-{delivery.attempts}"
        self._sent[envelope_id] = delivery
        envelope = {
            "envelope_id": envelope_id,
            "payload": delivery.body,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind == "interactive",
            "retry_attempt": delivery.attempts,
            "retry_reason": reason,
        }
        await socket.send_json(envelope)

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        envelope_id = str(answer.get("envelope_id")) if isinstance(answer, dict) else ""
        delivery = self._sent.pop(envelope_id, None)
        if delivery is not None:
            delivery.acknowledge()

    async def refresh(self, reason: str) -> None:
        """Ask the app to replace every connection, as Slack does every few hours."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def cut(self) -> None:
        """Close every connection without a warning."""
        for socket in list(self.sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)


class HttpDelivery:
    """Signed POST requests to `url`."""

    def __init__(self, url: str, secret: str, seconds: float) -> None:
        self._url = url
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._retry_reasons: dict[int, str] = {}  # Slack's reason, by number of the delivery
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery, reason: str) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        raw = json.dumps(delivery.body).encode()
        if delivery.kind == "interactive":
            raw = urlencode({"payload": raw.decode()}).encode()
        headers = sign_request(raw, self._secret, time.time())
        if delivery.kind == "interactive":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if delivery.attempts:
            headers["x-slack-retry-num"] = str(delivery.attempts)
            headers["x-slack-retry-reason"] = self._retry_reasons.get(delivery.number, reason)
        try:
            async with self._session.post(self._url, data=raw, headers=headers) as response:
                declined = response.headers.get("x-slack-no-retry") == "1"
                if 200 <= response.status < 300 or declined:
                    delivery.acknowledge()
                self._retry_reasons[delivery.number] = "http_error"
        except TimeoutError:
            self._retry_reasons[delivery.number] = "http_timeout"
        except aiohttp.ClientError:
            self._retry_reasons[delivery.number] = "connection_failed"

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def sign_request(raw: bytes, secret: str, now: float) -> dict[str, str]:
    """Build a signed request's headers (docs.slack.dev, "Verifying requests from Slack")."""
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


async def deliver(
    delivery: Delivery,
    transport: SocketDelivery | HttpDelivery,
    *,
    ack_seconds: float,
    retry_after: Sequence[float],
) -> None:
    """Send until the app acknowledges in time, or the last retry fails."""
    reason = ""
    for wait in (None, *retry_after):
        if wait is not None:
            reason = "timeout"
            await asyncio.sleep(wait)
        try:
            delivery.sent_at = delivery.sent_at or time.perf_counter()
            # Sending may wait for a connection; the deadline starts afterwards.
            await transport.send(delivery, reason)
            async with asyncio.timeout(ack_seconds):
                await delivery.acknowledged.wait()
        except (TimeoutError, ConnectionError):
            pass
        delivery.attempts += 1
        if delivery.acknowledged.is_set():
            return
