"""Outages of every kind for a soak: what they do, and a plan of when they come."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from bot.playground.model import PlayedModel
from bot.playground.model.wire import build_error
from bot.playground.slack import PlayedSlack
from tests.chaos.gate import Gate
from tests.chaos.service import ServiceProcess

_ENDLESS = 1_000_000  # more calls than an outage can see
_MODEL_REFUSALS = 10_000
_RESET_SECONDS = 1.5
SHORTEST_SECONDS, LONGEST_SECONDS = 1.0, 60.0
_PAUSES_SECONDS = (10.0, 40.0)


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage; the times are in seconds: planned since the start, played by `time.time`."""

    kind: str
    begins_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around the service that can fail."""

    slack: PlayedSlack
    model: PlayedModel
    slack_gate: Gate
    model_gate: Gate
    service: ServiceProcess


@asynccontextmanager
async def fail_slack_api(around: Surroundings) -> AsyncIterator[None]:
    around.slack.fail("*", status=503, error="service_unavailable", times=_ENDLESS)
    yield
    around.slack.api.faults.clear()


@asynccontextmanager
async def show_gateway_pages(around: Surroundings) -> AsyncIterator[None]:
    around.slack.fail("*", html=True, status=502, times=_ENDLESS)
    yield
    around.slack.api.faults.clear()


@asynccontextmanager
async def hang_slack_api(around: Surroundings) -> AsyncIterator[None]:
    around.slack_gate.hang(with_sockets=False)
    yield
    await around.slack_gate.reopen()


@asynccontextmanager
async def refuse_slack_api(around: Surroundings) -> AsyncIterator[None]:
    await around.slack_gate.refuse(with_sockets=False)
    yield
    await around.slack_gate.reopen()


@asynccontextmanager
async def refuse_sockets(around: Surroundings) -> AsyncIterator[None]:
    around.slack.socket.refuses = True
    await around.slack.socket.cut()
    yield
    around.slack.socket.refuses = False


@asynccontextmanager
async def fail_model(around: Surroundings) -> AsyncIterator[None]:
    for _ in range(_MODEL_REFUSALS):
        around.model.fail(503, build_error(503, "No instances available"))
    yield
    around.model.clear_scripts()


@asynccontextmanager
async def hang_model(around: Surroundings) -> AsyncIterator[None]:
    around.model_gate.hang(with_sockets=True)
    yield
    await around.model_gate.reopen()


@asynccontextmanager
async def refuse_model(around: Surroundings) -> AsyncIterator[None]:
    await around.model_gate.refuse(with_sockets=True)
    yield
    await around.model_gate.reopen()


@asynccontextmanager
async def fill_disk(around: Surroundings) -> AsyncIterator[None]:
    around.service.fill_the_disk()
    yield
    around.service.free_the_disk()


@asynccontextmanager
async def lock_store(around: Surroundings) -> AsyncIterator[None]:
    """Hold the database's only right to write, as a backup that went wrong does."""
    path = around.service.folder / "easel.db"
    database = await asyncio.to_thread(
        sqlite3.connect, path, timeout=60, isolation_level=None, check_same_thread=False
    )
    await asyncio.to_thread(database.execute, "BEGIN IMMEDIATE")
    yield
    database.execute("ROLLBACK")
    database.close()


@asynccontextmanager
async def cut_network(around: Surroundings) -> AsyncIterator[None]:
    gates = (around.slack_gate, around.model_gate)
    for gate in gates:
        await gate.refuse(with_sockets=True)
    yield
    for gate in gates:
        await gate.reopen()


@asynccontextmanager
async def swallow_network(around: Surroundings) -> AsyncIterator[None]:
    gates = (around.slack_gate, around.model_gate)
    for gate in gates:
        gate.hang(with_sockets=True)
    yield
    for gate in gates:
        await gate.reopen()


@asynccontextmanager
async def reset_connections(around: Surroundings) -> AsyncIterator[None]:
    async def reset() -> None:
        while True:
            around.slack_gate.reset()
            around.model_gate.reset()
            await asyncio.sleep(_RESET_SECONDS)

    task = asyncio.create_task(reset())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


KINDS: dict[str, Callable[[Surroundings], AbstractAsyncContextManager[None]]] = {
    "Slack answers 503": fail_slack_api,
    "Slack shows a gateway's page": show_gateway_pages,
    "Slack's API hangs": hang_slack_api,
    "Slack's API refuses connections": refuse_slack_api,
    "Slack refuses sockets": refuse_sockets,
    "the model answers 503": fail_model,
    "the model hangs": hang_model,
    "the model refuses connections": refuse_model,
    "the disk is full": fill_disk,
    "the store is locked": lock_store,
    "the network is down": cut_network,
    "the network swallows everything": swallow_network,
    "connections are reset": reset_connections,
}
# While one of these lasts, Slack or the store takes nothing, so no sign can be shown.
SILENCING_KINDS = frozenset(
    kind
    for kind, play in KINDS.items()
    if play
    in (
        fail_slack_api,
        show_gateway_pages,
        hang_slack_api,
        refuse_slack_api,
        fill_disk,
        lock_store,
        cut_network,
        swallow_network,
    )
)


def plan_outages(
    rng: random.Random, seconds: float, *, longest: float = 0.0, scale: float = 1.0
) -> list[Outage]:
    """Plan outages one after the other within `seconds`, of every kind in turn, in any order.

    One of them lasts `longest` seconds, if that is not 0. `scale` multiplies all other durations.
    """
    outages: list[Outage] = []
    kinds = _shuffle_forever(rng)
    at = rng.uniform(*_PAUSES_SECONDS) * scale
    if longest:
        outages.append(Outage(next(kinds), at, at + longest))
        at += longest + rng.uniform(*_PAUSES_SECONDS) * scale
    while at < seconds:
        duration = rng.uniform(SHORTEST_SECONDS, LONGEST_SECONDS) * scale
        if at + duration > seconds:
            break
        outages.append(Outage(next(kinds), at, at + duration))
        at += duration + rng.uniform(*_PAUSES_SECONDS) * scale
    return outages


def _shuffle_forever(rng: random.Random) -> Iterator[str]:
    while True:
        yield from rng.sample(list(KINDS), len(KINDS))


async def play_outages(
    outages: list[Outage], around: Surroundings, report: Callable[[str], None]
) -> list[Outage]:
    """Play the outages at their times; return them with the times they had."""
    began = time.monotonic()
    played: list[Outage] = []
    for outage in outages:
        await asyncio.sleep(began + outage.begins_at - time.monotonic())
        report(
            f"{outage.begins_at:6.0f} s: {outage.kind}, {outage.ends_at - outage.begins_at:.0f} s"
        )
        begun_at = time.time()
        async with KINDS[outage.kind](around):
            await asyncio.sleep(began + outage.ends_at - time.monotonic())
        played.append(Outage(outage.kind, begun_at, time.time()))
    return played
