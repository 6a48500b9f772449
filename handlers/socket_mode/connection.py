"""One WebSocket of Socket Mode, from the handshake to its end. Never connects again by itself.

See `keeper.py` for what follows on its end, `handlers/parsing/frames.py` for the frames.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
import structlog
from aiohttp import WSMessage, WSMsgType

from bot.domain.errors import TransientError
from bot.observability.background_tasks import BackgroundTasks
from handlers.parsing.frames import Envelope, Goodbye, Hello, Noise, parse_frame
from handlers.socket_mode.pace import Pace
from handlers.web_api.errors import read_retry_after

log = structlog.get_logger(__name__)

# Slack states no limit; its events have at most a few hundred kilobytes.
_MAX_FRAME_BYTES = 16 * 1024 * 1024
_CLOSE_TIMEOUT_SECONDS = 2.0
# What can be cancelled has ended by then.
_CANCEL_SECONDS = 1.0
# What a write to a connection that is ending raises.
_LOST_ERRORS = (OSError, aiohttp.ClientError, RuntimeError)
_END_TYPES = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Slack may forget the envelope. `payload` goes along where Slack takes one."""

    payload: Mapping[str, Any] | None = None


# Returns None if the envelope must come again.
EnvelopeHandler = Callable[[Envelope], Awaitable[Acknowledgement | None]]


