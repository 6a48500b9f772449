"""Samples what the service holds, from outside: memory, descriptors, tasks, the write-ahead log."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.processes import count_open_files, read_pss, read_rss
from tests.chaos.service import ServiceProcess
from tests.chaos.trends import Sample, fit_trend

_METRICS_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A sampled figure, with the growth in an hour that is a leak; None: it is only shown."""

    name: str
    unit: str
    limit_per_hour: float | None


FIGURES = (
    Figure("PSS with children", "MB", 5.0),
    Figure("RSS", "MB", 5.0),
    Figure("file descriptors", "", 1.0),
    Figure("tasks", "", 1.0),
    Figure("write-ahead log", "MB", 5.0),
)
MAX_WAL_MB = 64.0


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
        values: dict[str, float | None] = {
            "PSS with children": await asyncio.to_thread(read_pss, pid),
            "RSS": read_rss(pid),
            "file descriptors": count_open_files(pid),
            "tasks": await _read_tasks(session, self.service.port),
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

    def find_growth(self) -> list[str]:
        """Return the figures that grow for ever, one line each."""
        problems = [
            f"grows for ever: {self._describe(figure)}"
            for figure in FIGURES
            if figure.limit_per_hour is not None
            and fit_trend(self.samples.get(figure.name, [])).is_growth(figure.limit_per_hour)
        ]
        largest = max((size for _, size in self.samples.get("write-ahead log", [])), default=0.0)
        if largest > MAX_WAL_MB:
            problems.append(f"the write-ahead log has grown to {largest:.0f} MB")
        return problems


async def _read_tasks(session: aiohttp.ClientSession, port: int) -> float | None:
    """Read the number of tasks from the metrics; None if the page does not come."""
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
