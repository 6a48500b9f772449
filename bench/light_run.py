"""Drives one program between the light far ends, each in a process of its own.

The process that measures only waits meanwhile, so that two cores are enough.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.far_ends.records import Record
from bench.processes import read_cpu_seconds, read_peak_rss, read_pss
from bot.playground.slack.web_api import APP_TOKEN, BOT_TOKEN

_RESULT_SECONDS = 300
_REST_SECONDS = 0.7  # until the start of a program is over
COMMANDS = {"easel": ["-m", "bot", "run"], "floor": ["-m", "bench.floor"]}


@dataclass(slots=True)
class LightEnds:
    """The process of the far ends."""

    process: asyncio.subprocess.Process
    port: int = 0

    async def send(self, **command: Any) -> None:
        """Send a command whose result is read later."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        await self.process.stdin.drain()

    async def read(self) -> dict[str, Any]:
        """Read the next result. Raises `TimeoutError`."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_RESULT_SECONDS):
            line = await self.process.stdout.readline()
        result: dict[str, Any] = json.loads(line)
        return result


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program and the far ends have used so far: CPU time in seconds, memory in MB."""

    cpu_seconds: float
    far_cpu_seconds: float
    pss: float

    @classmethod
    def read(cls, pid: int, ends: LightEnds) -> Usage:
        return cls(read_cpu_seconds(pid), read_cpu_seconds(ends.process.pid), read_pss(pid))


@dataclass(frozen=True, slots=True)
class Result:
    """What one program did with some questions. CPU time is in seconds, memory in MB."""

    records: list[Record]
    cpu_seconds: float
    far_cpu_seconds: float
    idle_pss: float
    peak_rss: float
    is_backlog: bool = False  # of an earlier run

    @property
    def seconds(self) -> float:
        """The time from the first question, or its model request, to the last answer."""
        starts = [
            record.requested_at if self.is_backlog else record.sent_at for record in self.records
        ]
        return max(record.answered_at for record in self.records) - min(starts)


@asynccontextmanager
async def open_light_ends() -> AsyncIterator[LightEnds]:
    """Start the far ends and wait until they listen."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.far_ends"), stdin=pipe, stdout=pipe, limit=2**26
    )
    ends = LightEnds(process)
    try:
        ends.port = (await ends.read())["port"]
        yield ends
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def start_program(
    command: list[str], ends: LightEnds, folder: Path, **settings: str
) -> AsyncIterator[int]:
    """Run a program between `ends`, with its data in `folder`; yield its process id."""
    origin = f"http://127.0.0.1:{ends.port}"
    env = {
        **os.environ,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": f"{origin}/api/",
        "OPENROUTER_API_KEY": "sk-or-v1-bench",
        "OPENROUTER_BASE_URL": f"{origin}/api/v1",
        "EASEL_HOME": str(folder),
        "EASEL_DATA_DIR": str(folder),
        "EASEL_PORT": "0",
        "EASEL_LOG_LEVEL": "WARNING",
        "EASEL_SLACK_RATE": "1000",
        "EASEL_BACKLOG": "100000",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=env)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def prepare_program(ends: LightEnds) -> None:
    """Ask a few questions, which open connections and build what is built once."""
    await ends.send(ask=[20])
    await ends.read()
    await asyncio.sleep(_REST_SECONDS)


async def measure_waves(pid: int, ends: LightEnds, waves: list[int]) -> Result:
    """Ask the questions of each wave at once, the next when the former is answered."""
    before = Usage.read(pid, ends)
    await ends.send(ask=waves)
    return await _read_result(pid, ends, before)


async def measure_backlog(ends: LightEnds, count: int, folder: Path) -> Result:
    """Let Easel store questions without answering them, start it again, and let it answer."""
    storing = {"EASEL_GRACE_SECONDS": "0", "EASEL_CONCURRENCY": "1"}
    async with start_program(COMMANDS["easel"], ends, folder, **storing):
        await ends.send(store=count)
        await ends.read()
    await ends.send(finish=0)
    async with start_program(COMMANDS["easel"], ends, folder) as pid:
        assert "started" in await ends.read()
        before = Usage.read(pid, ends)
        return replace(await _read_result(pid, ends, before), is_backlog=True)


async def _read_result(pid: int, ends: LightEnds, before: Usage) -> Result:
    answer = await ends.read()
    after = Usage.read(pid, ends)
    return Result(
        [Record(**record) for record in answer["records"]],
        after.cpu_seconds - before.cpu_seconds,
        after.far_cpu_seconds - before.far_cpu_seconds,
        before.pss,
        read_peak_rss(pid),
    )
