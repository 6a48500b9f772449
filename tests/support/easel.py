"""Runs the whole service between the played ends: real Bolt, sockets, HTTP and SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from bot.app.service import Service, open_service
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES, OPTIONAL_SCOPES
from bot.playground.slack.web_api import Rules
from handlers.socket_mode.pace import Pace
from tests.support.decoders import start_few_decoders
from tests.support.menus import has_menus
from tests.support.new_databases import lay_new_database
from tests.support.pictures import build_picture
from tests.support.postgres import choose_database, replicated_databases
from tests.support.process import build_settings

# Without the delay of shares and the minutes between redeliveries: tests wait for events only.
# What is acknowledged is so at once; the deadline is for a busy machine.
QUICK_RULES = Rules(share_delay=0.0, retry_after=(0.0, 0.0, 0.0), ack_seconds=30.0)
# Where nothing waits until a channel may have another message: for what is not about limits.
UNHURRIED: dict[str, Any] = {
    "rules": replace(QUICK_RULES, rate_tiers=False),
    "EASEL_SLACK_RATE": 10,
}
# Of a workspace that tells neither names nor locales: what people write shows their language.
NAMELESS_RULES = replace(QUICK_RULES, scopes=GRANTED_SCOPES - OPTIONAL_SCOPES)
MENTION = "<@U0EASEL>"
GENERAL, DM = "C0GENERAL", "D0ALEX"


@dataclass(slots=True)
class EaselEnvironment:
    """A running Easel with the played ends and its data folder."""

    slack: PlayedSlack
    model: PlayedModel
    service: Service
    folder: Path

    async def ask(self, text: str, *, channel: str = GENERAL, **more: Any) -> str:
        """Mention Easel, or write to it directly; return the thread's root once all is answered."""
        message_text = text if channel.startswith("D") else f"{MENTION} {text}"
        ts = await self.slack.post_as_person(channel, message_text, **more)
        root: str = more.get("thread_ts") or ts
        before = len(self.slack.list_replies(channel, root))
        await self.slack.wait_until(lambda: len(self.slack.list_replies(channel, root)) > before)
        await self.wait_until_idle()
        return root

    async def wait_until_idle(self) -> None:
        """Wait until Easel is idle and every share has appeared."""
        await self.service.wait_until_idle()
        await self.slack.wait_until_quiet()

    def list_replies(self, root: str, *, channel: str = GENERAL) -> list[PlayedMessage]:
        """Return Easel's messages in a thread, but for the menus under pictures."""
        replies = self.slack.list_replies(channel, root)
        return [reply for reply in replies if not has_menus(reply)]

    def list_model_requests(self) -> list[dict[str, Any]]:
        """Return the ledger's rows of model requests, oldest first."""
        return self.read_rows("SELECT * FROM attempts ORDER BY id")

    def list_turns(self) -> list[dict[str, Any]]:
        """Return the stored messages, oldest first."""
        return self.read_rows("SELECT * FROM turns ORDER BY id")

    def read_rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Return what a SELECT finds in the service's database; `:name` stands for a value."""
        return read_rows(self.folder, sql, **values)

    def get_last_request(self) -> dict[str, Any]:
        return self.model.requests[-1]


def read_rows(folder: Path, sql: str, **values: Any) -> list[dict[str, Any]]:
    """Return what a SELECT finds in the database of the service whose data are in `folder`."""
    url = replicated_databases.get(folder, f"sqlite:///{folder / 'easel.db'}")
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(sql), values).mappings()]


@asynccontextmanager
async def run_easel(
    folder: Path,
    *,
    rules: Rules = QUICK_RULES,
    slack: PlayedSlack | None = None,
    pace: Pace = Pace(),  # noqa: B008 - frozen
    **settings: Any,
) -> AsyncIterator[EaselEnvironment]:
    """Run Easel with its data in `folder`; pass `slack` to start it again in the same workspace.

    `pace` is that of its connection to Slack.
    """
    if slack is None:
        async with (
            PlayedSlack(rules) as fresh,
            run_easel(folder, slack=fresh, pace=pace, **settings) as running,
        ):
            yield running
        return
    async with PlayedModel() as model:
        values = {
            **build_settings(slack, model, folder),
            "EASEL_PORT": 0,
            "EASEL_GRACE_SECONDS": 5,
            **await choose_database(folder),
            **settings,
        }
        if "DATABASE_URL" not in values:
            lay_new_database(folder / "easel.db")
        with start_few_decoders():
            async with open_service(read_settings(values, env_file=None), pace=pace) as service:
                yield EaselEnvironment(slack, model, service, folder)


@asynccontextmanager
async def run_http_easel(
    folder: Path, **settings: Any
) -> AsyncIterator[tuple[EaselEnvironment, PlayedSlack]]:
    """Run Easel in HTTP mode; yield it, and the Slack that sends it signed events."""
    async with (
        PlayedSlack(QUICK_RULES) as slack,
        run_easel(
            folder,
            slack=slack,
            SLACK_APP_TOKEN=None,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            **settings,
        ) as easel,
    ):
        url = f"{easel.service.address}/slack/events"
        async with PlayedSlack(QUICK_RULES, request_url=url) as sender:
            yield easel, sender


async def wait_until(condition: Callable[[], object], *, seconds: float = 60.0) -> None:
    """Poll until `condition` holds. Raises `TimeoutError`, which only ends what hangs."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - no event announces the change
            await asyncio.sleep(0.01)


def build_png(
    size: tuple[int, int] = (64, 48),
    colour: tuple[int, int, int] = (200, 30, 30),
    kind: str = "PNG",
) -> bytes:
    return build_picture(kind, colour, size)


def list_pictures(request: dict[str, Any]) -> list[str]:
    """Return the data URLs of the pictures in the last message of a request."""
    content = request["messages"][-1]["content"]
    return [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
