"""Measures what charts of a million rows take in a decoder: seconds, processor time and memory."""

from __future__ import annotations

import resource
import time
from datetime import date, timedelta
from decimal import Decimal

from bench.table import print_row
from bot.charts.spec import read_spec
from bot.files.chart_drawer import ChartDrawer, ChartStyle, DrawnChart, Source
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox

HEADS = ("a CSV of a million rows", "MB", "s", "peak of a decoder, MB")
_ROWS = 1_000_000
_STYLE = ChartStyle("en", "(empty)", "Other", is_day_first=False)
_AMOUNT = {"column": "amount", "aggregate": "sum"}
_CHARTS: dict[str, dict[str, object]] = {
    "sum by month and region": {
        "kind": "stacked", "x": "date", "bucket": "month", "series": "region", "y": [_AMOUNT],
    },
    "median by region": {
        "kind": "bar", "x": "region", "y": [{"column": "amount", "aggregate": "median"}],
    },
    "histogram": {"kind": "histogram", "x": "amount", "y": []},
    "scatter": {"kind": "scatter", "x": "id", "y": [_AMOUNT], "trend": "linear"},
}  # fmt: skip


async def measure_charts() -> None:
    """Print a line for the first look at a long table, and one for each of several charts."""
    source = Source("rows.csv", _build_csv())
    size, owner = f"{len(source.data) / 2**20:.0f}", TaskOwner("bench")
    async with Sandbox(max_processes=1, task_seconds=300.0) as sandbox:
        drawer = ChartDrawer(sandbox)
        started = time.monotonic()
        await drawer.look_at([source], owner)
        print_row("first look", size, f"{time.monotonic() - started:.1f}", _read_peak())
        for name, values in _CHARTS.items():
            started = time.monotonic()
            drawn = await drawer.draw([source], read_spec(values), _STYLE, owner)
            assert isinstance(drawn, DrawnChart), drawn
            print_row(name, size, f"{time.monotonic() - started:.1f}", _read_peak())
            if name.startswith("sum"):
                numbers = (value or Decimal(0) for one in drawn.data.series for value in one.values)
                assert sum(numbers, Decimal(0)) == _compute_total()


def _read_peak() -> str:
    """Return the largest memory of any decoder that has ended so far."""
    return f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}"


def _build_csv() -> bytes:
    start = date(2020, 1, 1)
    days = [(start + timedelta(days=number)).isoformat() for number in range(1_800)]
    lines = [
        f"{days[number % 1_800]},R{number % 7},{number * 37 % 100_000 / 100},{number}\n"
        for number in range(_ROWS)
    ]
    return ("date,region,amount,id\n" + "".join(lines)).encode()


def _compute_total() -> Decimal:
    return Decimal(sum(number * 37 % 100_000 for number in range(_ROWS))) / 100
