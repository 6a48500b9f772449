"""Runs the service for a long time at a low rate, while everything around it fails for a while.

Nothing is killed: the same process has to come back from every outage of `outages.py`.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.chaos.checks import find_broken_promises
from tests.chaos.endings import find_unheard, load_endings
from tests.chaos.gate import Gate
from tests.chaos.outages import Outage, Surroundings, plan_outages, play_outages
from tests.chaos.people import LoadGenerator
from tests.chaos.run import press_buttons, run_to_end, write_calls
from tests.chaos.sampler import Sampler
from tests.chaos.service import ServiceProcess
from tests.chaos.signs import SignWatcher
from tests.chaos.waiting import (
    run_in_background,
    wait_until_answered,
    wait_until_billed,
)

# Slack gives up on an event after six minutes; here it repeats it until it is acknowledged.
RULES = Rules(rate_tiers=False, share_delay=0.05, retry_after=(2.0,) * 400, echoes=True)
# After the last outage a question waits for its next attempt at most this long, and is answered.
MAX_WAIT_SECONDS = 330.0
_LONG_OUTAGE_SECONDS = 300.0
_NUMBER_PATTERN = re.compile(r"\bq\d+\b")  # of a question, in a note about its file
_MIN_MINUTES_WITH_LONG_OUTAGE = 15.0


@dataclass(frozen=True, slots=True)
class SoakPlan:
    """The size of a soak. `scale` multiplies the durations of outages and of what is between."""

    seed: int
    minutes: float = 40.0
    threads: int = 60
    pause_seconds: float = 1.0
    sample_seconds: float = 5.0
    scale: float = 1.0

    def plan_outages(self) -> list[Outage]:
        is_long = self.minutes >= _MIN_MINUTES_WITH_LONG_OUTAGE
        return plan_outages(
            random.Random(self.seed),
            self.minutes * 60,
            longest=_LONG_OUTAGE_SECONDS if is_long else 0.0,
            scale=self.scale,
        )


@dataclass(slots=True)
class SoakResult:
    """The broken promises, and lines for the summary."""

    problems: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Soak:
    """One soak while it runs."""

    plan: SoakPlan
    around: Surroundings
    people: LoadGenerator
    report: Callable[[str], None]
    result: SoakResult = field(default_factory=SoakResult)
    outages: list[Outage] = field(default_factory=list)  # that have been played

    async def run(self, watcher: SignWatcher, sampler: Sampler) -> None:
        """Ask during the outages, wait a bounded time, check; press the buttons, check again."""
        around, folder = self.around, self.around.service.folder
        await around.service.start()
        async with run_in_background(watcher.run), run_in_background(sampler.run):
            ended_at = await self._ask_during_outages()
            rest = ended_at + MAX_WAIT_SECONDS - time.time()
            is_answered = await wait_until_answered(around.slack, folder, seconds=max(rest, 0.0))
            await asyncio.sleep(self.plan.sample_seconds)  # until a last status has ended
        self._check_endings(watcher, sampler, is_answered=is_answered)
        roots = sorted({question.root for question in self.people.sent})
        pressed = await press_buttons(around.slack, roots)
        self.result.lines.append(f"{pressed} asked again by button")
        if not await wait_until_answered(around.slack, folder, seconds=MAX_WAIT_SECONDS):
            self.result.problems.append("not all is answered after the buttons")
        await wait_until_billed(around.model, folder)
        await around.service.terminate()

    async def _ask_during_outages(self) -> float:
        """Ask until the last outage has ended; return when that was."""
        outages = self.plan.plan_outages()
        seconds = outages[-1].ends_at if outages else self.plan.minutes * 60
        count = max(1, round(seconds / self.plan.pause_seconds))
        asking = asyncio.create_task(self.people.ask(count, pause_seconds=self.plan.pause_seconds))
        self.outages = await play_outages(outages, self.around, self.report)
        ended_at = time.time()
        await asking
        self.result.lines.append(f"{count} questions, {len(outages)} outages")
        return max(ended_at, time.time() - self.plan.pause_seconds)

    def _check_endings(self, watcher: SignWatcher, sampler: Sampler, *, is_answered: bool) -> None:
        result, endings = self.result, load_endings(self.around.service.folder)
        if not is_answered:
            result.problems.append(
                f"not all is answered {MAX_WAIT_SECONDS:.0f} s after the last outage"
            )
        result.problems += find_unheard(self.people.sent, endings)
        result.problems += watcher.find_left_statuses()
        result.problems += watcher.find_late_signs(self.people.sent, self.outages)
        result.problems += sampler.find_growth()
        kinds = Counter(
            (ending.outcome or "open", _NUMBER_PATTERN.sub("q…", ending.note))
            for ending in endings.values()
        )
        result.lines += [
            f"{count} {outcome}: {note[:100]!r}" for (outcome, note), count in kinds.most_common(12)
        ]
        names = ("first sign", "whole answer")
        for name, waits in zip(
            names, watcher.measure_waits(self.people.sent, endings), strict=True
        ):
            result.lines.append(describe_waits(name, waits))
        result.lines += sampler.describe()


def describe_waits(name: str, waits: dict[int, float]) -> str:
    """Describe the median and the longest wait, in seconds, by the numbers of questions."""
    if not waits:
        return f"no {name}"
    longest = max(waits, key=lambda number: waits[number])
    median = sorted(waits.values())[len(waits) // 2]
    return f"{name} after {median:.1f} s (median), {waits[longest]:.1f} s (longest, q{longest})"


async def run_soak(
    plan: SoakPlan, folder: Path, *, report: Callable[[str], None] = lambda _line: None
) -> SoakResult:
    """Run `plan` with the service's data in `folder`, and check every promise."""
    async with Gate() as slack_gate, Gate() as model_gate:
        origin = f"http://127.0.0.1:{slack_gate.port}"
        async with (
            PlayedSlack(RULES, origin=origin) as slack,
            PlayedModel(first_delay=0.2) as model,
        ):
            model.token_delay = 0.001
            slack_gate.far_port = slack.port
            model_gate.far_port = urlsplit(model.base_url).port or 0
            service = ServiceProcess(
                folder, slack, model, model_port=model_gate.port, is_measured=True
            )
            people = LoadGenerator(slack, random.Random(plan.seed + 1), threads=plan.threads)
            around = Surroundings(slack, model, slack_gate, model_gate, service)
            soak = Soak(plan, around, people, report)
            work = soak.run(SignWatcher(slack), Sampler(service, plan.sample_seconds))
            soak.result.problems += await run_to_end(work, service, slack)
            if service.was_ready:
                soak.result.problems += find_broken_promises(
                    people.sent, slack, model, folder, has_long_outages=True
                )
            write_calls(slack, folder)
    return soak.result
