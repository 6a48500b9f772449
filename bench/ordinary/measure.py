"""Reads ordinary files of every kind over two decoders: how many a minute, and how long each takes.

Each message brings one file of every kind, as the files of one message share a decoder. Slack takes
no time here, and the working copies are not stored.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time

from bench.decoder_start.measure import measure_start
from bench.ordinary.samples import KINDS, build_large, build_ordinary, describe
from bench.run import compute_median, compute_p95
from bench.table import print_head, print_row
from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.process import START_SECONDS
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError

HEADS = ("ordinary files over two decoders", "size", "median ms", "p95 ms", "")
_MESSAGES, _AT_A_TIME, _STARTS, _ROUNDS = 30, 2, 9, 3
# Until a server of forks has loaded what reads files.
_SETTLE_SECONDS = 2.0


async def measure_ordinary() -> None:
    """Print the tables of ordinary files, of large ones, and of a decoder's start."""
    samples = {
        ending: await asyncio.to_thread(build_ordinary, ending, _MESSAGES) for ending in KINDS
    }
    times: dict[str, list[float]] = {ending: [] for ending in KINDS}
    started, began = time.perf_counter(), _sum_processor_seconds()
    async with Sandbox() as sandbox:
        turns = asyncio.Semaphore(_AT_A_TIME)
        await asyncio.gather(
            *(_read_message(sandbox, turns, number, samples, times) for number in range(_MESSAGES))
        )
        seconds = time.perf_counter() - started
    await asyncio.to_thread(_join_reapers)
    spent = _sum_processor_seconds() - began
    for ending, found in times.items():
        size = describe(samples[ending][0])
        print_row(ending, size, f"{compute_median(found):.0f}", f"{compute_p95(found):.0f}", "")
    count = sum(map(len, times.values()))
    print_row(
        f"{count} files, {_MESSAGES} messages", "", "", "", f"{count / seconds * 60:,.0f} a minute"
    )
    # What two free cores would read: others may take theirs while this runs.
    possible = f"{count / spent * 60 * _AT_A_TIME:,.0f} a minute"
    print_row("… by processor time, of all processes", "", "", "", possible)
    await _measure_large()
    await asyncio.to_thread(_measure_starts)


def _sum_processor_seconds() -> float:
    """Return what this process and those that have ended since have taken, of all cores."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _join_reapers() -> None:
    """Wait until decoders have ended, whose time is known only then. The end of the last one begins
    that of the process that has forked them."""
    until = time.monotonic() + _SETTLE_SECONDS
    while reapers := [one for one in threading.enumerate() if one.name == "reaper"]:
        reapers[0].join(max(0.0, until - time.monotonic()))
        if time.monotonic() >= until:
            return


async def _read_message(
    sandbox: Sandbox,
    turns: asyncio.Semaphore,
    number: int,
    samples: dict[str, list[bytes]],
    times: dict[str, list[float]],
) -> None:
    endings = list(KINDS)
    random.Random(number).shuffle(endings)
    async with turns:
        for ending in endings:
            times[ending].append(await _read(sandbox, ending, samples[ending][number], number))


async def _read(sandbox: Sandbox, ending: str, data: bytes, number: int) -> float:
    """Read one file of a message; return the milliseconds."""
    owner = TaskOwner(f"U{number}", f"message {number}")
    started = time.perf_counter()
    await sandbox.read(f"file {number}.{ending}", data, owner=owner)
    return (time.perf_counter() - started) * 1000


async def _measure_large() -> None:
    print_head("a large file", "size", "median ms", "", "")
    async with Sandbox() as sandbox:
        for place, ending in enumerate(KINDS):
            data = await asyncio.to_thread(build_large, ending)
            try:
                found = [await _read(sandbox, ending, data, 100 + place) for _ in range(_ROUNDS)]
                told = f"{compute_median(found):,.0f}"
            except UnreadableError as error:
                told = f"refused: {error.why}"
            print_row(ending, describe(data), told, "", "")


def _measure_starts() -> None:
    """Measure the start of a decoder, up to its first file."""
    print_head("a decoder's start", "ms", "of which processor", "MB", "of which its own")
    server = ForkServer(START_SECONDS)
    first = measure_start(server)
    time.sleep(_SETTLE_SECONDS)
    for name, starts in (
        ("the first, with its server", [first]),
        ("the next ones, median", [measure_start(server) for _ in range(_STARTS)]),
        ("as a program, median", [measure_start(None) for _ in range(_STARTS)]),
    ):
        columns = zip(*starts, strict=True)
        print_row(name, *(f"{compute_median(list(column)):.0f}" for column in columns))
    server.close()
