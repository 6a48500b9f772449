"""Feeds damaged manifests to the decoders that compute facts: no harm, and one sentence each.

`KINDS` holds what is tried: seeds that are sound, and the task that is given a damaged one. Whoever
adds a task that computes adds its kind there.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.messages import render
from bot.files.graph_drawer import GraphDrawer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from bot.graphs.wishes import GraphWish
from tests.fuzz.fact_seeds import MANIFESTS
from tests.fuzz.mutations import mutate

_WORKERS, _SLOW_SECONDS = 2, 5.0
_MAX_SENTENCE_CHARS = 30_000


@dataclass(frozen=True, slots=True)
class Kind:
    """`run` computes the facts of one file, and returns in a word what came of it."""

    name: str
    seeds: Sequence[tuple[str, bytes]]
    run: Callable[[Sandbox, str, bytes, TaskOwner], Awaitable[str]]


@dataclass(slots=True)
class FactsResult:
    """The result of a run. `problems` must be empty; `slow` lists what to investigate."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    deaths: int = 0


async def draw_manifest(sandbox: Sandbox, name: str, data: bytes, owner: TaskOwner) -> str:
    """Draw a manifest; return what came of it. Raises `UnreadableError`, and what is a fault."""
    drawn = await GraphDrawer(sandbox).draw([(name, data)], GraphWish(), owner, language="en")
    text = render(drawn.text, "de")
    if len(text) > _MAX_SENTENCE_CHARS:
        raise AssertionError("too much text")
    if drawn.has_refused and (drawn.count or text.count("\n") > 1):
        raise AssertionError(f"more than one sentence: {text[:200]}")
    if drawn.count:
        return "drawn"
    return "refused" if drawn.has_refused else "no manifest"


KINDS = [Kind("manifest", MANIFESTS, draw_manifest)]


async def run_facts(count: int, seed: int) -> FactsResult:
    """Feed `count` damaged files of all kinds to their tasks."""
    result, numbers = FactsResult(), iter(range(count))

    async def work(sandbox: Sandbox, owner: TaskOwner) -> None:
        for number in numbers:
            rng = random.Random(f"{seed}/{number}")
            kind = KINDS[number % len(KINDS)]
            name, sound = rng.choice(list(kind.seeds))
            _, other = rng.choice(list(kind.seeds))
            damaged = await asyncio.to_thread(mutate, sound, other, rng)
            await _feed(sandbox, kind, f"{number} {name}", damaged, owner, result)

    async with Sandbox(max_processes=_WORKERS) as sandbox, asyncio.TaskGroup() as group:
        for number in range(_WORKERS):
            group.create_task(work(sandbox, TaskOwner(f"worker {number}", f"worker {number}")))
    result.deaths = sandbox.pool.death_count
    return result


async def _feed(
    sandbox: Sandbox, kind: Kind, name: str, data: bytes, owner: TaskOwner, result: FactsResult
) -> None:
    began = time.monotonic()
    try:
        # The name without the number, by which its format is known.
        outcome = await kind.run(sandbox, name.partition(" ")[2], data, owner)
    except UnreadableError as error:
        outcome = f"unreadable: {error.why}"
    except Exception as error:  # noqa: BLE001 - the run looks for just these
        outcome = "problem"
        result.problems.append(f"{name}: {type(error).__name__}: {error}")
    result.counts[f"{kind.name} {outcome}"] += 1
    if (took := time.monotonic() - began) > _SLOW_SECONDS:
        result.slow.append(f"{name}: {took:.1f} s")
