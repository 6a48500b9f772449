"""One connection of the web server, which ends when the other side takes too long.

aiohttp bounds only how long a connection is idle. This stands between the socket and aiohttp's
protocol, passes everything on, and knows what the connection is at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from handlers.connections.limits import Deadlines, Phase


class GuardedConnection(asyncio.Protocol):
    """Passes a connection to `handler`, and cuts it when a deadline has passed.

    `on_end` is called once, with the reason if it was cut here, else "".
    """

    def __init__(
        self,
        handler: asyncio.Protocol,
        address: str,
        deadlines: Deadlines,
        on_end: Callable[[GuardedConnection, str], None],
    ) -> None:
        self.address = address
        self.phase = Phase.WAITING
        self._loop = asyncio.get_running_loop()
        self.since = self._loop.time()
        self._handler = handler
        self._deadlines = deadlines
        self._on_end = on_end
        self._has_ended = False
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of a stream
        self._transport = transport
        self._begin_phase(Phase.WAITING, self._deadlines.head, "slow_head")
        self._handler.connection_made(transport)
        if self._has_ended:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.phase is Phase.IDLE:
            self._begin_phase(Phase.WAITING, self._deadlines.head, "slow_head")
        try:
            self._handler.data_received(data)
        except Exception:  # noqa: BLE001 - whatever bytes make a parser raise
            self.cut("malformed")

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end("")
        self._handler.connection_lost(exc)

    def begin_body(self) -> None:
        """The head of a request is read; its body may take a while."""
        self._begin_phase(Phase.WAITING, self._deadlines.body, "slow_body")

    def begin_work(self) -> None:
        """The request is read: what takes time now is Easel."""
        self._begin_phase(Phase.BUSY, None, "")

    def begin_response(self) -> None:
        """The response is ready; the other side has to take it."""
        self._begin_phase(Phase.WAITING, self._deadlines.response, "slow_reader")

    def finish_request(self) -> None:
        """The response is sent."""
        self._begin_phase(Phase.IDLE, self._deadlines.idle, "idle")

    def cut(self, reason: str) -> None:
        """Close the connection at once, without waiting for the other side."""
        self._end(reason)
        if self._transport is not None:
            self._transport.abort()

    def _begin_phase(self, phase: Phase, seconds: float | None, reason: str) -> None:
        if self._has_ended:
            return
        self.phase, self.since = phase, self._loop.time()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if seconds is not None:
            self._timer = self._loop.call_later(seconds, self.cut, reason)

    def _end(self, reason: str) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        if self._timer is not None:
            self._timer.cancel()
        self._on_end(self, reason)
