"""What fails because the machine is out of something is tried again, and people see the wait."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import MachineShort
from bot.observability.shortages import (
    PATIENCE_SECONDS,
    SIGN_SECONDS,
    is_shortage,
    name_shortage,
    report_waits,
    wait_out_shortage,
)
from tests.support.shortages import without_descriptors
from tests.support.virtual_time import VirtualLoop


class Machine:
    """A machine that is short until a time of its loop, in seconds."""

    def __init__(self, until: float) -> None:
        self._until = until
        self.starts: list[float] = []

    async def start(self) -> str:
        now = asyncio.get_running_loop().time()
        self.starts.append(now)
        if now < self._until:
            raise OSError(errno.EMFILE, "Too many open files")
        return "started"


def run(work: Callable[[], Awaitable[object]]) -> object:
    loop = VirtualLoop()
    try:
        return loop.run(work())
    finally:
        loop.close()


@pytest.mark.parametrize("seconds", [0.1, 3.0, 20.0, 59.0])
def test_a_shortage_is_waited_out(seconds: float) -> None:
    machine = Machine(seconds)
    assert run(lambda: wait_out_shortage(machine.start)) == "started"
    # Soon after it is over, and without asking all the time.
    assert machine.starts[-1] < seconds + 5.5
    assert len(machine.starts) < 20


def test_a_shortage_that_lasts_is_raised_in_the_end() -> None:
    machine = Machine(1e9)
    with pytest.raises(OSError, match="Too many"):
        run(lambda: wait_out_shortage(machine.start))
    assert machine.starts[-1] == pytest.approx(PATIENCE_SECONDS, abs=1)


def test_another_error_is_raised_at_once() -> None:
    calls = list[int]()

    async def fail() -> None:
        calls.append(1)
        raise OSError(errno.ENOENT, "No such file")

    with pytest.raises(OSError, match="No such"):
        run(lambda: wait_out_shortage(fail))
    assert calls == [1]


@pytest.mark.parametrize(
    ("seconds", "seen"),
    [(0.0, []), (0.2, []), (4.0, ["waits", "goes on"])],
)
def test_a_wait_is_shown_after_a_second_and_taken_back(seconds: float, seen: list[str]) -> None:
    machine, shown = Machine(seconds), list[str]()

    async def work() -> None:
        with report_waits(lambda: shown.append("waits"), lambda: shown.append("goes on")):
            await asyncio.gather(*(wait_out_shortage(machine.start) for _ in range(3)))

    run(work)
    assert shown == seen


def test_a_wait_that_is_cancelled_is_shown_no_more() -> None:
    machine, shown = Machine(1e9), list[str]()

    async def work() -> None:
        with report_waits(lambda: shown.append("waits"), lambda: shown.append("goes on")):
            task = asyncio.create_task(wait_out_shortage(machine.start))
            await asyncio.sleep(SIGN_SECONDS * 3)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()

    run(work)
    assert shown == ["waits", "goes on"]


def test_the_waits_of_others_are_not_shown() -> None:
    machine, shown = Machine(10.0), list[str]()

    async def work() -> None:
        other = asyncio.create_task(wait_out_shortage(machine.start))
        with report_waits(lambda: shown.append("waits"), lambda: shown.append("goes on")):
            await asyncio.sleep(5.0)
        await other

    run(work)
    assert shown == []


def raise_from(cause: BaseException) -> BaseException:
    try:
        raise ConnectionError("All connection attempts failed") from cause
    except ConnectionError as error:
        return error


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (OSError(errno.EMFILE, ""), "EMFILE"),
        (OSError(errno.ENFILE, ""), "ENFILE"),
        (OSError(errno.ENOMEM, ""), "ENOMEM"),
        (OSError(errno.ENOBUFS, ""), "ENOBUFS"),
        (RuntimeError("can't start new thread"), "RuntimeError"),
        (MachineShort("EMFILE"), "MachineShort"),
        (raise_from(OSError(errno.EMFILE, "")), "EMFILE"),
        (raise_from(ExceptionGroup("", [OSError(errno.EMFILE, "")])), "EMFILE"),
    ],
)
def test_a_shortage_is_known_by_its_cause(error: BaseException, name: str) -> None:
    assert is_shortage(error)
    assert name_shortage(error) == name


def test_what_a_resolver_says_without_descriptors_is_one() -> None:
    for error in (
        OSError(errno.EBUSY, "Device or resource busy"),
        socket.gaierror(socket.EAI_AGAIN, "no name server"),
    ):
        assert not is_shortage(error)
        with without_descriptors():
            assert is_shortage(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ECONNREFUSED, ""),
        OSError(errno.ENOSPC, ""),
        BlockingIOError(errno.EAGAIN, ""),
        RuntimeError("another"),
        socket.gaierror(socket.EAI_AGAIN, "no name server"),
        TimeoutError(),
    ],
)
def test_what_is_no_shortage_is_none(error: BaseException) -> None:
    assert not is_shortage(error)
