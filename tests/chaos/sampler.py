"""Samples what the service holds: memory, descriptors, tasks, the write-ahead log.

Memory that is used more and more is a leak. Resident memory may grow while the same is used: the
allocators keep what a burst has left, in holes. That has a limit of its own, because it has to end.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.processes import count_open_files, read_children_pss, read_pss, read_rss
from tests.chaos.service import ServiceProcess
from tests.chaos.trends import Sample, fit_trend
from tests.support.connections import connect

_METRICS_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A sampled figure, with the growth in an hour that is a leak; None: it is only shown."""

    name: str
    unit: str
    limit_per_hour: float | None


# Of resident memory, where it is known what is used of it; else it has the limit of used memory.
MAX_HOLES_PER_HOUR = 20.0
FIGURES = (
    Figure("used memory", "MB", 5.0),
    Figure("SQLite's memory", "MB", None),
    Figure("PSS of children", "MB", 5.0),
    Figure("PSS with children", "MB", MAX_HOLES_PER_HOUR),
    Figure("RSS", "MB", MAX_HOLES_PER_HOUR),
    Figure("file descriptors", "", 1.0),
    Figure("tasks", "", 1.0),
    Figure("write-ahead log", "MB", 5.0),
)
MAX_WAL_MB = 64.0
# It grows until the pages of three connections are full, 2 MB each; all statements take less.
MAX_SQLITE_MB = 7.0


@dataclass(slots=True)
class Sampler:
    """Collects samples of each figure every `interval_seconds`."""

    service: ServiceProcess
    interval_seconds: float
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                await self._sample(session)
                await asyncio.sleep(self.interval_seconds)

    async def _sample(self, session: aiohttp.ClientSession) -> None:
        pid, wal = self.service.pid, self.service.folder / "easel.db-wal"
        used, sqlite = await _read_used_memory(self.service.memory_port_file)
        values: dict[str, float | None] = {
            "used memory": used,
            "SQLite's memory": sqlite,
            "PSS of children": await asyncio.to_thread(read_children_pss, pid),
            "PSS with children": await asyncio.to_thread(read_pss, pid),
            "RSS": read_rss(pid),
            "file descriptors": count_open_files(pid),
            "tasks": await _read_tasks(session, self.service.find_port()),
            "write-ahead log": await asyncio.to_thread(_read_size, wal),
        }
        now = time.monotonic()
        for name, value in values.items():
            if value is not None:
                self.samples.setdefault(name, []).append((now, value))

    def describe(self) -> list[str]:
        """Return a line for each figure: its range, its lows, and its slope in an hour."""
        return [self._describe(figure) for figure in FIGURES if self.samples.get(figure.name)]

    def _describe(self, figure: Figure) -> str:
        samples = self.samples[figure.name]
        values, trend = [value for _, value in samples], fit_trend(samples)
        lows = " ".join(f"{low:.1f}" for low in trend.lows) or "-"
        unit = figure.unit or "of them"
        return (
            f"{figure.name}: {values[0]:.1f} at first, {max(values):.1f} at most, {values[-1]:.1f}"
            f" at last {unit}; second half: lows {lows}, {trend.per_hour:+.2f} {unit} an hour"
        )

    def _find_limit(self, figure: Figure) -> float | None:
        """Return the limit of a figure; one of resident memory has no wider one without proof."""
        if figure.limit_per_hour == MAX_HOLES_PER_HOUR and not self.samples.get("used memory"):
            return FIGURES[0].limit_per_hour
        return figure.limit_per_hour

    def find_growth(self) -> list[str]:
        """Return the figures that grow for ever, one line each."""
        problems = [
            f"grows for ever: {self._describe(figure)}"
            for figure in FIGURES
            if (limit := self._find_limit(figure)) is not None
            and fit_trend(self.samples.get(figure.name, [])).is_growth(limit)
        ]
        for name, limit in (("write-ahead log", MAX_WAL_MB), ("SQLite's memory", MAX_SQLITE_MB)):
            largest = max((size for _, size in self.samples.get(name, [])), default=0.0)
            if largest > limit:
                problems.append(f"too large: {name}: {largest:.1f} MB")
        return problems


async def _read_used_memory(port_file: Path) -> tuple[float | None, float | None]:
    """Read what `measured.py` tells: used memory and SQLite's; None if nothing comes."""
    try:
        async with asyncio.timeout(_METRICS_SECONDS):
            port = int(await asyncio.to_thread(port_file.read_text))
            async with connect("127.0.0.1", port) as (reader, _):
                text = await reader.read()
    except (OSError, TimeoutError, ValueError):
        return None, None
    used, _, sqlite = text.decode().partition(" ")
    return (float(used) if used else None), (float(sqlite) if sqlite else None)


async def _read_tasks(session: aiohttp.ClientSession, port: int | None) -> float | None:
    """Read the number of tasks from the metrics; None if the page does not come."""
    if port is None:
        return None
    timeout = aiohttp.ClientTimeout(total=_METRICS_SECONDS)
    try:
        async with session.get(f"http://127.0.0.1:{port}/metrics", timeout=timeout) as response:
            page = await response.text()
    except (aiohttp.ClientError, TimeoutError):
        return None
    lines = (line for line in page.splitlines() if line.startswith("easel_tasks "))
    return next((float(line.split()[1]) for line in lines), None)


def _read_size(path: Path) -> float:
    """Read the size of a file in MB, 0 if it is missing."""
    return path.stat().st_size / 1024**2 if path.exists() else 0.0
