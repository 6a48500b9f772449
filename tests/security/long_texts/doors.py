"""The doors of a running service, with a watch on its loop, and texts for them, some at a time."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.workspace import TEAM
from tests.security.hostile_texts import HOSTILE_TEXTS
from tests.support.easel import QUICK_RULES
from tests.support.process import build_settings
from tests.support.thorough import IS_THOROUGH
from tests.support.watched_loop import WatchedService, run_watched_service

MAX_SECONDS = 0.05
LONG, MIDDLE, SHORT = 1_000_000, 100_000, 20_000
_BATCH = 24
THINNING = 1 if IS_THOROUGH else 2
RULES = replace(QUICK_RULES, rate_tiers=False, ack_seconds=60.0, echoes=False)
# Slack's own limits would make the answers wait, and the test with them.
_SETTINGS = {"EASEL_PORT": 0, "EASEL_SLACK_RATE": 1_000, "EASEL_GRACE_SECONDS": 5}
MENTION = "<@U0EASEL> "


@dataclass(slots=True)
class Doors:
    """A running service with its played ends, and what people and the model may send it."""

    slack: PlayedSlack
    model: PlayedModel
    watched: WatchedService

    async def settle(self) -> None:
        """Wait until all is answered, and forget what the played ends remember of it."""
        await self.slack.wait_until_quiet()
        await self.watched.wait_until_idle()
        await self.slack.wait_until_quiet()
        self.slack.deliveries.clear()
        self.slack.calls.clear()
        self.model.requests.clear()
        self.model.clear_scripts()
        gc.collect()

    def send_message(self, text: str, *, channel: str = "D0ALEX", **fields: Any) -> None:
        self.slack.emit(self.build_message(text, channel=channel, **fields))

    def build_message(self, text: str, *, channel: str = "D0ALEX", **fields: Any) -> dict[str, Any]:
        ts = self.slack.workspace.create_ts()
        # That there is such a message is enough: nobody reads it there.
        root = fields.get("thread_ts")
        self.slack.workspace.add(PlayedMessage(ts, channel, "U0ALEX", "x", thread_ts=root))
        kind = "im" if channel.startswith("D") else "channel"
        return {
            "type": "message", "channel": channel, "channel_type": kind, "user": "U0ALEX",
            "team": TEAM, "text": text, "ts": ts, "event_ts": ts, **fields,
        }  # fmt: skip


@asynccontextmanager
async def open_doors(folder: Path, **settings: Any) -> AsyncIterator[Doors]:
    async with PlayedSlack(RULES) as slack, PlayedModel() as model:
        values = {**build_settings(slack, model, folder), **_SETTINGS, **settings}
        values = {name: value for name, value in values.items() if value is not None}
        async with run_watched_service(
            read_settings(values, env_file=None), min_seconds=MAX_SECONDS
        ) as watched:
            yield Doors(slack, model, watched)
        held = "; ".join(map(str, watched.watch.turns))
        assert not held, held


def build_batches(size: int, *, share: int, first: int = 0) -> Iterator[list[str]]:
    """Yield texts of that length, from `first` on, some at a time.

    They are one of each `share` families in a thorough run, and half as many in another.
    """
    yield from _build_some(list(HOSTILE_TEXTS.values())[first :: share * THINNING], size)


def build_all(size: int) -> Iterator[list[str]]:
    """Yield a text of that length of every family, some at a time."""
    yield from _build_some(list(HOSTILE_TEXTS.values()), size)


def _build_some(makers: list[Callable[[int], str]], size: int) -> Iterator[list[str]]:
    for start in range(0, len(makers), _BATCH):
        yield [make(size) for make in makers[start : start + _BATCH]]


def cut(text: str, size: int, *, limit: int) -> list[str]:
    return [text[at : at + size] for at in range(0, min(len(text), limit), size)]
