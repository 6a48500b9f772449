"""Two services on one PostgreSQL database and one workspace: what one hears, the other does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.answering.stops import STOPPED_BEFORE_MESSAGE
from bot.playground.slack import PlayedSlack
from tests.support.easel import (
    GENERAL,
    MENTION,
    NAMELESS_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.postgres import TEST_SECRET


@asynccontextmanager
async def run_first(url: str, folder: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(
        folder, rules=NAMELESS_RULES, DATABASE_URL=url, EASEL_SECRET=TEST_SECRET
    ) as running:
        yield running


@asynccontextmanager
async def run_second(url: str, folder: Path, slack: PlayedSlack) -> AsyncIterator[EaselEnvironment]:
    """Start another replica next to the one that runs; from then on Slack's events go to it."""
    before = list(slack.socket.sockets)
    async with run_easel(
        folder, slack=slack, DATABASE_URL=url, EASEL_SECRET=TEST_SECRET
    ) as running:
        await wait_until(lambda: len(slack.socket.sockets) > len(before))
        for socket in before:
            slack.socket.sockets.remove(socket)
        yield running


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
