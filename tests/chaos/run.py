"""Runs one storm: the service between the played ends, while everything fails.

The seed determines all that happens, except for the timing of the machine.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.chaos.checks import find_broken_promises
from tests.chaos.endings import (
    find_innocent_failures,
    find_poison_problems,
    find_unheard,
    load_endings,
)
from tests.chaos.faults import METHODS, STEERED_METHODS, FaultInjector
from tests.chaos.people import CHANNEL, LoadGenerator, SentQuestion
from tests.chaos.poison import POISON_TEXT, Poison
from tests.chaos.replicas.fleet import Fleet
from tests.chaos.service import ServiceProcess
from tests.chaos.steering.acts import Act
from tests.chaos.steering.build import Steering, build_people, build_steering, choose_settings
from tests.chaos.steering.people import describe_acts
from tests.chaos.waiting import (
    run_in_background,
    wait_until_answered,
    wait_until_billed,
    wait_until_quiet,
    wait_until_tidy,
)

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
    poison: bool = False
    steers: bool = False  # people press, edit, delete and stop as well
    waits_for_bills: bool = True  # of requests whose process was killed

    def build_people(self, slack: PlayedSlack) -> LoadGenerator:
        """Build those who ask."""
        return build_people(self.seed, slack, threads=self.threads, steers=self.steers)

    def build_steering(
        self, people: LoadGenerator, slack: PlayedSlack, model: PlayedModel, folder: Path
    ) -> Steering | None:
        """Build those who steer, if any do."""
        if not self.steers:
            return None
        pause = self.pause_seconds
        return build_steering(self.seed, people, slack, model, folder, pause_seconds=pause)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a storm."""

    problems: list[str]
    kills: int
    terms: int
    retried: int
    seconds: float
    acknowledged: int
    poison_kills: int
    given_up: int = 0  # by Slack, after its last repeat
    acts: str = ""  # what people did besides asking, and how often
    fillings: int = 0  # of the disk


@dataclass(slots=True)
class Storm:
    """One storm while it runs. `restarting` is held while the process is not to be touched."""

    plan: Plan
    slack: PlayedSlack
    model: PlayedModel
    people: LoadGenerator
    service: ServiceProcess | Fleet
    restarting: asyncio.Lock = field(default_factory=asyncio.Lock)
    problems: list[str] = field(default_factory=list)
    poison: SentQuestion | None = None
    retried: int = 0
    fillings: int = 0
    steering: Steering | None = None

    async def run(self, killer: Poison) -> None:
        """Ask while everything fails, wait for the answers, press the buttons, wait again."""
        await self.service.start()
        async with run_in_background(killer.run):
            await self._rage()
            await self._wait_until_answered()
            self._check_endings(killer)
            await press_every_button(self)
            await self._wait_until_answered()
            if self.plan.waits_for_bills:
                await wait_until_billed(self.model, self.service.folder)
            if isinstance(self.service, ServiceProcess):
                await wait_until_tidy(self.service.folder)
            await self.service.terminate_all()

    async def _rage(self) -> None:
        """Ask questions while everything fails."""
        plan = self.plan
        faults = FaultInjector(
            self.slack,
            self.model,
            random.Random(plan.seed + 2),
            interval_seconds=plan.fault_interval_seconds,
            methods=STEERED_METHODS if plan.steers else METHODS,
        )
        async with run_in_background(faults.run), _refresh_sockets(self.slack, plan), self._steer():
            asking = asyncio.create_task(self._ask())
            await self._disturb(random.Random(plan.seed))
            await asking
        faults.stop()

    @asynccontextmanager
    async def _steer(self) -> AsyncIterator[None]:
        if self.steering is None:
            yield
            return
        async with run_in_background(self.steering.steerer.run):
            yield
        await self.steering.steerer.finish()

    def list_acts(self) -> list[Act]:
        """Return what people did besides asking."""
        return [] if self.steering is None else self.steering.steerer.acts

    async def _ask(self) -> None:
        if self.plan.poison:
            self.poison = await self.people.ask_alone(POISON_TEXT)
        await self.people.ask(self.plan.questions, pause_seconds=self.plan.pause_seconds)

    async def _disturb(self, rng: random.Random) -> None:
        """Kill and stop the process at random moments, and fill its disk in between."""
        ends = ["kill"] * self.plan.kills + ["term"] * self.plan.terms
        rng.shuffle(ends)
        for end in ends:
            await asyncio.sleep(rng.uniform(0.1, 2.0))
            async with self.restarting:
                await self._disturb_once(end, rng)

    async def _disturb_once(self, end: str, rng: random.Random) -> None:
        if isinstance(self.service, ServiceProcess) and self.plan.full_disk and rng.random() < 0.5:
            self.service.fill_the_disk()
            self.fillings += 1
            await asyncio.sleep(rng.uniform(0.1, 1.5))
            self.service.free_the_disk()
            await asyncio.sleep(1.0)
        await (self.service.kill() if end == "kill" else self.service.terminate())
        await self.service.start()

    async def _wait_until_answered(self) -> None:
        if not await wait_until_answered(
            self.slack, self.service.folder, seconds=_MAX_WAIT_SECONDS
        ):
            self.problems.append(f"not all is answered {_MAX_WAIT_SECONDS:.0f} s after the storm")

    def _check_endings(self, killer: Poison) -> None:
        """Check how the questions ended before a button is pressed."""
        endings = load_endings(self.service.folder)
        self.problems += find_innocent_failures(self.people.sent, endings)
        self.problems += find_unheard(self.people.sent, endings)
        if self.poison is not None:
            self.problems += find_poison_problems(self.poison, endings, killer.crashes)
        if self.steering is not None:
            self.problems += self.steering.find_broken_acts()


