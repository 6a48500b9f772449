"""The plan of a soak's outages, and the network that plays them."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator

import pytest

from tests.chaos.gate import Gate
from tests.chaos.outages import KINDS, LONGEST_SECONDS, SHORTEST_SECONDS
from tests.chaos.soak import SoakPlan


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_of_outage_comes_one_after_the_other_and_one_is_long(seed: int) -> None:
    outages = SoakPlan(seed, minutes=40).plan_outages()
    assert {outage.kind for outage in outages} == set(KINDS)
    assert all(one.ends_at < other.begins_at for one, other in itertools.pairwise(outages))
    assert outages[-1].ends_at <= 40 * 60
    durations = sorted(outage.ends_at - outage.begins_at for outage in outages)
    assert durations.pop() == pytest.approx(300)
    assert durations[0] >= SHORTEST_SECONDS and durations[-1] <= LONGEST_SECONDS


@pytest.mark.parametrize("minutes", [3, 5])
def test_a_short_soak_has_no_long_outage(minutes: float) -> None:
    outages = SoakPlan(random.randrange(1000), minutes=minutes).plan_outages()
    assert max(outage.ends_at - outage.begins_at for outage in outages) <= LONGEST_SECONDS


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with Gate() as gate, server:
        gate.far_port = server.sockets[0].getsockname()[1]
        yield gate


class Caller:
    """A connection through the gate."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, gate: Gate, first: bytes = b"POST /api") -> Caller:
        caller = cls(*await asyncio.open_connection("127.0.0.1", gate.port))
        await caller.send(first)
        return caller

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        """Return what comes, b"" at the end. Raises `ConnectionResetError`."""
        try:
            return await self._reader.read(100)
        finally:
            if self._reader.at_eof() or self._reader.exception():
                self._writer.close()

    async def close(self) -> None:
        self._writer.close()


async def test_a_refusing_gate_resets_calls_and_takes_no_new_ones(gate: Gate) -> None:
    call, socket = await Caller.open(gate), await Caller.open(gate, b"GET /socket")
    assert [await call.receive(), await socket.receive()] == [b"POST /api", b"GET /socket"]
    await gate.refuse(with_sockets=False)
    with pytest.raises(ConnectionResetError):
        await call.receive()
    with pytest.raises(ConnectionRefusedError):
        await Caller.open(gate)
    await socket.send(b"ping")
    assert await socket.receive() == b"ping"
    await gate.reopen()
    again = await Caller.open(gate)
    assert await again.receive() == b"POST /api"
    await again.close()
    await socket.close()


async def test_a_hanging_gate_swallows_calls_and_resets_them_when_it_opens(gate: Gate) -> None:
    open_before, socket = await Caller.open(gate), await Caller.open(gate, b"GET /socket")
    assert [await open_before.receive(), await socket.receive()] == [b"POST /api", b"GET /socket"]
    gate.hang(with_sockets=False)
    opened_meanwhile = await Caller.open(gate)
    await open_before.send(b"swallowed")
    await socket.send(b"ping")
    assert await socket.receive() == b"ping"
    await gate.reopen()
    for caller in (open_before, opened_meanwhile):
        with pytest.raises(ConnectionResetError):
            await caller.receive()
    await socket.close()


async def test_a_hanging_network_swallows_sockets_too(gate: Gate) -> None:
    socket = await Caller.open(gate, b"GET /socket")
    assert await socket.receive() == b"GET /socket"
    gate.hang(with_sockets=True)
    await socket.send(b"ping")
    await gate.reopen()
    with pytest.raises(ConnectionResetError):
        await socket.receive()
