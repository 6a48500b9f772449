"""Delivers events with Slack's deadline and redelivery. See `sockets.py` for Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

# Seconds before each redelivery (docs.slack.dev, "The Events API": at once, 1 and 5 minutes).
RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
MAX_ACK_SECONDS = 3.0


@dataclass(slots=True)
class Delivery:
    """One event and its delivery. `attempts` counts how often it was sent.

    `kind` is the type of the Socket Mode envelope. Over HTTP it decides the form of the body.
    """

    body: Any  # an object, unless Slack is played as broken
    number: int
    attempts: int = 0
    kind: str = "events_api"  # or "interactive", "slash_commands", …
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    sent_at: float | None = None  # from `time.perf_counter`
    acked_at: float | None = None  # likewise
    is_given_up: bool = False  # Slack has sent it for the last time
    response: Any = None  # what the acknowledgement carried
    status: int | None = None  # of the last HTTP response

    def acknowledge(self) -> None:
        if self.acked_at is None:
            self.acked_at = time.perf_counter()
        self.acknowledged.set()

    @property
    def event_id(self) -> str:
        return str(self.body.get("event_id", "")) if isinstance(self.body, dict) else ""


class Transport(Protocol):
    """A way to the app; `send` returns once the delivery is on its way.

    Raises `ConnectionError` where it is known at once that the app has not taken it.
    """

    async def send(self, delivery: Delivery, reason: str) -> None: ...


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
        raw, content_type = encode_body(delivery)
        headers = sign_request(raw, self._secret, time.time()) | {"Content-Type": content_type}
        if delivery.attempts:
            headers["x-slack-retry-num"] = str(delivery.attempts)
            headers["x-slack-retry-reason"] = self._retry_reasons.get(delivery.number, reason)
        # In pieces: an event of more than a megabyte would hold the loop, and be refused for it.
        data = io.BytesIO(raw)
        try:
            async with self._session.post(self._url, data=data, headers=headers) as response:
                delivery.status = response.status
                delivery.response = _decode_response(await response.text())
                declined = response.headers.get("x-slack-no-retry") == "1"
                if 200 <= response.status < 300 or declined:
                    delivery.acknowledge()
                self._retry_reasons[delivery.number] = "http_error"
        except TimeoutError:
            self._retry_reasons[delivery.number] = "http_timeout"
        except aiohttp.ClientError:
            self._retry_reasons[delivery.number] = "connection_failed"
        if not delivery.acknowledged.is_set():
            # Nothing more comes: over HTTP the response is all the acknowledgement there is.
            raise ConnectionError(self._retry_reasons[delivery.number])

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def encode_body(delivery: Delivery) -> tuple[bytes, str]:
    """Return the body of a request to the app, and its content type.

    Interactivity is a form with the payload as JSON, a slash command a form of its fields
    (docs.slack.dev, "Handling user interaction", "Slash commands").
    """
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.body)}).encode(), form
    if delivery.kind == "slash_commands" and isinstance(delivery.body, dict):
        return urlencode(delivery.body).encode(), form
    return json.dumps(delivery.body).encode(), "application/json"


def _decode_response(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


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
    transport: Transport,
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
    delivery.is_given_up = True
