"""Scripted responses: exact bytes, refusals, broken connections or silence as an answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from aiohttp import web


@dataclass(slots=True)
class Script:
    """The response to one request.

    `chunks` are written one by one, after `gate` is set, `delay` seconds later and `pause` seconds
    apart; `drop` then
    breaks the connection, `stall` keeps it open and silent until the server stops. With `cut` the
    connection breaks before the headers. `cost` is what the bill says, in US dollars; None: there
    is no bill. Without `has_id` the headers have no generation.
    """

    chunks: Sequence[bytes] = ()
    status: int = 200
    content_type: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    delay: float = 0.0
    pause: float = 0.0
    drop: bool = False
    stall: bool = False
    cut: bool = False
    cost: Decimal | None = None
    has_id: bool = True


def build_failure(status: int, body: object, retry_after: str = "") -> Script:
    """Build a refusal with `status`; a string as `body` is sent as HTML, anything else as JSON."""
    is_html = isinstance(body, str)
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Script(
        chunks=(raw,),
        status=status,
        content_type="text/html" if is_html else "application/json",
        headers={"Retry-After": retry_after} if retry_after else {},
    )


async def play_script(
    script: Script, request: web.Request, generation_id: str, stopping: asyncio.Event
) -> web.StreamResponse:
    """Respond as `script` says; a stall ends when the server is `stopping`."""
    if script.gate is not None:
        await wait_for_any(script.gate, stopping)
    await pause(script.delay, stopping)
    if script.cut:
        return cut_connection(request)
    headers = {"X-Generation-Id": generation_id} if script.has_id else {}
    headers |= script.headers
    headers["Content-Type"] = script.content_type
    response = web.StreamResponse(status=script.status, headers=headers)
    await response.prepare(request)
    for chunk in script.chunks:
        await response.write(chunk)
        await pause(script.pause, stopping)
    if script.stall:
        await stopping.wait()
    if script.drop and request.transport is not None:
        request.transport.close()
    return response


def cut_connection(request: web.Request) -> web.Response:
    """Break the connection before anything is sent."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def wait_for_any(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Sleep for `seconds`, or until the server is `stopping`."""
    if seconds > 0:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stopping.wait()
