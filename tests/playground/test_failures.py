"""The failures that the page offers: each one happens, is told while it is to come, and ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.failures import MODEL_PLACE, Failures
from bot.playground.model import PlayedModel
from bot.playground.model_failures import MODEL_FAILURES
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.easel import DM, EaselEnvironment, run_easel


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(share_delay=0.0)) as played:
        yield played


@pytest.fixture
async def easel(tmp_path: Any) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path) as running:
        yield running


async def post(
    session: aiohttp.ClientSession, address: str, body: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    async with session.post(address, json=body) as response:
        return response.status, await response.json()


def test_every_choice_can_be_set_and_taken_back(slack: PlayedSlack, played: PlayedModel) -> None:
    failures = Failures(slack, played)
    choices = failures.list_choices()
    for choice in choices:
        for way in choice["ways"]:
            failures.add(choice["name"], way["name"], 2)
            (pending,) = failures.list_pending()
            assert way["label"] in pending["label"] and pending["times"] == 2
            failures.clear()
            assert failures.list_pending() == [] and len(slack.api.faults) == 0
    assert {choice["group"] for choice in choices} == {"Slack", "The model"}
    assert {one["group"] for one in Failures(slack, None).list_choices()} == {"Slack"}


async def test_it_is_told_as_long_as_it_is_to_come(easel: EaselEnvironment) -> None:
    failures = Failures(easel.slack, easel.model)
    failures.add("chat.startStream", "internal", 1)
    failures.add(MODEL_PLACE, "declined", 1)
    assert len(failures.list_pending()) == 2
    easel.model.token_delay = 0.3  # an answer that is whole at once needs no stream
    root = await easel.ask("say hello", channel=DM)
    assert failures.list_pending() == []
    assert "I'm sorry" in easel.list_replies(root, channel=DM)[-1].text


@pytest.mark.parametrize("way", ["declined", "empty", "cut", "moderated", "key", "error"])
async def test_the_model_fails_as_it_is_called(easel: EaselEnvironment, way: str) -> None:
    failures = Failures(easel.slack, easel.model)
    failures.add(MODEL_PLACE, way, 9)
    root = await easel.ask("say hello", channel=DM)
    answer = easel.list_replies(root, channel=DM)[-1].text
    assert answer not in ("", "hello")
    assert (way == "declined") is answer.startswith("I'm sorry, but I can't help")
    failures.clear()
    root = await easel.ask("say hello", channel=DM)
    assert "hello" in easel.list_replies(root, channel=DM)[-1].text


@pytest.mark.parametrize(
    ("place", "way"),
    [
        ("model", "busy"),
        ("download", "internal"),
        ("chat.update", "x"),
        ("x", "error"),
        ("*", "busy"),
    ],
)
async def test_what_cannot_fail_so_is_a_sentence(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack, place: str, way: str
) -> None:
    body = {"place": place, "way": way}  # the page has no played model here
    status, told = await post(session, f"{page_url}/page/failures", body)
    assert status == 404 and told["error"].endswith(".") and len(slack.api.faults) == 0


async def test_the_page_is_told_what_is_to_come(
    session: aiohttp.ClientSession, page_url: str
) -> None:
    async with session.get(f"{page_url}/page/events") as events:
        body = {"place": "chat.update", "way": "error", "times": 3}
        _, told = await post(session, f"{page_url}/page/failures", body)
        assert [one["times"] for one in told["pending"]] == [3]
        assert b'"times": 3' in await events.content.readline()
    assert (await post(session, f"{page_url}/page/clear-failures", {}))[1] == {"pending": []}


async def test_stop_is_pressed_in_a_thread_that_is_there(
    session: aiohttp.ClientSession, page_url: str, slack: PlayedSlack
) -> None:
    root = await slack.post_as_person(DM, "draw")
    body = {"channel": DM, "thread_ts": root, "user": "U0ALEX"}
    assert (await post(session, f"{page_url}/page/stop", body))[0] == 200
    assert slack.deliveries[-1].body["event"]["type"] == "agent_session_stopped"
    for wrong in ({"thread_ts": "1.0"}, {"user": "U0EASEL"}, {"channel": "C404"}, {"user": 1}):
        status, told = await post(session, f"{page_url}/page/stop", body | wrong)
        assert status in (400, 404) and told["error"].endswith(".")


def test_every_failure_of_the_model_has_its_own_words() -> None:
    labels = [failure.label for failure in MODEL_FAILURES.values()]
    assert len(set(labels)) == len(labels)
