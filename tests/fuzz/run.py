"""One run: files drawn and damaged from a seed, read by decoders; what happens is counted."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.files import Reading
from bot.files.sandbox.sandbox import Decoders
from bot.files.unreadable import Unreadable
from tests.corpus import FAMILIES
from tests.corpus.case import MANY, TOO_LONG, Case, Expect
from tests.corpus.check import problems_with_reading, problems_with_refusal
from tests.corpus.growth import resident
from tests.fuzz.mending import below_checksums
from tests.fuzz.mutations import mutated

WORKERS = 2
# Long enough for any honest file of this size; an endless one costs no more than this.
SECONDS = 6.0
_SEED_LARGEST = 64 * 1024
_TICK = 0.005
_SLOW = 2.0
# Names are no bytes, and what costs by design is measured elsewhere.
_WITHOUT = ("names", "bombs")
_ANYTHING = Expect.right(pictures=(0, MANY))


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    files: int = 10_000
    workers: int = WORKERS
    seconds: float = SECONDS


@dataclass(slots=True)
class Told:
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


def seeds() -> list[tuple[str, bytes]]:
    """The corpus' files that are small, the smallest first."""
    cases = [case for name, family in FAMILIES.items() if name not in _WITHOUT for case in family]
    made = [(case.name, case.make()) for case in cases]
    small = [(name, data) for name, data in made if 0 < len(data) <= _SEED_LARGEST]
    return sorted(small, key=lambda file: (len(file[1]), file[0]))


def one_file(seed: int, number: int, start: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """File `number` of a run. Small seeds come more often."""
    # Each has its own source of chance, so that one file can be made again alone.
    chance = random.Random(f"{seed}/{number}")
    name, data = start[int(len(start) * chance.random() ** 1.5)]
    _, other = start[int(len(start) * chance.random() ** 1.5)]
    if chance.random() < 0.5:
        return f"{number} {name}", mutated(data, other, chance)
    damaged = below_checksums(data, lambda part: mutated(part, other, chance), chance)
    return f"{number} {name}", damaged


async def fuzz(plan: Plan) -> Told:
    """Feed all files to decoders. What they raise beyond `Unreadable` is a problem."""
    start, told = seeds(), Told(before_mb=resident())
    numbers, began = iter(range(plan.files)), time.monotonic()
    # One thread for what is ours: the system keeps memory for each that ever decoded a picture.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    async def work() -> None:
        for number in numbers:
            # Making and looking are ours, and must not count as a stall of the loop.
            name, data = await asyncio.to_thread(one_file, plan.seed, number, start)
            await _fed(decoders, name, data, told)

    stop = asyncio.Event()
    async with Decoders(processes=plan.workers, seconds=plan.seconds) as decoders:
        watching = asyncio.create_task(_watch(told, stop))
        async with asyncio.TaskGroup() as workers:
            for _ in range(plan.workers):
                workers.create_task(work())
        stop.set()
        await watching
        told.deaths = decoders.pool.died - told.timeouts
    told.seconds, told.after_mb = time.monotonic() - began, resident()
    return told


async def _fed(decoders: Decoders, name: str, data: bytes, told: Told) -> None:
    began = time.monotonic()
    told.files += 1
    try:
        reading = await decoders.read(name, data)
        reading = await _done_with(decoders, name, data, reading)
    except Unreadable as error:
        _refused(told, name, error)
    except Exception as error:  # noqa: BLE001 - what else there is, is what is looked for
        told.problems.append(f"{name}: {type(error).__name__}: {error}")
    else:
        await _read(told, name, reading)
    if (took := time.monotonic() - began) > _SLOW:
        told.slow.append(f"{name}: {took:.1f} s")


async def _done_with(decoders: Decoders, name: str, data: bytes, reading: Reading) -> Reading:
    """What else is done with a file that was read, in ways of its own."""
    if reading.kind == "PDF":
        await decoders.cut_out(name, data, [1])
        return await decoders.render(name, data, [1])
    if reading.kind.endswith("picture"):
        await decoders.convert(name, data, "webp", None)
    return reading


def _refused(told: Told, name: str, error: Unreadable) -> None:
    told.refused += 1
    told.timeouts += TOO_LONG in error.said
    told.details[str(error).partition(",")[0][:60]] += 1
    case = Case(name, bytes, Expect.refused("I could not read "))
    told.problems += [f"{name}: {problem}" for problem in problems_with_refusal(case, error.said)]


async def _read(told: Told, name: str, reading: Reading) -> None:
    told.read += 1
    told.details[reading.kind] += 1
    case = Case(name, bytes, _ANYTHING)
    found = await asyncio.to_thread(problems_with_reading, case, reading)
    told.problems += [f"{name}: {problem}" for problem in found]


async def _watch(told: Told, stop: asyncio.Event) -> None:
    """How late the loop comes to a tick at worst."""
    while not stop.is_set():
        began = time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK)
        late = time.monotonic() - began - _TICK
        told.stall_ms = max(told.stall_ms, late * 1000)
