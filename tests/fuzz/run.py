"""One run: files drawn and damaged from a seed, read by decoders; what happens is counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.files import ParsedFile
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.corpus import FAMILIES
from tests.corpus.case import MAX_PICTURES, TOO_LONG, Case, Expectation
from tests.corpus.check import find_file_problems, find_refusal_problems
from tests.corpus.growth import read_resident_mb
from tests.fuzz.checksums import damage_below_checksums
from tests.fuzz.mutations import mutate

WORKERS = 2
# Long enough for any honest file of this size; an endless one costs no more than this.
MAX_SECONDS = 6.0
_MAX_SEED_BYTES = 64 * 1024
_TICK_SECONDS = 0.005
_SLOW_SECONDS = 2.0
# Names are no bytes, and what costs by design is measured elsewhere.
_EXCLUDED_FAMILIES = ("names", "bombs")
_ANYTHING = Expectation.expect_file(pictures=(0, MAX_PICTURES))


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    files: int = 10_000
    workers: int = WORKERS
    seconds: float = MAX_SECONDS


@dataclass(slots=True)
class RunResult:
    """What came of a run. `problems`: what must never happen. `slow`: names to look at again."""

    files: int = 0
    read: int = 0
    refused: int = 0
    deaths: int = 0
    timeouts: int = 0
    stall_ms: float = 0.0
    seconds: float = 0.0
    before_mb: int = 0
    after_mb: int = 0
    problems: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    details: Counter[str] = field(default_factory=Counter)


def list_seeds() -> list[tuple[str, bytes]]:
    """The corpus' files that are small, the smallest first."""
    cases = [
        case
        for name, family in FAMILIES.items()
        if name not in _EXCLUDED_FAMILIES
        for case in family
    ]
    made = [(case.name, case.make()) for case in cases]
    small = [(name, data) for name, data in made if 0 < len(data) <= _MAX_SEED_BYTES]
    return sorted(small, key=lambda file: (len(file[1]), file[0]))


def build_file(seed: int, number: int, seeds: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """File `number` of a run. Small seeds come more often."""
    # Each has its own source of chance, so that one file can be made again alone.
    chance = random.Random(f"{seed}/{number}")
    name, data = seeds[int(len(seeds) * chance.random() ** 1.5)]
    _, other = seeds[int(len(seeds) * chance.random() ** 1.5)]
    if chance.random() < 0.5:
        return f"{number} {name}", mutate(data, other, chance)
    damaged = damage_below_checksums(data, lambda part: mutate(part, other, chance), chance)
    return f"{number} {name}", damaged


async def run_fuzz(plan: Plan) -> RunResult:
    """Feed all files to decoders. What they raise beyond `Unreadable` is a problem."""
    start, told = list_seeds(), RunResult(before_mb=read_resident_mb())
    numbers, began = iter(range(plan.files)), time.monotonic()
    # One thread for what is ours: the system keeps memory for each that ever decoded a picture.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    async def work() -> None:
        for number in numbers:
            # Making and looking are ours, and must not count as a stall of the loop.
            name, data = await asyncio.to_thread(build_file, plan.seed, number, start)
            await _feed_file(decoders, name, data, told)

    stop = asyncio.Event()
    async with Sandbox(max_processes=plan.workers, task_seconds=plan.seconds) as decoders:
        watching = asyncio.create_task(_watch_stalls(told, stop))
        async with asyncio.TaskGroup() as workers:
            for _ in range(plan.workers):
                workers.create_task(work())
        stop.set()
        await watching
        told.deaths = decoders.pool.death_count - told.timeouts
    told.seconds, told.after_mb = time.monotonic() - began, read_resident_mb()
    return told


async def _feed_file(decoders: Sandbox, name: str, data: bytes, result: RunResult) -> None:
    began = time.monotonic()
    result.files += 1
    try:
        reading = await decoders.read(name, data)
        reading = await _process_parsed(decoders, name, data, reading)
    except UnreadableError as error:
        _record_refusal(result, name, error)
    except Exception as error:  # noqa: BLE001 - what else there is, is what is looked for
        result.problems.append(f"{name}: {type(error).__name__}: {error}")
    else:
        await _record_parsed(result, name, reading)
    if (took := time.monotonic() - began) > _SLOW_SECONDS:
        result.slow.append(f"{name}: {took:.1f} s")


async def _process_parsed(
    decoders: Sandbox, name: str, data: bytes, reading: ParsedFile
) -> ParsedFile:
    """What else is done with a file that was read, in ways of its own."""
    if reading.kind == "PDF":
        await decoders.extract_pages(name, data, [1])
        return await decoders.render(name, data, [1])
    if reading.kind.endswith("picture"):
        await decoders.convert(name, data, "webp", None)
    return reading


def _record_refusal(result: RunResult, name: str, error: UnreadableError) -> None:
    result.refused += 1
    result.timeouts += TOO_LONG in error.user_message
    result.details[str(error).partition(",")[0][:60]] += 1
    case = Case(name, bytes, Expectation.expect_refusal("I could not read "))
    result.problems += [
        f"{name}: {problem}" for problem in find_refusal_problems(case, error.user_message)
    ]


async def _record_parsed(result: RunResult, name: str, reading: ParsedFile) -> None:
    result.read += 1
    result.details[reading.kind] += 1
    case = Case(name, bytes, _ANYTHING)
    found = await asyncio.to_thread(find_file_problems, case, reading)
    result.problems += [f"{name}: {problem}" for problem in found]


async def _watch_stalls(result: RunResult, stop: asyncio.Event) -> None:
    """How late the loop comes to a tick at worst."""
    while not stop.is_set():
        began = time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK_SECONDS)
        late = time.monotonic() - began - _TICK_SECONDS
        result.stall_ms = max(result.stall_ms, late * 1000)
