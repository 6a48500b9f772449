"""Asks questions during a storm and delivers their events late, twice and in any order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack import PlayedSlack
from bot.playground.slack.delivery import Delivery
from bot.playground.slack.workspace import BOT_USER
from tests.support.easel import build_png

WORDS = "amber birch cedar delta ember fjord grove haven inlet juniper kelp lagoon maple".split()
CHANNEL = "C0GENERAL"
PEOPLE = tuple(f"U0P{number:02d}" for number in range(20))
# How often each kind of question is asked.
KINDS: Mapping[str, int] = {"say": 86, "draw": 7, "look": 7}
# What a machine cannot do at once is no storm but a queue: it is asked for when there is room.
_MAX_SENDING, _LOOK_SECONDS = 60, 0.05


@dataclass(slots=True)
class SentQuestion:
    """One question. `deliveries` are all events about it, including repeated ones."""

    number: int
    kind: str  # "say", "draw", "look", or "slow" or "cut" where people steer
    text: str
    ts: str
    root: str
    person: str = ""
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def acked_at(self) -> float | None:
        """When Easel first acknowledged it, or None."""
        times = [at for delivery in self.deliveries if (at := delivery.acked_at) is not None]
        return min(times, default=None)

    @property
    def is_given_up(self) -> bool:
        """Whether Slack has sent it for the last time, and Easel has never acknowledged it."""
        return self.acked_at is None and all(one.is_given_up for one in self.deliveries)


class LoadGenerator:
    """Asks questions of twenty people in `threads` threads, spread over time.

    `kinds` says how often each kind is asked. A slow one has a thread of its own.
    """

    def __init__(
        self,
        slack: PlayedSlack,
        rng: random.Random,
        *,
        threads: int,
        kinds: Mapping[str, int] = KINDS,
    ) -> None:
        self.sent: list[SentQuestion] = []
        self._slack = slack
        self._rng = rng
        self._kinds = kinds
        self._roots: list[str | None] = [None] * threads
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: list[Delivery] = []
        for number, person in enumerate(PEOPLE):
            slack.workspace.people[person] = f"Person {number}"

    async def ask(self, count: int, *, pause_seconds: float) -> None:
        """Ask `count` questions, on average `pause_seconds` apart."""
        for number in range(count):
            await self._ask(number)
            await asyncio.sleep(self._rng.uniform(0, 2 * pause_seconds))
            await self._wait_for_room()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def ask_alone(self, text: str) -> SentQuestion:
        """Ask a question in a thread of its own; it is not in `sent`."""
        return await self._post(-1, "say", text, [], None)

    async def _wait_for_room(self) -> None:
        """Wait while too many events are not acknowledged: a storm goes as fast as its machine."""
        while len(self._sending) > _MAX_SENDING:
            self._sending = [
                one for one in self._sending if one.acked_at is None and not one.is_given_up
            ]
            await asyncio.sleep(_LOOK_SECONDS)

    async def _ask(self, number: int) -> None:
        thread_index = self._rng.randrange(len(self._roots))
        kind = self._rng.choices(list(self._kinds), list(self._kinds.values()))[0]
        text, files = self._build_question(number, kind)
        root = None if kind == "slow" else self._get_root(thread_index)
        question = await self._post(number, kind, text, files, root)
        if kind != "slow":
            self._roots[thread_index] = question.root
        self.sent.append(question)

    def _get_root(self, thread_index: int) -> str | None:
        """Return the thread to ask in, None for a new one: nobody can answer a deleted message."""
        root = self._roots[thread_index]
        return root if root and self._slack.list_thread(CHANNEL, root) else None

    async def _post(
        self, number: int, kind: str, text: str, files: list[tuple[str, bytes]], root: str | None
    ) -> SentQuestion:
        person = PEOPLE[self._rng.randrange(20)]
        ts = await self._slack.post_as_person(
            CHANNEL, f"<@{BOT_USER}> {text}", user=person, thread_ts=root, files=files, views=()
        )
        question = SentQuestion(number, kind, text, ts, root or ts, person)
        self._deliver(question)
        return question

    def _build_question(self, number: int, kind: str) -> tuple[str, list[tuple[str, bytes]]]:
        if kind == "draw":
            colour = self._rng.choice(("red", "blue", "green"))
            return f"draw a {colour} circle number q{number}", []
        if kind == "look":
            shade = (self._rng.randrange(256), self._rng.randrange(256), 40)
            return f"what is this, q{number}?", [(f"q{number}.png", build_png(colour=shade))]
        count = 600 if kind == "slow" else self._rng.choice((3, 3, 10, 40, 150))
        words = " ".join(self._rng.choice(WORDS) for _ in range(count))
        how = f"{kind} " if kind in ("slow", "cut") else ""
        return f"say q{number} {how}{words}", []

    def _deliver(self, question: SentQuestion) -> None:
        """Deliver both views of the post in any order, some of them late, some repeatedly."""
        views = ["app_mention", "message"]
        self._rng.shuffle(views)
        if self._rng.random() < 0.1:
            views.append(self._rng.choice(views))
        for view in views:
            delay_seconds = self._rng.choice((0.0, 0.0, 0.0, self._rng.uniform(0, 0.4)))
            # It may be edited or deleted before this arrives.
            event = self._slack.build_event(CHANNEL, question.ts, view)
            self._spawn(
                self._deliver_one(question, event, delay_seconds, repeat=self._rng.random() < 0.1)
            )

    async def _deliver_one(
        self, question: SentQuestion, event: dict[str, Any], delay_seconds: float, *, repeat: bool
    ) -> None:
        await asyncio.sleep(delay_seconds)
        delivery = self._slack.emit(event)
        question.deliveries.append(delivery)
        self._sending.append(delivery)
        if repeat:
            await asyncio.sleep(self._rng.uniform(0, 0.2))
            question.deliveries.append(self._slack.send_body(delivery.body))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
