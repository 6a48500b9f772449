"""Connections to PostgreSQL, and one transaction on one of them: what of it is tried again.

A transaction runs on a thread, as on SQLite: a statement then costs a fifth of what it costs on the
event loop, which would have to turn for each of them. `transaction_run.py` has what runs there.
"""

from __future__ import annotations

import asyncio
import select
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

from bot.domain.errors import StoreError
from storage.engine.database import Body
from storage.engine.failures import is_worth_repeating, translate
from storage.engine.postgresql.transaction_run import TransactionRun
from storage.engine.text_values import register_text_values

T = TypeVar("T")

_MAX_TRIES = 5
# How long a transaction whose line was cut may take to notice.
_CUT_SECONDS = 5.0
# How long nothing else tries to connect after that has failed.
_PAUSE_SECONDS = 0.3
# Sent with each new connection. Nothing may hold a lock that others wait for.
OPTIONS = (
    "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000"
    " -c default_transaction_deferrable=off"
)
# By these a connection whose other end is gone is known within seconds (libpq's words).
_KEEPALIVES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def build_driver_url(url: str) -> URL:
    """Return SQLAlchemy's address of the database at `url`, which any libpq program understands."""
    return make_url(url).set(drivername="postgresql+psycopg")


def _refuse_closed_connections(engine: Engine) -> None:
    """Have the pool open another connection in place of one that the server has closed.

    Nothing comes on one that no one uses but its end, which is seen without asking the server. The
    pool itself would give out each in turn after a restart, and each would fail.
    """

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: object, _proxy: object) -> None:
        if _has_ended(connection.pgconn.socket):
            raise DisconnectionError


def _has_ended(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _has_result(end: asyncio.Future[Any]) -> bool:
    """Whether it has come to its end all the same: it was committed before it could be cut."""
    return end.done() and not end.cancelled() and end.exception() is None


class Connections:
    """At most `size` connections, each opened when it is needed and used by one thread at a time.

    Whoever finds none free waits in line, also where the server takes no other one and some are
    open; that counts as time of the transaction.
    """

    def __init__(
        self, url: str, size: int, *, isolation_level: str, options: str = OPTIONS
    ) -> None:
        address = build_driver_url(url)
        own_options = address.query.get("options", "")
        self._engine = create_engine(
            address.difference_update_query(["options"]),
            pool_size=size,
            max_overflow=0,
            pool_recycle=1800,
            hide_parameters=True,
            isolation_level=isolation_level,
            connect_args={
                **_KEEPALIVES,
                "application_name": "easel",
                "options": f"{options} {own_options}".strip(),
            },
        )
        register_text_values(self._engine)
        _refuse_closed_connections(self._engine)
        event.listen(self._engine, "do_connect", self._pause_after_failure)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="postgres")
        self._failed_at, self._failure = float("-inf"), Exception()
        self._change = threading.Condition()
        self._open_count = self._change_count = 0
        event.listen(self._engine, "connect", lambda *_: self._note_change(1))
        event.listen(self._engine, "close", lambda *_: self._note_change(-1))

    async def run(self, body: Body[T], seconds: float) -> T:
        """Run `body` in one transaction. What is known not to be committed is tried again, all of
        it within `seconds`.

        `body` runs on a thread. Raises what it raises, `StoreError` where the database fails or
        takes longer than `seconds`.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        for tries_left in reversed(range(_MAX_TRIES)):
            run = TransactionRun(self._take, body)
            try:
                return await self._run_once(run, until - loop.time())
            except TimeoutError as error:
                slow = StoreError("database_slow")
                slow.code = "database_slow"
                raise slow from error
            except StoreError:
                raise
            except Exception as error:
                if not tries_left or run.has_begun_commit or not is_worth_repeating(error):
                    raise translate(error) from error
        raise AssertionError("unreachable")

    @contextmanager
    def _take(self, is_given_up: Callable[[], bool]) -> Iterator[Connection]:
        connection = self._connect(is_given_up)
        try:
            with connection:
                yield connection
        finally:
            self._note_change()

    def _connect(self, is_given_up: Callable[[], bool]) -> Connection:
        while True:
            change_count = self._change_count
            try:
                return self._engine.connect()
            except (DBAPIError, StoreError) as error:
                if isinstance(error, DBAPIError):  # the other says that there is a pause
                    self._failed_at, self._failure = time.monotonic(), translate(error)
                if is_given_up() or not self._wait_for_open_one(change_count):
                    raise

    def _note_change(self, opened: int = 0) -> None:
        """Note that one was opened (1) or closed (-1), or came back (0)."""
        with self._change:
            self._open_count += opened
            self._change_count += 1
            self._change.notify_all()

    def _wait_for_open_one(self, change_count: int) -> bool:
        """Wait until an open connection comes back, not longer than the pause; return False where
        none is open. `change_count`: how many changes there were when none was free."""
        with self._change:
            if self._open_count and self._change_count == change_count:
                self._change.wait(_PAUSE_SECONDS)
            return self._open_count > 0

    def _pause_after_failure(self, *_: object) -> None:
        """Open no other connection where opening one has just failed: raises `StoreError` then.

        A server that starts would else get hundreds of attempts a second from all that waits for
        it, each of which costs it a process, and would take several times as long. Connections
        that are open are used meanwhile: a server that is full refuses only new ones.
        """
        if time.monotonic() - self._failed_at < _PAUSE_SECONDS:
            error = StoreError(str(self._failure))
            error.code = getattr(self._failure, "code", "database_unreachable")
            raise error

    async def _run_once(self, run: TransactionRun[T], seconds: float) -> T:
        work = self._threads.submit(run.run)
        end = asyncio.wrap_future(work)
        try:
            await asyncio.wait({end}, timeout=seconds)
            if not end.done():
                run.cut()
                if not work.cancel():
                    await asyncio.wait({end}, timeout=_CUT_SECONDS)
                if not _has_result(end):
                    end.cancel()
                    raise TimeoutError
        except asyncio.CancelledError:
            # The loop is being torn down: no thread may outlive it for long.
            run.cut()
            raise
        return end.result()

    async def close(self) -> None:
        """Close all connections. What still runs has no one who waits for it, and is cut off."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)
