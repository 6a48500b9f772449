"""One run of a transaction on a thread, whose line to the server another thread may cut."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from bot.domain.errors import StoreError
from storage.engine.database import Body
from storage.engine.failures import is_broken_connection, is_outage

T = TypeVar("T")


class TransactionRun(Generic[T]):
    """Runs `body` in one transaction on the connection that `connect` takes, which is told by a
    function whether it was cut.

    `has_begun_commit`: from there on its end may be unknown.
    """

    def __init__(
        self,
        connect: Callable[[Callable[[], bool]], AbstractContextManager[Connection]],
        body: Body[T],
    ) -> None:
        self._connect = connect
        self._body = body
        self._lock = threading.Lock()
        self._line: Any = None  # psycopg's connection, while it may be cut
        self._is_cut = False
        self.has_begun_commit = False

    def run(self) -> T:
        """Run it to its end. Raises what the body raises, and the driver's errors."""
        if self._is_cut:
            raise StoreError("database_slow")
        with self._connect(lambda: self._is_cut) as connection:
            return self._run_on(connection)

    def _run_on(self, connection: Connection) -> T:
        try:
            self._hold_line(connection)
            transaction = connection.begin()
            result = self._body(connection)
            self.has_begun_commit = True
            transaction.commit()
        except BaseException as error:
            self._release_line()
            if not isinstance(error, Exception) or is_broken_connection(error) or is_outage(error):
                connection.invalidate()
            raise
        self._release_line()
        return result

    def cut(self) -> None:
        """Have it end at once, from another thread: the server is not waited for any more."""
        with self._lock:
            self._is_cut = True
            if self._line is None or self._line.closed:
                return
            # A second handle of the same line, so that the driver closes its own in peace.
            with (
                contextlib.suppress(OSError),
                socket.socket(fileno=os.dup(self._line.fileno())) as line,
            ):
                line.shutdown(socket.SHUT_RDWR)

    def _hold_line(self, connection: Connection) -> None:
        with self._lock:
            if self._is_cut:
                raise StoreError("database_slow")
            self._line = connection.connection.driver_connection

    def _release_line(self) -> None:
        with self._lock:
            self._line = None
