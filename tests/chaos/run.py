"""One run of chaos: the service between the played ends, while everything goes wrong.

Whatever happens follows from the seed, but for the machine's own timing.
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
from tests.chaos.checks import broken_promises
from tests.chaos.faults import Faults
from tests.chaos.people import CHANNEL, People
from tests.chaos.service import Service

# Slack gives up on an event after six minutes; here it goes on until it is acknowledged.
RULES = Rules(
    rate_tiers=False, share_delay=0.05, ack_seconds=1.0, retry_after=(0.3,) * 200, echoes=True
)
RETRY = "easel_retry"
_PATIENCE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. `fault_every` and `pause` are seconds."""

    seed: int
    questions: int = 1000
    threads: int = 100
    kills: int = 30
    terms: int = 10
    pause: float = 0.1
    fault_every: float = 0.15
    full_disk: bool = False
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a run."""

    problems: list[str]
    kills: int
    terms: int
    retried: int
    seconds: float
    acknowledged: int


async def chaos(plan: Plan, folder: Path) -> Told:
    """Run `plan` over `folder` and check every promise."""
    began = time.monotonic()
    async with PlayedSlack(RULES) as slack, PlayedModel(first_delay=0.2) as model:
        model.token_delay = 0.001
        people = People(slack, random.Random(plan.seed + 1), threads=plan.threads)
        service = Service(folder, slack, model)
        try:
            await service.start()
            kills, terms = await _storm(plan, service, people, slack, model)
            await _all_answered(slack, folder)
            retried = await _press_every_button(slack, people, service, folder)
            await _all_billed(model, folder)
            await service.terminate()
        finally:
            service.close()
        await slack.quiet()
        problems = broken_promises(people.asked, slack, model, folder)
        _write_calls(slack, folder)
    acknowledged = sum(one.acked_at is not None for one in people.asked)
    return Told(problems, kills, terms, retried, time.monotonic() - began, acknowledged)


def _write_calls(slack: PlayedSlack, folder: Path) -> None:
    """Everything that was asked of Slack, for whoever looks into a broken promise."""
    with (folder / "calls.txt").open("w") as file:
        for call in slack.calls:
            text = str(call.args.get("markdown_text") or call.args.get("text") or "")[:60]
            place = (call.args.get("thread_ts"), call.args.get("ts"))
            print(call.at, call.method, place, call.status, call.error, repr(text), file=file)


async def _storm(
    plan: Plan, service: Service, people: People, slack: PlayedSlack, model: PlayedModel
) -> tuple[int, int]:
    """Everybody asks while everything goes wrong; return the numbers of kills and stops."""
    faults = Faults(slack, model, random.Random(plan.seed + 2), every=plan.fault_every)
    async with _in_background(faults.run), _refreshing(slack, plan):
        asking = asyncio.create_task(people.ask(plan.questions, pause=plan.pause))
        ended = await _disturb(plan, random.Random(plan.seed), service)
        await asking
    faults.stop()
    return ended


async def _disturb(plan: Plan, rng: random.Random, service: Service) -> tuple[int, int]:
    """Kill and stop the process at random moments, fill its disk in between."""
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
    slack: PlayedSlack, people: People, service: Service, folder: Path
) -> int:
    """Whoever got no answer asks again, after one more restart."""
    await service.terminate()
    await service.start()
    pressed = 0
    roots = sorted({one.root for one in people.asked})
    for message in [m for root in roots for m in slack.replies(CHANNEL, root) if m.buttons]:
        slack.press(CHANNEL, message.ts, RETRY)
        pressed += 1
    await slack.quiet()
    await _all_answered(slack, folder)
    return pressed


async def _all_answered(slack: PlayedSlack, folder: Path) -> None:
    """Wait until every event is acknowledged and no question is open."""

    def done() -> bool:
        acked = all(delivery.acked_at is not None for delivery in slack.deliveries)
        return acked and _count(folder, "SELECT count(*) FROM questions WHERE shown = 0") == 0

    await _until(done, "answers")


async def _all_billed(model: PlayedModel, folder: Path) -> None:
    query = "SELECT count(*) FROM attempts WHERE cost_nano IS NULL AND generation_id = ?"

    def done() -> bool:
        return all(_count(folder, query, name) == 0 for name in model.bills)

    with contextlib.suppress(TimeoutError):  # what is missing, the checks tell
        await _until(done, "bills", seconds=60)


async def _until(done: Callable[[], bool], what: str, seconds: float = _PATIENCE_SECONDS) -> None:
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"waited {seconds} s for {what}")
        await asyncio.sleep(0.2)


def _count(folder: Path, query: str, *values: str) -> int:
    database = sqlite3.connect(f"file:{folder / 'easel.db'}?mode=ro", uri=True, timeout=30)
    try:
        return int(database.execute(query, values).fetchone()[0])
    finally:
        database.close()


@asynccontextmanager
async def _in_background(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _refreshing(slack: PlayedSlack, plan: Plan) -> AsyncIterator[None]:
    """Ask for new sockets every second, if that is in the plan."""

    async def refresh() -> None:
        while plan.refresh:
            await asyncio.sleep(1.0)
            await slack.socket.refresh("refresh_requested")

    async with _in_background(refresh):
        yield
