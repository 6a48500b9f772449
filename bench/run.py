"""Drives one program (Easel or the floor) through Socket Mode and measures from the far ends.

Slack and the model are played in this process, the measured program is another one, so every
time is read from one clock and none of them is the program's own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.model import Pace, TimedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import ApiCall, Rules
from bot.playground.slack.workspace import BOT_USER, Change

ANSWER_CALLS = {"chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream"}
ANSWER_CALLS |= {"chat.update"}
PEOPLE = [f"U0P{number:03d}" for number in range(50)]


@dataclass(slots=True)
class SentQuestion:
    """One question: `at` is when its event was handed to the socket."""

    mark: int
    channel: str
    root: str
    sent_at: float


@dataclass(slots=True)
class Run:
    """One program between the far ends."""

    slack: PlayedSlack
    model: TimedModel
    process: asyncio.subprocess.Process
    port: int
    sent: list[SentQuestion] = field(default_factory=list)
    _answer_times: dict[tuple[str, str], asyncio.Future[float]] = field(default_factory=dict)

    async def ask(
        self, mark: int, channel: str = "C0GENERAL", root: str | None = None
    ) -> SentQuestion:
        at = time.perf_counter()
        text = f"<@{BOT_USER}> q{mark}q tell me about words"
        person = PEOPLE[mark % len(PEOPLE)]
        ts = await self.slack.say(channel, text, user=person, thread_ts=root)
        asked = SentQuestion(mark, channel, root or ts, at)
        self._answer_times[asked.channel, asked.root] = asyncio.get_running_loop().create_future()
        self.sent.append(asked)
        return asked

    async def follow(self) -> None:
        """Note when each answer stands whole in its thread. One task looks at every change once,
        so that measuring costs little beside what is measured."""
        with self.slack.workspace.watch() as changes:
            while True:
                change = await changes.get()
                if change is None:
                    return
                waiting = self._answer_times.get((change.channel, change.thread_ts))
                if waiting is not None and not waiting.done() and self._is_whole(change):
                    waiting.set_result(time.perf_counter())

    def _is_whole(self, change: Change) -> bool:
        replies = self.slack.list_replies(change.channel, change.thread_ts)
        said = sum(reply.text.count("word") for reply in replies)
        return said >= self.model.pace.tokens and not any(r.streaming for r in replies)

    async def wait_for_answer(self, question: SentQuestion, *, seconds: float = 180) -> float:
        """Wait until the whole answer stands in the thread; return when that was."""
        async with asyncio.timeout(seconds):
            return await self._answer_times[question.channel, question.root]

    async def read_metric(self, name: str) -> float:
        """One figure of the program's `/metrics`."""
        address = f"http://127.0.0.1:{self.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            page = await response.text()
        line = next(line for line in page.splitlines() if line.startswith(f"{name} "))
        return float(line.rpartition(" ")[2])

    def list_ack_times(self) -> list[float]:
        """Milliseconds from sending an event to its acknowledgement, one per mention."""
        return [
            (delivery.acked_at - delivery.sent_at) * 1000
            for delivery in self.slack.deliveries
            if delivery.acked_at is not None
            and delivery.sent_at is not None
            and delivery.body["event"]["type"] == "app_mention"
        ]

    def read_memory(self, field: str) -> float:
        """`VmRSS` or `VmHWM` of the program in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(field))
        return int(line.split()[1]) / 1024

    def list_calls(self, question: SentQuestion) -> list[ApiCall]:
        """The calls that belong to a thread: by thread_ts, or by the ts of its replies."""
        owned = {reply.ts for reply in self.slack.list_replies(question.channel, question.root)}
        return [
            call
            for call in self.slack.calls
            if call.args.get("thread_ts") == question.root or call.args.get("ts") in owned
        ]


def find_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def run_program(
    program: str, rules: Rules, *, prepare: Any = None, **settings: str
) -> AsyncIterator[Run]:
    """Start `program` ("easel" or "floor") between fresh far ends and wait until it listens."""
    model, port = TimedModel(), find_free_port()
    runner, base_url = await model.serve()
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with PlayedSlack(rules) as slack:
            slack.workspace.people |= {person: f"Person {person}" for person in PEOPLE}
            if prepare is not None:
                await prepare(Path(folder))
            env = {
                **os.environ,
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
                "OPENROUTER_API_KEY": "sk-or-v1-bench",
                "OPENROUTER_BASE_URL": base_url,
                "EASEL_DATA_DIR": folder,
                "EASEL_PORT": str(port),
                "EASEL_LOG_LEVEL": "WARNING",
                **settings,
            }
            command = ["-m", "bot", "run"] if program == "easel" else ["-m", "bench.floor"]
            process = await asyncio.create_subprocess_exec(sys.executable, *command, env=env)
            try:
                await slack.socket.wait_until_connected(seconds=30)
                await asyncio.sleep(0.5)  # until it is quiet
                run = Run(slack, model, process, port)
                following = asyncio.create_task(run.follow())
                yield run
                following.cancel()
            finally:
                process.send_signal(signal.SIGTERM)
                await process.wait()
    await runner.cleanup()


@dataclass(frozen=True, slots=True)
class Times:
    """Added times in milliseconds, one per question."""

    to_request: list[float]
    to_last_call: list[float]
    to_end: list[float]
    calls: list[int]


def compute_times(run: Run) -> Times:
    times = Times([], [], [], [])
    for asked in run.sent:
        calls = run.list_calls(asked)
        shown = [call for call in calls if call.method in ANSWER_CALLS]
        ended = run.model.ended_at[asked.mark]
        times.to_request.append((run.model.requested_at[asked.mark] - asked.sent_at) * 1000)
        times.to_last_call.append((max(call.started_at for call in shown) - ended) * 1000)
        times.to_end.append((max(call.ended_at for call in shown) - ended) * 1000)
        times.calls.append(len(calls))
    return times


def compute_median(values: list[float]) -> float:
    return statistics.median(values)


def compute_p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


async def run_steadily(run: Run, *, questions: int, pace: Pace, interval_seconds: float) -> Times:
    """One question every `every` seconds, each in a thread of its own."""
    run.model.pace = pace
    waiting = []
    for mark in range(1, questions + 1):
        asked = await run.ask(mark)
        waiting.append(asyncio.create_task(run.wait_for_answer(asked)))
        await asyncio.sleep(interval_seconds)
    await asyncio.gather(*waiting)
    await asyncio.sleep(0.3)
    return compute_times(run)


async def run_burst(
    run: Run, *, questions: int, pace: Pace, channels: int = 1
) -> tuple[float, list[float]]:
    """All questions at once; return the seconds until the last is answered, and each one's."""
    names = []
    for number in range(channels):
        name = "C0GENERAL" if channels == 1 else f"C0BENCH{number:03d}"
        if channels > 1:
            run.slack.workspace.add_channel(name, f"bench-{number}")
        names.append(name)
    run.model.pace = pace
    start = time.perf_counter()
    asked = [await run.ask(mark, names[mark % channels]) for mark in range(1, questions + 1)]
    ended = await asyncio.gather(*(run.wait_for_answer(one) for one in asked))
    return max(ended) - start, [end - one.sent_at for end, one in zip(ended, asked, strict=True)]
