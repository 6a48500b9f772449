"""Drives one program (Easel or the floor) through Socket Mode and measures it from outside.

Slack and the model are played in this process, and the measured program is another one. So all
times come from one clock, which is not the program's own.
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
    """One question; `sent_at` is when its event went to the socket."""

    mark: int
    channel: str
    root: str
    sent_at: float


@dataclass(slots=True)
class Run:
    """One program between the played ends."""

    slack: PlayedSlack
    model: TimedModel
    process: asyncio.subprocess.Process
    port: int
    sent: list[SentQuestion] = field(default_factory=list)
    _answer_times: dict[tuple[str, str], asyncio.Future[float]] = field(default_factory=dict)

    async def ask(
        self, mark: int, channel: str = "C0GENERAL", root: str | None = None
    ) -> SentQuestion:
        """Mention the bot with a marked question, in a new thread or the one of `root`."""
        sent_at = time.perf_counter()
        text = f"<@{BOT_USER}> q{mark}q tell me about words"
        person = PEOPLE[mark % len(PEOPLE)]
        ts = await self.slack.post_as_person(channel, text, user=person, thread_ts=root)
        question = SentQuestion(mark, channel, root or ts, sent_at)
        self._answer_times[question.channel, question.root] = (
            asyncio.get_running_loop().create_future()
        )
        self.sent.append(question)
        return question

    async def follow(self) -> None:
        """Record when each answer is complete in its thread.

        One task looks at every change once, so that measuring costs little.
        """
        with self.slack.workspace.watch() as changes:
            while True:
                change = await changes.get()
                if change is None:
                    return
                future = self._answer_times.get((change.channel, change.thread_ts))
                if future is not None and not future.done() and self._is_whole(change):
                    future.set_result(time.perf_counter())

    def _is_whole(self, change: Change) -> bool:
        replies = self.slack.list_replies(change.channel, change.thread_ts)
        word_count = sum(reply.text.count("word") for reply in replies)
        return word_count >= self.model.pace.tokens and not any(r.streaming for r in replies)

    async def wait_for_answer(self, question: SentQuestion, *, seconds: float = 180) -> float:
        """Wait until the answer is complete in the thread; return the time of that."""
        async with asyncio.timeout(seconds):
            return await self._answer_times[question.channel, question.root]

    async def read_metric(self, name: str) -> float:
        """Read one figure from the program's `/metrics`."""
        address = f"http://127.0.0.1:{self.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            page = await response.text()
        line = next(line for line in page.splitlines() if line.startswith(f"{name} "))
        return float(line.rpartition(" ")[2])

    def list_ack_times(self) -> list[float]:
        """Return the milliseconds from sending an event to its acknowledgement, per mention."""
        return [
            (delivery.acked_at - delivery.sent_at) * 1000
            for delivery in self.slack.deliveries
            if delivery.acked_at is not None
            and delivery.sent_at is not None
            and delivery.body["event"]["type"] == "app_mention"
        ]

    def read_memory(self, field: str) -> float:
        """Read `VmRSS` or `VmHWM` of the program in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(field))
        return int(line.split()[1]) / 1024

    def list_calls(self, question: SentQuestion) -> list[ApiCall]:
        """Return the calls for a thread: by its thread_ts, or by the ts of its replies."""
        reply_ts = {reply.ts for reply in self.slack.list_replies(question.channel, question.root)}
        return [
            call
            for call in self.slack.calls
            if call.args.get("thread_ts") == question.root or call.args.get("ts") in reply_ts
        ]


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def run_program(
    program: str, rules: Rules, *, prepare: Any = None, **settings: str
) -> AsyncIterator[Run]:
    """Start `program` ("easel" or "floor") between fresh played ends; wait until it listens."""
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
                "EASEL_HOME": folder,
                "EASEL_DATA_DIR": folder,
                "EASEL_PORT": str(port),
                "EASEL_LOG_LEVEL": "WARNING",
                **settings,
            }
            command = ["-m", "bot", "run"] if program == "easel" else ["-m", "bench.floor"]
            process = await asyncio.create_subprocess_exec(sys.executable, *command, env=env)
            try:
                await slack.socket.wait_until_connected(seconds=30)
                await asyncio.sleep(0.5)  # until the start is over
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
    """Added times in milliseconds, and numbers of calls, one per question."""

    to_request: list[float]
    to_last_call: list[float]
    to_end: list[float]
    calls: list[int]


def compute_times(run: Run) -> Times:
    times = Times([], [], [], [])
    for question in run.sent:
        calls = run.list_calls(question)
        answer_calls = [call for call in calls if call.method in ANSWER_CALLS]
        ended = run.model.ended_at[question.mark]
        times.to_request.append((run.model.requested_at[question.mark] - question.sent_at) * 1000)
        times.to_last_call.append((max(call.started_at for call in answer_calls) - ended) * 1000)
        times.to_end.append((max(call.ended_at for call in answer_calls) - ended) * 1000)
        times.calls.append(len(calls))
    return times


def compute_median(values: list[float]) -> float:
    return statistics.median(values)


def compute_p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


async def run_steadily(run: Run, *, questions: int, pace: Pace, interval_seconds: float) -> Times:
    """Ask one question every `interval_seconds`, each in a thread of its own."""
    run.model.pace = pace
    answers = []
    for mark in range(1, questions + 1):
        question = await run.ask(mark)
        answers.append(asyncio.create_task(run.wait_for_answer(question)))
        await asyncio.sleep(interval_seconds)
    await asyncio.gather(*answers)
    await asyncio.sleep(0.3)
    return compute_times(run)


async def run_burst(
    run: Run, *, questions: int, pace: Pace, channels: int = 1
) -> tuple[float, list[float]]:
    """Ask all questions at once; return the seconds until the last answer, and those of each."""
    names = []
    for number in range(channels):
        name = "C0GENERAL" if channels == 1 else f"C0BENCH{number:03d}"
        if channels > 1:
            run.slack.workspace.add_channel(name, f"bench-{number}")
        names.append(name)
    run.model.pace = pace
    start = time.perf_counter()
    questions_sent = [
        await run.ask(mark, names[mark % channels]) for mark in range(1, questions + 1)
    ]
    ended = await asyncio.gather(*(run.wait_for_answer(question) for question in questions_sent))
    return max(ended) - start, [
        end - question.sent_at for end, question in zip(ended, questions_sent, strict=True)
    ]
