"""What tries again pauses where its other end fails at once, and can be ended meanwhile."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest

from bot.billing.reconciler import CHECK_INTERVAL_SECONDS, Reconciler
from bot.delivery.signs import TICK_SECONDS, SignGiver
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import StoreError, TransientError
from bot.llm.catalog import ModelCatalog
from bot.llm.offers.openai_models import GPT_5_4
from bot.observability.metrics import Metrics
from bot.queue.leases import RENEW_INTERVAL_SECONDS, LeaseRenewer
from handlers.connections.listener import Listener, ListenerOptions, open_sockets
from tests.support.chat import FakeChat
from tests.support.connections import connect
from tests.support.virtual_time import VirtualLoop

HOUR_SECONDS = 3600.0


class FailingEnd:
    """Any store or service: each of its calls fails at once, and is counted."""

    def __init__(self, error: Exception) -> None:
        self.tries = 0
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Awaitable[NoReturn]]:
        async def fail(*_args: object, **_options: object) -> NoReturn:
            self.tries += 1
            raise self._error

        return fail


def run_for_an_hour(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` on a clock that jumps, then cancel it. Fails where it runs in circles."""

    async def run() -> None:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(HOUR_SECONDS)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())


def renew_leases(end: Any, _folder: Path) -> Awaitable[None]:
    return LeaseRenewer(end, list, lambda: None).run()


def look_up_bills(end: Any, _folder: Path) -> Awaitable[None]:
    return Reconciler(end, end, Metrics()).run()


def give_signs(end: Any, _folder: Path) -> Awaitable[None]:
    chat = cast("Any", FakeChat())
    return SignGiver(chat, StatusBoard(chat), end, lambda _: None).run()


def refresh_catalog(end: Any, folder: Path) -> Awaitable[None]:
    return ModelCatalog(end, [GPT_5_4], folder).run()


@pytest.mark.parametrize(
    ("work", "error", "pause_seconds"),
    [
        (renew_leases, StoreError("SQLITE_FULL"), RENEW_INTERVAL_SECONDS),
        (look_up_bills, StoreError("SQLITE_FULL"), CHECK_INTERVAL_SECONDS),
        (give_signs, StoreError("SQLITE_FULL"), TICK_SECONDS),
        (refresh_catalog, TransientError("no connection"), 600.0),
    ],
)
def test_an_end_that_fails_at_once_is_tried_at_intervals(
    work: Callable[[Any, Path], Awaitable[None]],
    error: Exception,
    pause_seconds: float,
    tmp_path: Path,
    out: io.StringIO,
) -> None:
    end = FailingEnd(error)
    run_for_an_hour(lambda: work(end, tmp_path))
    assert 0 < end.tries <= HOUR_SECONDS / pause_seconds + 1
    warnings = [line for line in out.getvalue().splitlines() if '"level": "warning"' in line]
    assert 0 < len(warnings) <= end.tries


async def test_a_bug_over_one_connection_leaves_the_port_open(out: io.StringIO) -> None:
    bugs, served = [ZeroDivisionError("a bug")], asyncio.Event()

    def build_protocol() -> asyncio.Protocol:
        if bugs:
            raise bugs.pop()
        served.set()
        return asyncio.Protocol()

    (listening,) = await open_sockets("127.0.0.1", 0)
    options = ListenerOptions(lambda _: None, lambda _: None)
    async with Listener([listening], build_protocol, options).listen():
        async with connect(*listening.getsockname()) as (reader, _):
            assert await asyncio.wait_for(reader.read(), 60) == b"", "it is closed"
        async with connect(*listening.getsockname()):
            await asyncio.wait_for(served.wait(), 60)
    assert '"ZeroDivisionError' in out.getvalue() and "a bug" not in out.getvalue()


class DeafLoop(VirtualLoop):
    """An event loop that has no file descriptor left for another connection."""

    tries = 0

    async def sock_accept(self, sock: socket.socket) -> NoReturn:
        self.tries += 1
        raise OSError(24, "Too many open files")


def test_a_port_that_cannot_accept_is_tried_at_intervals() -> None:
    failures: list[str] = []

    async def run() -> None:
        listener = Listener([socket.socket()], asyncio.Protocol, options)
        async with listener.listen():
            await asyncio.sleep(60.0)

    options = ListenerOptions(failures.append, lambda _: None)
    loop = DeafLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())
    assert 0 < len(failures) <= 601 and set(failures) == {"EMFILE"}
    assert loop.tries == len(failures)