class SlackConnection:
    """A WebSocket that reads, answers pings and acknowledges, until it ends or is closed."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        handle: EnvelopeHandler,
        pace: Pace,
        on_end: Callable[[str], None],
    ) -> None:
        self._socket = socket
        self._handle = handle
        self._pace = pace
        self._on_end = on_end  # takes the reason, one word
        self._opened_at = time.monotonic()
        self._handling = BackgroundTasks("envelope")
        loop = asyncio.get_running_loop()
        self._greeted: asyncio.Future[str] = loop.create_future()
        self._leaving: asyncio.Future[str] = loop.create_future()
        self.is_alive = True
        self._task = asyncio.create_task(self._run(), name="slack connection")

    @classmethod
    async def open(
        cls,
        session: aiohttp.ClientSession,
        address: str,
        handle: EnvelopeHandler,
        pace: Pace,
        on_end: Callable[[str], None],
        *,
        proxy: str | None = None,
    ) -> Self:
        """Connect and wait for Slack's hello. Raises `TransientError` if either fails."""
        socket = await _open_socket(session, address, pace, proxy)
        connection = cls(socket, handle, pace, on_end)
        try:
            await connection._wait_for_hello()
        except BaseException:
            await connection.close()
            raise
        return connection

    @property
    def seconds(self) -> float:
        """How long ago the connection was opened."""
        return time.monotonic() - self._opened_at

    async def wait_until_leaving(self) -> str:
        """Wait until Slack says goodbye or the connection ends; return the reason, one word."""
        return await asyncio.shield(self._leaving)

    async def retire(self) -> None:
        """Finish what came and acknowledge it, for at most `Pace.drain` seconds; then close.

        What takes longer goes on without an acknowledgement: Slack will send it again.
        """
        try:
            async with asyncio.timeout(self._pace.drain):
                await self._handling.wait()
        except TimeoutError:
            log.info("not_acknowledged", reason="too_slow", count=len(self._handling))
        finally:
            await self._end()
        await self._handling.wait()

    async def close(self) -> None:
        """End the connection and what it does, within a few seconds.

        What waits for the store cannot be cancelled: it ends by itself, and nothing waits for it.
        """
        await self._end()
        if not await self._handling.cancel(wait_seconds=_CANCEL_SECONDS):
            log.warning("not_acknowledged", reason="store_hangs", count=len(self._handling))

    async def _end(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _wait_for_hello(self) -> None:
        await asyncio.wait(
            {self._greeted, self._leaving},
            timeout=self._pace.hello,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if self._leaving.done():
            raise _build_connect_error(self._leaving.result())
        if not self._greeted.done():
            raise _build_connect_error("no_hello")

    async def _run(self) -> None:
        pinger = asyncio.create_task(self._send_pings(), name="slack ping")
        reason = "closed"
        try:
            await self._receive()
        except TimeoutError:
            reason = "silent"
        except Exception as error:
            # Whatever ends the reading, another connection is opened.
            reason = type(error).__name__
            log.exception("connection_failed", error=reason)
        finally:
            pinger.cancel()
            self.is_alive = False
            _resolve(self._leaving, reason)
            self._on_end(reason)
            with contextlib.suppress(*_LOST_ERRORS):
                await self._socket.close()

    async def _receive(self) -> None:
        """Read until the connection ends. Raises `TimeoutError` when it is silent for too long."""
        while True:
            # A connection that is cut in the network takes no pong either, so that is bounded too.
            async with asyncio.timeout(self._pace.silence):
                message = await self._socket.receive()
                if message.type in _END_TYPES:
                    return
                if message.type is WSMsgType.PING:
                    await self._answer_ping(message)
            if message.type is WSMsgType.TEXT:
                self._take(message.data)

    async def _answer_ping(self, message: WSMessage) -> None:
        with contextlib.suppress(*_LOST_ERRORS):
            await self._socket.pong(message.data)

    async def _send_pings(self) -> None:
        """Make the other side say something; `_receive` notices when it does not."""
        with contextlib.suppress(*_LOST_ERRORS):
            while True:
                await asyncio.sleep(self._pace.ping)
                await self._socket.ping()

    def _take(self, text: str) -> None:
        match parse_frame(text):
            case Envelope() as envelope:
                self._handling.spawn(self._answer(envelope))
            case Hello():
                _resolve(self._greeted, "hello")
            case Goodbye(reason):
                _resolve(self._leaving, reason)
            case Noise(kind):
                log.info("ignored", reason="unknown_frame", kind=kind)

    async def _answer(self, envelope: Envelope) -> None:
        try:
            acknowledgement = await self._handle(envelope)
        except Exception as error:
            # What is not acknowledged comes again, and the other envelopes go on.
            log.exception("envelope_failed", error=type(error).__name__)
            return
        if acknowledgement is None:
            return
        answer: dict[str, Any] = {"envelope_id": envelope.id}
        if acknowledgement.payload and envelope.accepts_response:
            answer["payload"] = acknowledgement.payload
        try:
            async with asyncio.timeout(self._pace.drain):
                await self._socket.send_str(json.dumps(answer))
        except (TimeoutError, *_LOST_ERRORS) as error:
            # Slack will send it again on another connection, and the store knows it by then.
            log.info("not_acknowledged", reason="connection_lost", error=type(error).__name__)


def _resolve(future: asyncio.Future[str], result: str) -> None:
    """Set the result, unless there is one."""
    if not future.done():
        future.set_result(result)


def _build_connect_error(code: str, retry_after: float | None = None) -> TransientError:
    """Return the error of an attempt to connect; `code` is one word."""
    error = TransientError(f"Socket Mode: {code}", retry_after=retry_after)
    error.code = code
    return error


async def _open_socket(
    session: aiohttp.ClientSession, address: str, pace: Pace, proxy: str | None
) -> aiohttp.ClientWebSocketResponse:
    try:
        async with asyncio.timeout(pace.handshake):
            return await session.ws_connect(
                address,
                autoping=False,  # pings and pongs are seen, and tell that the other side is there
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_TIMEOUT_SECONDS),
                max_msg_size=_MAX_FRAME_BYTES,
                proxy=proxy,
            )
    except aiohttp.WSServerHandshakeError as error:
        code = f"http_{error.status}"
        raise _build_connect_error(code, read_retry_after(error.headers)) from error
    except TimeoutError as error:
        raise _build_connect_error("no_handshake") from error
    except (OSError, ValueError, aiohttp.ClientError) as error:
        raise _build_connect_error(type(error).__name__) from error
