"""Tells when the machine is out of descriptors, processes or memory, and waits until it is not.

No file and no message is to blame for that, and mostly it passes within seconds.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeVar

import structlog

from bot.domain.errors import MachineShort

log = structlog.get_logger(__name__)

# For this long what fails is tried again, and after this long people are told that it waits.
PATIENCE_SECONDS, SIGN_SECONDS = 60.0, 1.0
_FIRST_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.25, 5.0
_SHORTAGES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
# What CPython says where the system starts no thread.
_NO_THREAD = "can't start new thread"

T = TypeVar("T")


def is_shortage(error: BaseException) -> bool:
    """Whether `error`, or what has caused it, is that the machine has run out of something."""
    return any(_is_shortage_itself(one) for one in _list_causes(error))


async def wait_out_shortage(
    run: Callable[[], Awaitable[T]],
    *,
    may_pass: Callable[[Exception], bool] = is_shortage,
    max_seconds: float = PATIENCE_SECONDS,
) -> T:
    """Run `run`; while it raises what `may_pass`, run it again, with growing pauses.

    Raises its error once the shortage has lasted for `max_seconds`. `report_waits` tells of the
    wait.
    """
    try:
        return await run()
    except Exception as error:
        if not may_pass(error):
            raise
        log.warning("machine_short", error=name_shortage(error))
    with _current_sign.get() or nullcontext():
        return await _retry(run, may_pass, max_seconds)


async def _retry(
    run: Callable[[], Awaitable[T]], may_pass: Callable[[Exception], bool], max_seconds: float
) -> T:
    loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE_SECONDS
    deadline = loop.time() + max_seconds
    while True:
        await asyncio.sleep(min(pause, max(0.0, deadline - loop.time())))
        pause = min(pause * 2, _MAX_PAUSE_SECONDS)
        try:
            return await run()
        except Exception as error:
            if loop.time() >= deadline or not may_pass(error):
                raise


def name_shortage(error: BaseException) -> str:
    """Return the system's word for what it is out of, such as `EMFILE`, or the kind of error."""
    for one in _list_causes(error):
        number = one.errno if isinstance(one, OSError) else None
        if number in _SHORTAGES or number == errno.EAGAIN:
            return errno.errorcode[number]
    return type(error).__name__


@contextmanager
def report_waits(show: Callable[[], None], take_back: Callable[[], None]) -> Iterator[None]:
    """Call `show` once something in the block has waited for a second, and `take_back` once nothing
    does any more. Tasks that the block starts belong to it."""
    sign = _WaitSign(show, take_back)
    token = _current_sign.set(sign)
    try:
        yield
    finally:
        _current_sign.reset(token)
        sign.close()


class _WaitSign:
    """Counts what waits. Entered by each wait."""

    def __init__(self, show: Callable[[], None], take_back: Callable[[], None]) -> None:
        self._show, self._take_back = show, take_back
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_shown = self._is_closed = False

    def __enter__(self) -> None:
        self._count += 1
        if self._timer is None and not self._is_closed:
            self._timer = asyncio.get_running_loop().call_later(SIGN_SECONDS, self._announce)

    def __exit__(self, *_error: object) -> None:
        self._count -= 1
        if not self._count:
            self._end()

    def close(self) -> None:
        self._is_closed = True
        self._end()

    def _announce(self) -> None:
        self._is_shown = True
        self._show()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._is_shown:
            self._is_shown = False
            self._take_back()


_current_sign: ContextVar[_WaitSign | None] = ContextVar("waits", default=None)


def _list_causes(error: BaseException) -> list[BaseException]:
    """List `error` and what it was raised from, also in groups."""
    found, left = list[BaseException](), [error]
    while left:
        one = left.pop(0)
        if one in found:
            continue
        found.append(one)
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions
        # Also what a library does not show, because it raises a new error “from None”.
        left += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
    return found


def _is_shortage_itself(error: BaseException) -> bool:
    if isinstance(error, MachineShort):
        return True
    if isinstance(error, socket.gaierror) or _is_of_resolver(error):
        return _has_no_descriptor()
    if isinstance(error, OSError):
        return error.errno in _SHORTAGES
    return isinstance(error, RuntimeError) and str(error) == _NO_THREAD


def _is_of_resolver(error: BaseException) -> bool:
    """Whether a resolver may have raised it that cannot open its files: it knows no name then, and
    does not say why. glibc calls itself busy, too."""
    return isinstance(error, OSError) and error.errno == errno.EBUSY


def _has_no_descriptor() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in _SHORTAGES
    return False
