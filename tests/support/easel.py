"""The whole service between the played ends, for tests: real Bolt, sockets, HTTP and SQLite."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from bot.app.service import Service, open_service
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.process import build_settings

# No waiting for a share, no minute between redeliveries: tests wait for events, not for time.
QUICK_RULES = Rules(share_delay=0.0, retry_after=(0.0, 0.0, 0.0), ack_seconds=2.0)
MENTION = "<@U0EASEL>"
GENERAL, DM = "C0GENERAL", "D0ALEX"


@dataclass(slots=True)
class EaselEnvironment:
    slack: PlayedSlack
    model: PlayedModel
    service: Service
    folder: Path

    async def ask(self, text: str, *, channel: str = GENERAL, **more: Any) -> str:
        """Mention Easel (or write to it); return the thread's root once all is answered."""
        said = text if channel.startswith("D") else f"{MENTION} {text}"
        ts = await self.slack.say(channel, said, **more)
        root: str = more.get("thread_ts") or ts
        before = len(self.slack.list_replies(channel, root))
        await self.slack.wait_until(lambda: len(self.slack.list_replies(channel, root)) > before)
        await self.wait_until_idle()
        return root

    async def wait_until_idle(self) -> None:
        """Wait until Easel has nothing to do and every share has appeared."""
        await self.service.wait_until_idle()
        await self.slack.wait_until_quiet()

    def list_replies(self, root: str, *, channel: str = GENERAL) -> list[PlayedMessage]:
        return self.slack.list_replies(channel, root)

    def list_attempts(self) -> list[dict[str, Any]]:
        """The ledger, oldest row first."""
        with closing(sqlite3.connect(self.folder / "easel.db")) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute("SELECT * FROM attempts ORDER BY id").fetchall()
        return [dict(row) for row in rows]

    def get_last_request(self) -> dict[str, Any]:
        return self.model.requests[-1]


@asynccontextmanager
async def run_easel(
    folder: Path, *, rules: Rules = QUICK_RULES, slack: PlayedSlack | None = None, **settings: Any
) -> AsyncIterator[EaselEnvironment]:
    """Easel over `folder`; give `slack` to start it again in a workspace that goes on."""
    if slack is None:
        async with (
            PlayedSlack(rules) as fresh,
            run_easel(folder, slack=fresh, **settings) as running,
        ):
            yield running
        return
    async with PlayedModel() as model:
        given = {
            **build_settings(slack, model, folder),
            "EASEL_PORT": 0,
            "EASEL_GRACE_SECONDS": 5,
            **settings,
        }
        async with open_service(read_settings(given, env_file=None)) as service:
            yield EaselEnvironment(slack, model, service, folder)


async def wait_until(condition: Callable[[], object], *, seconds: float = 15.0) -> None:
    """Wait for something that nobody tells of. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - there is nothing to be woken by
            await asyncio.sleep(0.01)


def build_png(
    size: tuple[int, int] = (64, 48),
    colour: tuple[int, int, int] = (200, 30, 30),
    kind: str = "PNG",
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def list_pictures(request: dict[str, Any]) -> list[str]:
    """The data URLs of the last message of a request."""
    content = request["messages"][-1]["content"]
    return [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
