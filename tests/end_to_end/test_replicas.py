"""Two services on one PostgreSQL database and one workspace: what one hears, the other does."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE
from bot.playground.model.wire import DONE_EVENT, encode_event
from bot.playground.slack import PlayedSlack
from tests.support.easel import (
    GENERAL,
    MENTION,
    NAMELESS_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.model_events import FINISH_EVENT, encode_delta
from tests.support.postgres import TEST_SECRET, replicated_databases

PRICE = 0.000015  # of a token of an answer, in dollars


@asynccontextmanager
async def run_first(url: str, folder: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(
        folder, rules=NAMELESS_RULES, DATABASE_URL=url, EASEL_SECRET=TEST_SECRET
    ) as running:
        yield running


@asynccontextmanager
async def run_second(url: str, folder: Path, slack: PlayedSlack) -> AsyncIterator[EaselEnvironment]:
    """Start another replica next to the one that runs; until it ends, Slack's events go to it."""
    aside = slack.socket.set_aside()
    async with run_easel(
        folder, slack=slack, DATABASE_URL=url, EASEL_SECRET=TEST_SECRET
    ) as running:
        await wait_until(lambda: slack.socket.sockets)
        yield running
        # What Slack still has to tell of the last answer must find a connection.
        slack.socket.put_back(aside)


async def test_an_answer_is_stopped_by_a_press_that_another_replica_hears_of(
    postgres_url: str, tmp_path: Path
) -> None:
    async with run_first(postgres_url, tmp_path / "data") as first:
        first.model.script(stall=True)
        root = await first.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
        await wait_until(lambda: first.model.requests)
        # On one machine they may share a folder.
        async with run_second(postgres_url, tmp_path / "data", first.slack) as second:
            assert sorted(path.name for path in (tmp_path / "data" / "replicas").iterdir()) == [
                "1",
                "1.lock",
                "2",
                "2.lock",
            ]
            await second.slack.press_stop(GENERAL, root).acknowledged.wait()
            await asyncio.wait_for(first.wait_until_idle(), 20)
        (reply,) = first.list_replies(root)
        assert reply.text == STOPPED_BEFORE_MESSAGE.msgid and not second.model.requests


async def test_an_answer_is_begun_again_by_an_edit_that_another_replica_hears_of(
    postgres_url: str, tmp_path: Path
) -> None:
    async with run_first(postgres_url, tmp_path / "data") as first:
        first.model.script(stall=True)
        root = await first.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
        await wait_until(lambda: first.model.requests)
        async with run_second(postgres_url, tmp_path / "data", first.slack) as second:
            first.slack.edit(GENERAL, root, f"{MENTION} say instead")
            await wait_until(lambda: first.list_replies(root))
            await asyncio.wait_for(first.wait_until_idle(), 20)
        texts = [reply.text for reply in first.list_replies(root)]
        assert texts == ["instead"]
        assert len(first.model.requests) + len(second.model.requests) == 2


async def test_an_answer_is_stopped_by_a_word_that_another_replica_hears(
    postgres_url: str, tmp_path: Path
) -> None:
    async with run_first(postgres_url, tmp_path / "data") as first:
        first.model.script(stall=True)
        root = await first.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
        await wait_until(lambda: first.model.requests)
        async with run_second(postgres_url, tmp_path / "data", first.slack) as second:
            await first.slack.post_as_person(GENERAL, "Hör auf!", thread_ts=root)
            await asyncio.wait_for(first.wait_until_idle(), 20)
        texts = [reply.text for reply in first.list_replies(root) if reply.from_bot]
        assert texts == [STOPPED_BEFORE_MESSAGE.msgid] and not second.model.requests


async def test_settings_that_one_replica_has_changed_hold_for_the_next_answer_of_the_other(
    postgres_url: str, tmp_path: Path
) -> None:
    async with run_first(postgres_url, tmp_path / "a") as first:
        await first.ask("settings --effort high")
        async with run_second(postgres_url, tmp_path / "b", first.slack) as second:
            await second.ask("settings --effort low")
            for number in range(2):  # whichever of the two answers
                await second.ask(f"say hello {number}")
            requests = [*first.model.requests, *second.model.requests]
        assert [request["reasoning"]["effort"] for request in requests] == ["low", "low"]


async def test_of_a_hundred_questions_at_once_on_three_replicas_with_money_for_ten_ten_are_answered(
    postgres_url: str, tmp_path: Path
) -> None:
    cost = await find_worst_cost(postgres_url, tmp_path / "first")
    settings: dict[str, Any] = {
        "DATABASE_URL": postgres_url,
        "EASEL_SECRET": TEST_SECRET,
        # Rounded up to tenths of a cent, for which nothing can be had.
        "EASEL_BUDGETS": f"workspace/month={math.ceil(cost * 10_000) / 1_000:.3f}",
        "EASEL_DEFAULTS": "--text-only",
        "EASEL_SLACK_RATE": 1000,
        "EASEL_PER_PERSON": 100,
        "EASEL_CONCURRENCY": 8,
    }
    async with (
        PlayedSlack(replace(NAMELESS_RULES, rate_tiers=False)) as slack,
        AsyncExitStack() as s,
    ):
        replicas = [
            await s.enter_async_context(run_easel(tmp_path / name, slack=slack, **settings))
            for name in "abc"
        ]
        # Each answer costs what was set aside for it: however they overlap, ten can be paid.
        for replica in replicas:
            for _ in range(100):
                replica.model.script(*build_expensive_answer("Answered.", cost))
        posts = (
            slack.post_as_person(GENERAL, f"{MENTION} say hi {number:02}") for number in range(100)
        )
        roots = await asyncio.gather(*posts)
        await slack.wait_until(
            lambda: all(slack.list_replies(GENERAL, root) for root in roots), seconds=180
        )
        await replicas[0].wait_until_idle()
        replies = [slack.list_replies(GENERAL, root) for root in roots]
        requests = [len(replica.model.requests) for replica in replicas]
    assert [len(messages) for messages in replies] == [1] * 100
    texts = [messages[0].text for messages in replies]
    assert sum(requests) == sum(text.startswith("Answered.") for text in texts) == 10
    refused = [text for text in texts if not text.startswith("Answered.")]
    assert all("budget" in text for text in refused) and len(refused) == 90


def build_expensive_answer(text: str, cost: float) -> tuple[bytes, ...]:
    """Build an answer that costs so many dollars by the played prices, all of it for thinking."""
    usage = {"prompt_tokens": 0, "completion_tokens": math.ceil(cost / PRICE), "cost": cost}
    usage_event = encode_event({"choices": [], "usage": usage})
    return encode_delta(content=text), FINISH_EVENT, usage_event, DONE_EVENT


async def find_worst_cost(url: str, folder: Path) -> float:
    """Return what is set aside for one such question, in dollars."""
    async with run_easel(
        folder,
        rules=NAMELESS_RULES,
        DATABASE_URL=url,
        EASEL_SECRET=TEST_SECRET,
        EASEL_BUDGETS="workspace/month=0.000001",
        EASEL_DEFAULTS="--text-only",
    ) as easel:
        replicated_databases[folder] = url
        try:
            await easel.ask("say hi 00")
            rows = easel.read_rows("SELECT most_nano FROM budget_events WHERE kind = 'refused'")
        finally:
            del replicated_databases[folder]
    return int(rows[0]["most_nano"]) / 1e9
