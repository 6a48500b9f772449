"""Runs one storm: the service between the played ends, while everything fails.

The seed determines all that happens, except for the timing of the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.chaos.checks import find_broken_promises
from tests.chaos.faults import FaultInjector
from tests.chaos.people import CHANNEL, LoadGenerator
from tests.chaos.service import ServiceProcess

# Slack gives up on an event after six minutes; here it repeats it until it is acknowledged.
RULES = Rules(
    rate_tiers=False, share_delay=0.05, ack_seconds=1.0, retry_after=(0.3,) * 200, echoes=True
)
RETRY_ACTION_ID = "easel_retry"
_MAX_WAIT_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a storm: numbers of questions, threads, kills and stops."""

    seed: int
    questions: int = 1000
    threads: int = 100
    kills: int = 30
    terms: int = 10
    pause_seconds: float = 0.1
    fault_interval_seconds: float = 0.15
    full_disk: bool = False
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a storm."""

    problems: list[str]
    kills: int
    terms: int
    retried: int
    seconds: float
    acknowledged: int


async def run_chaos(plan: Plan, folder: Path) -> RunResult:
    """Run `plan` with the service's data in `folder`, and check every promise."""
    began = time.monotonic()
    async with PlayedSlack(RULES) as slack, PlayedModel(first_delay=0.2) as model:
        model.token_delay = 0.001
        people = LoadGenerator(slack, random.Random(plan.seed + 1), threads=plan.threads)
        service = ServiceProcess(folder, slack, model)
        try:
            await service.start()
            kills, terms = await _run_storm(plan, service, people, slack, model)
            await _wait_until_answered(slack, folder)
            retried = await _press_every_button(slack, people, service, folder)
            await _wait_until_billed(model, folder)
            await service.terminate()
        finally:
            service.close()
        await slack.wait_until_quiet()
        problems = find_broken_promises(people.sent, slack, model, folder)
        _write_calls(slack, folder)
    acknowledged = sum(question.acked_at is not None for question in people.sent)
    return RunResult(problems, kills, terms, retried, time.monotonic() - began, acknowledged)


def _write_calls(slack: PlayedSlack, folder: Path) -> None:
    """Write all calls of Slack to a file, for investigating a broken promise."""
    with (folder / "calls.txt").open("w") as file:
        for call in slack.calls:
            text = str(call.args.get("markdown_text") or call.args.get("text") or "")[:60]
            place = (call.args.get("thread_ts"), call.args.get("ts"))
            print(
                call.started_at, call.method, place, call.status, call.error, repr(text), file=file
            )


async def _run_storm(
    plan: Plan,
    service: ServiceProcess,
    people: LoadGenerator,
    slack: PlayedSlack,
    model: PlayedModel,
) -> tuple[int, int]:
    """Ask questions while everything fails; return the numbers of kills and stops."""
    faults = FaultInjector(
        slack, model, random.Random(plan.seed + 2), interval_seconds=plan.fault_interval_seconds
    )
    async with _run_in_background(faults.run), _refresh_sockets(slack, plan):
        asking = asyncio.create_task(people.ask(plan.questions, pause_seconds=plan.pause_seconds))
        counts = await _disturb(plan, random.Random(plan.seed), service)
        await asking
    faults.stop()
    return counts


async def _disturb(plan: Plan, rng: random.Random, service: ServiceProcess) -> tuple[int, int]:
    """Kill and stop the process at random moments, and fill its disk in between."""
    ends = ["kill"] * plan.kills + ["term"] * plan.terms
    rng.shuffle(ends)
    for end in ends:
        await asyncio.sleep(rng.uniform(0.1, 2.0))
        if plan.full_disk and rng.random() < 0.5:
            service.fill_the_disk()
            await asyncio.sleep(rng.uniform(0.1, 1.5))
            service.free_the_disk()
            await asyncio.sleep(1.0)
        await (service.kill() if end == "kill" else service.terminate())
        await service.start()
    return plan.kills, plan.terms


async def _press_every_button(
    slack: PlayedSlack, people: LoadGenerator, service: ServiceProcess, folder: Path
) -> int:
    """Press the retry button of every failed answer, after one more restart."""
    await service.terminate()
    await service.start()
    pressed = 0
    roots = sorted({one.root for one in people.sent})
    for message in [m for root in roots for m in slack.list_replies(CHANNEL, root) if m.buttons]:
        slack.press(CHANNEL, message.ts, RETRY_ACTION_ID)
        pressed += 1
    await slack.wait_until_quiet()
    await _wait_until_answered(slack, folder)
    return pressed


async def _wait_until_answered(slack: PlayedSlack, folder: Path) -> None:
    """Wait until every event is acknowledged and no question is open."""

    def is_done() -> bool:
        acked = all(delivery.acked_at is not None for delivery in slack.deliveries)
        return acked and _count(folder, "SELECT count(*) FROM questions WHERE shown = 0") == 0

    await _wait_until(is_done, "answers")


async def _wait_until_billed(model: PlayedModel, folder: Path) -> None:
    query = "SELECT count(*) FROM attempts WHERE cost_nano IS NULL AND generation_id = ?"

    def is_done() -> bool:
        return all(_count(folder, query, name) == 0 for name in model.bills)

    with contextlib.suppress(TimeoutError):  # the checks report missing bills
        await _wait_until(is_done, "bills", seconds=60)


async def _wait_until(
    condition: Callable[[], bool], description: str, seconds: float = _MAX_WAIT_SECONDS
) -> None:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"waited {seconds} s for {description}")
        await asyncio.sleep(0.2)


def _count(folder: Path, query: str, *values: str) -> int:
    database = sqlite3.connect(f"file:{folder / 'easel.db'}?mode=ro", uri=True, timeout=30)
    try:
        return int(database.execute(query, values).fetchone()[0])
    finally:
        database.close()


@asynccontextmanager
async def _run_in_background(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _refresh_sockets(slack: PlayedSlack, plan: Plan) -> AsyncIterator[None]:
    """Replace the sockets every second, if the plan says so."""

    async def refresh() -> None:
        while plan.refresh:
            await asyncio.sleep(1.0)
            await slack.socket.refresh("refresh_requested")

    async with _run_in_background(refresh):
        yield
