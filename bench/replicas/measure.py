"""Measures Easel on SQLite, on PostgreSQL with one replica, and with three, side by side.

All three run at the same time and take turns, so that they meet the same noise. The CPU time of
PostgreSQL is told apart: that of an idle replica's queries is in it too. The two measurements, this
one and that of the throughput, take less than four minutes each.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.far_ends.records import Record
from bench.light_run import COMMANDS, LightEnds, open_light_ends, start_program
from bench.processes import read_cpu_seconds, read_pss
from bench.replicas.server import Server, run_server
from bench.run import compute_median, compute_p95
from bench.table import print_head, print_row

HEADS = (
    "light far ends", "event → ack ms, median", "event → request ms, median / p95", "ratio",
    "CPU ms a question", "ratio", "PostgreSQL's CPU ms a question",
)  # fmt: skip
THROUGHPUT_HEADS = ("model 2 s away, 8 answers at once each", "answers a second", "ratio")
IDLE_HEADS = ("idle", "CPU of a core, each process", "PostgreSQL, of a core", "PSS MB each")
_KINDS = {"SQLite, one process": 0, "PostgreSQL, one replica": 1, "PostgreSQL, three replicas": 3}
_ROUNDS, _ONE_BY_ONE, _WAVE = 4, 15, 60
_CONCURRENCY, _MODEL_SECONDS, _BURST_SECONDS = 8, 2.0, 12
_IDLE_SECONDS = 6.0
_WARM_UP = 20


@dataclass(slots=True)
class Usage:
    """CPU time in seconds of some questions: Easel's, and the server's meanwhile."""

    easel: float = 0.0
    server: float = 0.0
    questions: int = 0

    def add(self, before: tuple[float, float], after: tuple[float, float], questions: int) -> None:
        self.easel += after[0] - before[0]
        self.server += after[1] - before[1]
        self.questions += questions


@dataclass(slots=True)
class Installation:
    """Some processes of Easel between far ends of their own."""

    name: str
    ends: LightEnds
    pids: Sequence[int]
    server: Server
    usage: Usage = field(default_factory=Usage)
    one_by_one: list[Record] = field(default_factory=list)

    def read_cpu(self) -> tuple[float, float]:
        """Read the CPU seconds of all processes of Easel, and of the server."""
        easel = sum(read_cpu_seconds(pid) for pid in self.pids)
        return easel, read_cpu_seconds(self.server.pid)

    async def ask(self, waves: list[int]) -> list[Record]:
        """Ask each wave at once, the next when the former is answered."""
        await self.ends.send(ask=waves)
        return [Record(**record) for record in (await self.ends.read())["records"]]

    async def run_round(self) -> None:
        """Ask some questions one after the other, then some at once, whose CPU time counts."""
        self.one_by_one += await self.ask([1] * _ONE_BY_ONE)
        before = self.read_cpu()
        await self.ask([_WAVE])
        self.usage.add(before, self.read_cpu(), _WAVE)

    def list_request_times(self) -> list[float]:
        return [(record.requested_at - record.sent_at) * 1000 for record in self.one_by_one]

    def list_ack_times(self) -> list[float]:
        return [(record.acked_at - record.sent_at) * 1000 for record in self.one_by_one]


async def measure_replicas() -> None:
    """Print times and CPU, then what it takes while idle."""
    with run_server() as server:
        async with AsyncExitStack() as stack:
            installations = [
                await stack.enter_async_context(open_installation(server, name, count))
                for name, count in _KINDS.items()
            ]
            for _ in range(_ROUNDS):
                for installation in installations:
                    await installation.run_round()
            print_times(installations)
            await measure_idle(installations)


@asynccontextmanager
async def open_installation(
    server: Server, name: str, replicas: int, **settings: str
) -> AsyncIterator[Installation]:
    """Start `replicas` on a database of their own, none for one process on SQLite; warm up."""
    async with AsyncExitStack() as stack:
        ends = await stack.enter_async_context(open_light_ends())
        if replicas:
            settings |= server.create_database()
        pids = []
        for number in range(replicas or 1):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-"))
            program = start_program(COMMANDS["easel"], ends, Path(folder), **settings)
            pids.append(await stack.enter_async_context(program))
            await ends.send(connect=number + 1)
            await ends.read()
        installation = Installation(name, ends, pids, server)
        await installation.ask([_WARM_UP] * (replicas or 1))
        yield installation


def print_times(installations: Sequence[Installation]) -> None:
    """Print one row each; times against SQLite's, CPU time against that of one replica."""
    sqlite, one_replica, _ = installations
    first = compute_median(sqlite.list_request_times())
    least = one_replica.usage.easel / one_replica.usage.questions
    for installation in installations:
        times, usage = installation.list_request_times(), installation.usage
        print_row(
            installation.name,
            f"{compute_median(installation.list_ack_times()):.1f}",
            f"{compute_median(times):.1f} / {compute_p95(times):.1f}",
            f"{compute_median(times) / first:.2f}",
            f"{usage.easel / usage.questions * 1000:.1f}",
            f"{usage.easel / usage.questions / least:.2f}",
            "" if installation is sqlite else f"{usage.server / usage.questions * 1000:.1f}",
        )


async def measure_idle(installations: Sequence[Installation]) -> None:
    """Print what idle processes take. The server's share is that of all replicas together."""
    print_head(*IDLE_HEADS)
    before = [installation.read_cpu() for installation in installations]
    started_at = time.perf_counter()
    await asyncio.sleep(_IDLE_SECONDS)
    seconds = time.perf_counter() - started_at
    for installation, (easel, server) in zip(installations, before, strict=True):
        now, server_now = installation.read_cpu()
        count = len(installation.pids)
        memory = sum(read_pss(pid) for pid in installation.pids) / count
        print_row(
            installation.name,
            f"{(now - easel) / seconds / count:.3f}",
            f"{(server_now - server) / seconds:.3f} for four replicas",
            f"{memory:.0f}",
        )


async def measure_throughput() -> None:
    """Print how many answers a second one replica and three give, with a slow model."""
    one_rate = 0.0
    with run_server() as server:
        for name, replicas in list(_KINDS.items())[1:]:
            rate = await measure_rate(server, name, replicas)
            one_rate = one_rate or rate
            print_row(name, f"{rate:.2f}", f"{rate / one_rate:.2f}")


async def measure_rate(server: Server, name: str, replicas: int) -> float:
    """Return the answers a second that `replicas` give to a burst, from its first to its last."""
    settings = {"EASEL_CONCURRENCY": str(_CONCURRENCY)}
    async with open_installation(server, name, replicas, **settings) as installation:
        await installation.ends.send(pause=_MODEL_SECONDS)
        await installation.ends.read()
        count = round(replicas * _CONCURRENCY * _BURST_SECONDS / _MODEL_SECONDS)
        records = await installation.ask([count])
    start = min(record.sent_at for record in records)
    return count / (max(record.answered_at for record in records) - start)
