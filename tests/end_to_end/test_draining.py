"""A stop behind a balancer: it is said first, events are taken until the end, and none is lost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app.service import run
from bot.config import Settings, read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.easel import GENERAL, MENTION, run_http_easel
from tests.support.process import build_settings
from tests.support.virtual_time import leap

# Slack sends again what was refused, here so often until the next Easel listens.
PATIENT_RULES = Rules(
    rate_tiers=False, share_delay=0.0, retry_after=(0.2,) * 99, ack_seconds=1.5, echoes=False
)
DRAIN_SECONDS = 30


def find_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def build_http_settings(
    slack: PlayedSlack, model: PlayedModel, folder: Path, port: int
) -> Settings:
    values = {
        **build_settings(slack, model, folder),
        "SLACK_APP_TOKEN": None,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "EASEL_PORT": port,
        "EASEL_GRACE_SECONDS": 5,
        "EASEL_DRAIN_SECONDS": DRAIN_SECONDS,
        "EASEL_SLACK_RATE": 1000,
    }
    return read_settings(values, env_file=None)


@asynccontextmanager
async def serve(settings: Settings) -> AsyncIterator[asyncio.Event]:
    """Run Easel as the command does; the event that is yielded stops it, as a signal does."""
    stop = asyncio.Event()
    serving = asyncio.create_task(run(settings, stop))
    try:
        yield stop
    finally:
        stop.set()
        await serving


async def read_ready(address: str) -> tuple[int, str] | None:
    """Return what `/readyz` says; None where nothing listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as page:
            return page.status, await page.text()
    except aiohttp.ClientError:
        return None


async def wait_for_ready(address: str, status: int) -> str:
    """Return what `/readyz` says with that status, once it does."""
    async with asyncio.timeout(60):
        while (page := await read_ready(address)) is None or page[0] != status:  # noqa: ASYNC110 - a page announces nothing
            await asyncio.sleep(0.02)
    return page[1]


class Crowd:
    """People who ask one question after the other, in a thread of its own each."""

    def __init__(self, slack: PlayedSlack) -> None:
        self._slack = slack
        self.roots: list[str] = []

    async def ask(self, count: int) -> None:
        for _ in range(count):
            text = f"{MENTION} say hello {len(self.roots)}"
            root = await self._slack.post_as_person(GENERAL, text, views=("app_mention",))
            self.roots.append(root)
            await asyncio.sleep(0.01)

    def list_answers(self) -> list[list[str]]:
        threads = (self._slack.list_replies(GENERAL, root) for root in self.roots)
        return [[reply.text for reply in replies] for replies in threads]


async def test_under_load_a_restart_loses_no_event_and_answers_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = find_port()
    address = f"http://127.0.0.1:{port}"
    async with (
        PlayedModel() as model,
        PlayedSlack(PATIENT_RULES, request_url=f"{address}/slack/events") as slack,
    ):
        settings, crowd = build_http_settings(slack, model, tmp_path, port), Crowd(slack)
        async with serve(settings) as stop:
            await wait_for_ready(address, 200)
            await crowd.ask(2)
            stop.set()
            asking = asyncio.create_task(crowd.ask(8))
            assert await wait_for_ready(address, 503) == "stopping\n"
            await asking  # it still listens
            leap(monkeypatch, DRAIN_SECONDS)
        await crowd.ask(2)  # nobody listens
        async with serve(settings.model_copy(update={"drain": 0.0})):
            await slack.wait_until_quiet()
            assert all(delivery.acknowledged.is_set() for delivery in slack.deliveries)
            await slack.wait_until(lambda: all(crowd.list_answers()), seconds=60)
        expected = [[f"hello {number}"] for number in range(len(crowd.roots))]
        assert crowd.list_answers() == expected and len(expected) == 12


async def test_while_it_stops_its_connections_end_and_the_process_is_alive(
    tmp_path: Path,
) -> None:
    async with run_http_easel(tmp_path) as (easel, sender), aiohttp.ClientSession() as session:
        page = f"{easel.service.address}/livez"
        async with session.get(page) as alive:
            assert alive.status == 200 and "Connection" not in alive.headers
        easel.service.begin_stop()
        async with session.get(page) as alive:
            assert alive.status == 200 and alive.headers["Connection"] == "close"
        assert not easel.service.is_ready()
        await sender.post_as_person(GENERAL, f"{MENTION} say hello")
        await sender.wait_until_quiet()
        assert all(delivery.acknowledged.is_set() for delivery in sender.deliveries)
        assert easel.model.requests == [], "another replica, or the next start, answers it"


@pytest.mark.parametrize("mode", ["http", "socket"])
def test_only_behind_a_balancer_a_stop_waits_by_itself(mode: str) -> None:
    token = {"SLACK_APP_TOKEN": "xapp-1"} if mode == "socket" else {}
    assert read_settings(token, env_file=None).drain_seconds == (5.0 if mode == "http" else 0.0)
    given = read_settings({**token, "EASEL_DRAIN_SECONDS": "12"}, env_file=None)
    assert given.drain_seconds == 12.0
