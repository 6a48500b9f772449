"""Socket Mode as Slack plays it: addresses for one use, connections, envelopes and goodbyes.

See `delivery.py` for the deadline and the redelivery of events.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections import deque
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from bot.playground.slack.delivery import Delivery

MAX_CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class SocketFault:
    """What happens to one handshake instead of a connection. Exactly one of the fields is set.

    `status`: it is refused. `hangs`: it is never answered. `silent`: it succeeds, and no hello
    comes. `closes`: the connection is closed at once.
    """

    status: int | None = None
    retry_after: int | None = None  # a header of the refusal
    hangs: bool = False
    silent: bool = False
    closes: bool = False


class SocketDelivery:
    """Up to ten connections; each event goes to one of them.

    An eleventh is told `too_many_websockets` instead of hello, and closed
    (github.com/slackapi/bolt-js/issues/2021). `others` counts those of other processes.
    """

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self.others = 0
        self.told_full = 0  # how often an eleventh was refused
        self.refuses = False  # every handshake
        self.handshakes = 0
        self.frozen: set[web.WebSocketResponse] = set()
        self._tickets: set[str] = set()
        self._faults: deque[SocketFault] = deque()
        self._connected = asyncio.Event()
        self._turn = itertools.count()
        self._sent: dict[str, Delivery] = {}

    def issue_address(self, origin: str) -> str:
        """Return an address for one handshake, as `apps.connections.open` does."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{origin.replace('http', 'ws', 1)}/socket?ticket={ticket}"

    def fail(self, *, times: int = 1, **fault: Any) -> None:
        """Let the next handshakes fail; the fields are those of `SocketFault`."""
        self._faults.extend([SocketFault(**fault)] * times)

    def clear_faults(self) -> None:
        self._faults.clear()

    def freeze(self) -> None:
        """Stop to read, answer and send on the open connections, as where the network is cut."""
        self.frozen.update(self.sockets)
        self.sockets.clear()
        self._connected.clear()

    def set_aside(self) -> list[web.WebSocketResponse]:
        """Send nothing more on the connections that are open; return them. They stay open."""
        aside = list(self.sockets)
        self.sockets.clear()
        self._connected.clear()
        return aside

    def put_back(self, sockets: list[web.WebSocketResponse]) -> None:
        """Send on those again that `set_aside` has returned, as far as they are still open."""
        self.sockets.extend(socket for socket in sockets if not socket.closed)
        if self.sockets:
            self._connected.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket connection, from the handshake to its end."""
        self.handshakes += 1
        fault = self._faults.popleft() if self._faults else SocketFault()
        ticket = request.query.get("ticket", "")
        is_valid = ticket in self._tickets
        self._tickets.discard(ticket)
        if fault.hangs:
            await asyncio.Event().wait()
        if fault.status is not None:
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
            return web.Response(status=fault.status, headers=headers)
        if not is_valid:
            raise web.HTTPNotFound
        if self.refuses:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=0, autoping=False)
        await socket.prepare(request)
        if fault.closes:
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
        elif fault.silent:
            await self._receive(socket)
        elif len(self.sockets) + self.others >= MAX_CONNECTIONS:
            await self._refuse(socket)
        else:
            await self._greet_and_receive(socket)
        return socket

    async def _refuse(self, socket: web.WebSocketResponse) -> None:
        self.told_full += 1
        reason, debug_info = "too_many_websockets", {"host": "played"}
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug_info})
        await socket.close()

    async def _greet_and_receive(self, socket: web.WebSocketResponse) -> None:
        self.sockets.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.sockets) + self.others,
            "connection_info": {"app_id": "A0EASEL"},
            "debug_info": {"host": "played", "approximate_connection_time": 18060},
        }
        await socket.send_json(hello)
        self._connected.set()
        try:
            await self._receive(socket)
        finally:
            self.frozen.discard(socket)
            if socket in self.sockets:
                self.sockets.remove(socket)
            if not self.sockets:
                self._connected.clear()

    async def _receive(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if socket in self.frozen:
                continue
            if message.type is aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._acknowledge(message.data)

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
            "accepts_response_payload": delivery.kind in ("interactive", "slash_commands"),
            "retry_attempt": delivery.attempts,
            "retry_reason": reason,
        }
        await socket.send_json(envelope)

    async def send_frame(self, text: str) -> None:
        """Send any text on every connection."""
        for socket in list(self.sockets):
            await socket.send_str(text)

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        envelope_id = str(answer.get("envelope_id")) if isinstance(answer, dict) else ""
        delivery = self._sent.pop(envelope_id, None)
        if delivery is not None:
            delivery.response = answer.get("payload")
            delivery.acknowledge()

    async def refresh(self, reason: str) -> None:
        """Ask the app to replace every connection, as Slack does every few hours."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def cut(self) -> None:
        """Close every connection without a warning."""
        for socket in list(self.sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
