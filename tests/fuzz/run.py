"""Runs damaged files, all derived from a seed, through the sandbox and counts the results."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.files import ParsedFile
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.corpus import FAMILIES
from tests.corpus.case import MAX_PICTURES, TOO_LONG, Case, Expectation
from tests.corpus.check import find_file_problems, find_refusal_problems
from tests.corpus.growth import read_resident_mb
from tests.fuzz.checksums import damage_below_checksums
from tests.fuzz.mutations import mutate

WORKERS = 2
# Long enough for any honest file of this size; an endless one stops here.
MAX_SECONDS = 6.0
_MAX_SEED_BYTES = 64 * 1024
_TICK_SECONDS = 0.005
_SLOW_SECONDS = 2.0
# Damage to bytes changes no name, and the cost of bombs is measured elsewhere.
_EXCLUDED_FAMILIES = ("names", "bombs")
_ANYTHING = Expectation.expect_file(pictures=(0, MAX_PICTURES), incomplete=None)


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    files: int = 10_000
    workers: int = WORKERS
    seconds: float = MAX_SECONDS


@dataclass(slots=True)
class RunResult:
    """The result of a run. `problems` must be empty; `slow` lists files to investigate."""

    files: int = 0
    read: int = 0
    refused: int = 0
    deaths: int = 0
    timeouts: int = 0
    stall_ms: float = 0.0
    busy_ms: float = 0.0
    seconds: float = 0.0
    before_mb: int = 0
    after_mb: int = 0
    problems: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    details: Counter[str] = field(default_factory=Counter)


def list_seeds() -> list[tuple[str, bytes]]:
    """Return the small files of the corpus, the smallest first."""
    cases = [
        case
        for name, family in FAMILIES.items()
        if name not in _EXCLUDED_FAMILIES
        for case in family
    ]
    files = [(case.name, case.make()) for case in cases]
    small = [(name, data) for name, data in files if 0 < len(data) <= _MAX_SEED_BYTES]
    return sorted(small, key=lambda file: (len(file[1]), file[0]))


def build_file(seed: int, number: int, seeds: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Build file `number` of a run; small seeds are chosen more often."""
    # Each file has its own generator, so that it can be built again without the others.
    rng = random.Random(f"{seed}/{number}")
    name, data = seeds[int(len(seeds) * rng.random() ** 1.5)]
    _, other = seeds[int(len(seeds) * rng.random() ** 1.5)]
    if rng.random() < 0.5:
        return f"{number} {name}", mutate(data, other, rng)
    damaged = damage_below_checksums(data, lambda part: mutate(part, other, rng), rng)
    return f"{number} {name}", damaged


async def run_fuzz(plan: Plan) -> RunResult:
    """Feed all files to the sandbox. Any error other than `UnreadableError` is a problem."""
    seeds, result = list_seeds(), RunResult(before_mb=read_resident_mb())
    numbers, began = iter(range(plan.files)), time.monotonic()
    # One thread for our own work: the system keeps memory for each that ever decoded a picture.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    async def work(owner: TaskOwner) -> None:
        for number in numbers:
            # Building and checking a file must not count as a stall of the loop.
            name, data = await asyncio.to_thread(build_file, plan.seed, number, seeds)
            await _feed_file(sandbox, name, data, owner, result)

    stop = asyncio.Event()
    async with Sandbox(max_processes=plan.workers, task_seconds=plan.seconds) as sandbox:
        stall_watch = asyncio.create_task(_watch_stalls(result, stop))
        async with asyncio.TaskGroup() as workers:
            for number in range(plan.workers):
                workers.create_task(work(TaskOwner(f"worker {number}", f"worker {number}")))
        stop.set()
        await stall_watch
        result.deaths = sandbox.pool.death_count - result.timeouts
    result.seconds, result.after_mb = time.monotonic() - began, read_resident_mb()
    return result


async def _feed_file(
    sandbox: Sandbox, name: str, data: bytes, owner: TaskOwner, result: RunResult
) -> None:
    began = time.monotonic()
    result.files += 1
    try:
        parsed_file = await sandbox.read(name, data, owner=owner)
        parsed_file = await _process_parsed(sandbox, name, data, parsed_file, owner)
    except UnreadableError as error:
        _record_refusal(result, name, error)
    except Exception as error:  # noqa: BLE001 - the run looks for just these
        result.problems.append(f"{name}: {type(error).__name__}: {error}")
    else:
        await _record_parsed(result, name, parsed_file)
    if (took := time.monotonic() - began) > _SLOW_SECONDS:
        result.slow.append(f"{name}: {took:.1f} s")


async def _process_parsed(
    sandbox: Sandbox, name: str, data: bytes, parsed_file: ParsedFile, owner: TaskOwner
) -> ParsedFile:
    """Do what else the service does with a parsed file of its kind."""
    if parsed_file.kind == "PDF":
        await sandbox.extract_pages(name, data, [1], owner=owner)
        return await sandbox.render_pages(name, data, [1], owner=owner)
    if parsed_file.kind.endswith("picture"):
        await sandbox.convert(name, data, "webp", None, owner=owner)
    return parsed_file


def _record_refusal(result: RunResult, name: str, error: UnreadableError) -> None:
    result.refused += 1
    result.timeouts += TOO_LONG in error.user_message
    result.details[str(error).partition(",")[0][:60]] += 1
    case = Case(name, bytes, Expectation.expect_refusal("I could not read "))
    result.problems += [
        f"{name}: {problem}" for problem in find_refusal_problems(case, error.user_message)
    ]


async def _record_parsed(result: RunResult, name: str, parsed_file: ParsedFile) -> None:
    result.read += 1
    result.details[parsed_file.kind] += 1
    case = Case(name, bytes, _ANYTHING)
    problems = await asyncio.to_thread(find_file_problems, case, parsed_file)
    result.problems += [f"{name}: {problem}" for problem in problems]


async def _watch_stalls(result: RunResult, stop: asyncio.Event) -> None:
    """Measure the longest delay of the event loop until `stop`, and its own part in any.

    Where other programs take the cores, the loop comes late without having done anything.
    """
    while not stop.is_set():
        began, busy_before = time.monotonic(), time.thread_time()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK_SECONDS)
        late = time.monotonic() - began - _TICK_SECONDS
        busy = min(late, time.thread_time() - busy_before)
        result.stall_ms = max(result.stall_ms, late * 1000)
        result.busy_ms = max(result.busy_ms, busy * 1000)
