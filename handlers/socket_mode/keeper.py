"""Holds a connection of Socket Mode open: asks for addresses, replaces what ends, backs off.

Every attempt asks Slack for a new address, because an address is for one handshake. A watchdog
builds everything from scratch after a long outage, or when the task that connects has died.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

from bot.domain.errors import SlackError, TransientError
from bot.observability.background_tasks import BackgroundTasks
from handlers.socket_mode.connection import EnvelopeHandler, SlackConnection
from handlers.socket_mode.pace import Pace, calculate_delay
from handlers.socket_mode.state import CROWDED_CODE, ConnectionState
from handlers.web_api.errors import is_permanent_refusal

log = structlog.get_logger(__name__)

# Slack takes no further envelopes from these: the old connection ends before a new one is opened.
_ENDED_BY_SLACK = ("link_disabled", CROWDED_CODE)

# Returns an address for one handshake. Raises `SlackError` or `TransientError`.
AddressRequest = Callable[[], Awaitable[str]]


class ConnectionKeeper:
    """One connection to Slack, and for a moment two while one replaces the other."""

    def __init__(
        self,
        request_address: AddressRequest,
        handle: EnvelopeHandler,
        state: ConnectionState,
        pace: Pace,
        *,
        proxy: str | None = None,
    ) -> None:
        self._request_address = request_address
        self._handle = handle
        self._state = state
        self._pace = pace
        self._proxy = proxy
        self._connections: set[SlackConnection] = set()  # open ones, and ones that are retiring
        self._retiring = BackgroundTasks("retiring connection")
        self._failures = 0  # in a row
        self._due_at = 0.0  # when the next attempt may be made, by `time.monotonic`
        self._is_crowded = False  # the last attempt found all places taken
        self._has_room = asyncio.Event()  # our own last connection has ended
        self._tried = asyncio.Event()
        self._is_closing = False
        self._first_refusal: SlackError | None = None

    async def open(self) -> None:
        """Try to connect once, then go on in the background until `close`.

        Raises `SlackError` if Slack refuses the first attempt for good; no other failure.
        """
        self._build()
        self._watchdog = asyncio.create_task(self._watch(), name="slack watchdog")
        try:
            await self._tried.wait()
            if self._first_refusal is not None:
                raise self._first_refusal
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Acknowledge what has come, as far as that is quick, and close every connection."""
        self._is_closing = True
        self._watchdog.cancel()
        await asyncio.wait({self._watchdog})
        self._connecting.cancel()
        await asyncio.wait({self._connecting})
        await asyncio.gather(
            *(self._retire_in_time(connection) for connection in list(self._connections))
        )
        await self._clear()

    def _build(self) -> None:
        self._session = aiohttp.ClientSession()
        self._connecting = asyncio.create_task(self._keep_connected(), name="slack socket mode")
        self._built_at = time.monotonic()

    async def _keep_connected(self) -> None:
        current: SlackConnection | None = None
        reason = ""
        while True:
            await self._wait_until_due()
            replacement = await self._try_to_connect()
            if replacement is None:
                continue
            if reason:
                self._state.record_replaced(reason)
            if current is not None:
                self._retiring.spawn(self._retire(current))
            current = replacement
            reason = await current.wait_until_leaving()
            log.info("slack_connection_ends", reason=reason, seconds=round(current.seconds))
            self._schedule_after_end(current)
            if reason in _ENDED_BY_SLACK:
                await self._retire_in_time(current)
                current = None

    async def _wait_until_due(self) -> None:
        """Wait until the next attempt may be made. Where one of our own connections has the place
        that the new one needs, that is as soon as it has ended."""
        seconds = max(0.0, self._due_at - time.monotonic())
        if not (self._is_crowded and self._is_any_alive()):
            await asyncio.sleep(seconds)
            return
        self._has_room.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._has_room.wait()
                self._failures = 0

    async def _try_to_connect(self) -> SlackConnection | None:
        """Return a connection that has said hello, None after a failure that is noted."""
        try:
            connection = await self._connect()
        except SlackError as error:
            is_refused = is_permanent_refusal(error)
            if is_refused and not self._tried.is_set():
                self._first_refusal = error
            self._note_failure(error.code, is_refused=is_refused)
            return None
        except TransientError as error:
            self._note_failure(error.code, retry_after=error.retry_after)
            return None
        finally:
            self._tried.set()
        return connection

    async def _connect(self) -> SlackConnection:
        address = await self._request_address()
        connection = await SlackConnection.open(
            self._session, address, self._handle, self._pace, self._update, proxy=self._proxy
        )
        self._connections.add(connection)
        self._update()
        return connection

    def _note_failure(
        self, code: str, *, retry_after: float | None = None, is_refused: bool = False
    ) -> None:
        self._failures += 1
        self._is_crowded = code == CROWDED_CODE
        self._state.record_failure(code, is_refused=is_refused)
        self._schedule(retry_after=retry_after, is_refused=is_refused)

    def _schedule_after_end(self, connection: SlackConnection) -> None:
        """A connection that lasted was a success; one that did not counts as a failure."""
        self._failures = 0 if connection.seconds >= self._pace.stable else self._failures + 1
        self._schedule()

    def _schedule(self, *, retry_after: float | None = None, is_refused: bool = False) -> None:
        delay = calculate_delay(
            self._pace,
            self._failures,
            retry_after=retry_after,
            is_refused=is_refused,
            chance=random.random(),
        )
        self._due_at = time.monotonic() + delay

    def _update(self, reason: str = "closed") -> None:
        """Note whether any connection is alive, when one came or one ended for `reason`."""
        if self._is_any_alive():
            self._state.record_connected()
            return
        self._has_room.set()
        if not self._is_closing:
            self._state.record_lost(reason)

    def _is_any_alive(self) -> bool:
        return any(connection.is_alive for connection in self._connections)

    async def _retire(self, connection: SlackConnection) -> None:
        try:
            await connection.retire()
        finally:
            await connection.close()
            self._connections.discard(connection)

    async def _retire_in_time(self, connection: SlackConnection) -> None:
        """Retire `connection` and give up what it still does, so that this ends soon."""
        try:
            async with asyncio.timeout(self._pace.drain + 1):
                await self._retire(connection)
        except TimeoutError:
            log.info("not_acknowledged", reason="too_slow")

    async def _clear(self) -> None:
        """Leave no task, connection or session behind."""
        await self._retiring.cancel()
        await asyncio.gather(*(connection.close() for connection in list(self._connections)))
        self._connections.clear()
        await self._session.close()

    async def _watch(self) -> None:
        """Rebuild what hangs or has died, until cancelled."""
        while True:
            try:
                await self._check()
            except Exception:
                # A bug must not end the watch: nothing else would notice that Easel is deaf.
                log.exception("slack_watchdog_failed")
                await asyncio.sleep(self._pace.watch)

    async def _check(self) -> None:
        """Look once, for `Pace.watch` seconds or until the task that connects has ended."""
        await asyncio.wait({self._connecting}, timeout=self._pace.watch)
        self._state.remind()
        outage = min(self._state.outage_seconds, time.monotonic() - self._built_at)
        if self._connecting.done():
            self._note_death(self._connecting)
        elif outage < self._pace.rebuild or self._state.is_crowded:
            return
        log.warning("slack_client_rebuilt", seconds=round(self._state.outage_seconds))
        await self._restart()

    def _note_death(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        code = type(error).__name__ if error is not None else "ended"
        log.error("slack_client_died", error=code, exc_info=error)
        self._note_failure(code)
        self._tried.set()

    async def _restart(self) -> None:
        """Start from scratch, but no sooner than the next attempt is due."""
        self._connecting.cancel()
        await asyncio.wait({self._connecting})
        await self._clear()
        self._update()
        self._build()