async def run_chaos(plan: Plan, folder: Path) -> RunResult:
    """Run `plan` with the service's data in `folder`, and check every promise."""
    began = time.monotonic()
    async with PlayedSlack(RULES) as slack, PlayedModel(first_delay=0.2) as model:
        model.token_delay = 0.001
        people = plan.build_people(slack)
        service = ServiceProcess(folder, slack, model, settings=choose_settings(steers=plan.steers))
        storm = Storm(plan, slack, model, people, service)
        storm.steering = plan.build_steering(people, slack, model, folder)
        killer = Poison(model, service, storm.restarting)
        broken_off = await run_to_end(storm.run(killer), service, slack)
        problems = storm.problems + broken_off
        if service.was_ready:
            acts = storm.list_acts()
            problems += find_broken_promises(people.sent, slack, model, folder, acts=acts)
        write_calls(slack, folder)
    acknowledged = sum(question.acked_at is not None for question in people.sent)
    seconds = time.monotonic() - began
    return RunResult(
        problems,
        plan.kills,
        plan.terms,
        storm.retried,
        seconds,
        acknowledged,
        killer.crashes,
        acts=describe_acts(storm.list_acts()),
        fillings=storm.fillings,
    )


async def run_to_end(
    work: Coroutine[Any, Any, None], service: ServiceProcess | Fleet, slack: PlayedSlack
) -> list[str]:
    """Do `work`, stop the process and wait for Slack; return the problems of the run."""
    problems = []
    try:
        await work
    except (AssertionError, TimeoutError) as error:
        problems.append(f"the run broke off: {type(error).__name__} {error}")
    finally:
        service.close()
    await wait_until_quiet(slack)
    return problems + service.problems


def write_calls(slack: PlayedSlack, folder: Path) -> None:
    """Write all calls of Slack to a file, for investigating a broken promise."""
    with (folder / "calls.txt").open("w") as file:
        for call in slack.calls:
            text = str(call.args.get("markdown_text") or call.args.get("text") or "")[:60]
            place = (call.args.get("thread_ts"), call.args.get("ts"))
            print(
                call.started_at, call.method, place, call.status, call.error, repr(text), file=file
            )


async def press_every_button(storm: Storm) -> None:
    """Press the retry button of every failed answer, after one more restart."""
    roots = sorted({one.root for one in storm.people.sent})
    if not _list_failed(storm.slack, roots):
        return
    async with storm.restarting:
        await storm.service.terminate()
        await storm.service.start()
    storm.retried = await press_buttons(storm.slack, roots)


async def press_buttons(slack: PlayedSlack, roots: list[str]) -> int:
    """Press every retry button in these threads; return how many there were."""
    failed = _list_failed(slack, roots)
    for message in failed:
        thread = slack.workspace.list_thread(CHANNEL, message.thread_ts or message.ts)
        # For an hour the button is for the person who asked: it does nothing for the others.
        for person in sorted({one.user for one in thread if not one.from_bot}):
            slack.press(CHANNEL, message.ts, RETRY_ACTION_ID, user=person)
    await wait_until_quiet(slack)
    return len(failed)


def _list_failed(slack: PlayedSlack, roots: list[str]) -> list[PlayedMessage]:
    """Return the messages with a retry button; an answer that did not fail has other buttons."""
    messages = [message for root in roots for message in slack.list_replies(CHANNEL, root)]
    return [
        message
        for message in messages
        if any(button["action_id"] == RETRY_ACTION_ID for button in message.buttons)
    ]


@asynccontextmanager
async def _refresh_sockets(slack: PlayedSlack, plan: Plan) -> AsyncIterator[None]:
    """Replace the sockets every second, if the plan says so."""

    async def refresh() -> None:
        while plan.refresh:
            await asyncio.sleep(1.0)
            await slack.socket.refresh("refresh_requested")

    async with run_in_background(refresh):
        yield
