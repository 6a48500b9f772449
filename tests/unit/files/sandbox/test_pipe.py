"""How long the service waits for a decoder, and that a stalled machine is not its delay."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterable
from typing import cast

import pytest

from bot.files.sandbox.pipe import TimeLimit, receive, send
from tests.support.clock import Clock

HEADER, BLOB = {"task": "read"}, b"words"
# A wait that ends with nothing, one that a decoder may need, and one in which all stood still.
LOOK, STALL = 0.5, 3600.0


class SlowSocket:
    """The other end gives or takes one byte after each of `waits`: how long they take, and whether
    the wait is over without anything by then."""

    def __init__(
        self, clock: Clock, waits: Iterable[tuple[float, bool]], data: bytes = b""
    ) -> None:
        self._clock, self._waits, self._data = clock, iter(waits), data
        self.taken = b""

    def settimeout(self, seconds: float) -> None:
        assert 0 < seconds <= LOOK

    def recv(self, _size: int) -> bytes:
        self._wait()
        piece, self._data = self._data[:1], self._data[1:]
        return piece

    def send(self, view: memoryview) -> int:
        self._wait()
        self.taken += bytes(view[:1])
        return 1

    def _wait(self) -> None:
        seconds, is_vain = next(self._waits)
        self._clock.now += seconds
        if is_vain:
            raise TimeoutError


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("bot.files.sandbox.pipe.time.monotonic", clock)
    return clock


def encode() -> bytes:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, HEADER, [BLOB])
        return theirs.recv(1_000)


def run_both(slow: SlowSocket, limit: TimeLimit, *, sends: bool) -> None:
    """Send or receive a message within `limit`."""
    sock = cast(socket.socket, slow)
    if sends:
        send(sock, HEADER, [BLOB], limit)
        assert slow.taken == encode()
    else:
        header, blobs = receive(sock, limit)
        assert header == HEADER and blobs == [BLOB]


@pytest.mark.parametrize("sends", [True, False])
def test_time_in_which_the_machine_stalled_is_not_the_decoders(clock: Clock, sends: bool) -> None:
    waits = [(LOOK, True)] * 4 + [(STALL, True)] + [(0.0, False)] * 5 + [(STALL, False)]
    slow = SlowSocket(clock, itertools.chain(waits, itertools.repeat((0.0, False))), encode())
    run_both(slow, TimeLimit(5.0), sends=sends)


@pytest.mark.parametrize("sends", [True, False])
@pytest.mark.parametrize("wait", [(LOOK, True), (0.4, False)], ids=["silent", "byte by byte"])
def test_a_decoder_that_takes_longer_than_it_may_is_not_waited_for(
    clock: Clock, wait: tuple[float, bool], sends: bool
) -> None:
    began = clock.now
    slow = SlowSocket(clock, itertools.repeat(wait), encode())
    with pytest.raises(TimeoutError):
        run_both(slow, TimeLimit(5.0), sends=sends)
    assert 5.0 <= clock.now - began < 5.0 + LOOK
