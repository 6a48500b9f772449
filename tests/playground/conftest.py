"""Fixtures of the played ends: a model and a Slack with their clients, a clock, and the page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.playground.slack_client import build_client
from tests.support.clock import Clock
from tests.support.patience import be_patient


@pytest.fixture(autouse=True)
def _patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the real Easel is behind the page; tests of the played Slack are about its limits."""
    if "easel" in request.fixturenames:
        be_patient(monkeypatch)


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


@pytest.fixture
async def http(played: PlayedModel) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {played.api_key}"}
    async with httpx.AsyncClient(
        base_url=played.base_url, headers=headers, trust_env=False, timeout=60
    ) as client:
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    """A Slack for tests in a browser; other modules override it."""
    require_browser()
    async with PlayedSlack(Rules(share_delay=0.0)) as played:
        yield played


@pytest.fixture
def client(slack: PlayedSlack) -> AsyncWebClient:
    return build_client(slack)


@pytest.fixture
async def session(page_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """What the page's own script sends."""
    async with aiohttp.ClientSession(headers={"Origin": page_url}) as opened:
        yield opened


@pytest.fixture
async def page_url(slack: PlayedSlack) -> AsyncIterator[str]:
    """The address of the page, without the slash at its end."""
    async with serve_page(slack) as address:
        yield address.rstrip("/")


@pytest.fixture
async def page(slack: PlayedSlack) -> AsyncIterator[Page]:
    async with serve_page(slack) as address, open_browser_page() as opened:
        await opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await opened.goto(address)
        await expect(opened.locator(".suggestion")).to_have_count(4)
        yield opened
