"""The title of a thread: once, from its first question, after the answer, never over a person's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.slack import PlayedSlack
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)

RENAME = "agents.sessions.rename"


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


def list_renames(easel: EaselEnvironment) -> list[str]:
    return [str(call.args["title"]) for call in easel.slack.calls if call.method == RENAME]


def get_title(easel: EaselEnvironment, root: str, channel: str = GENERAL) -> str:
    return easel.slack.workspace.titles.get((channel, root), "")


async def wait_for_author(easel: EaselEnvironment, author: str) -> None:
    rows = "SELECT titled_by FROM threads WHERE titled_by = :author"
    await wait_until(lambda: easel.read_rows(rows, author=author))


@pytest.mark.parametrize("channel", [GENERAL, DM])
async def test_the_first_question_gives_it_once_and_after_the_answer(
    easel: EaselEnvironment, channel: str
) -> None:
    words = "say `hello` to <!here> & <@U0SAM>\nsecond line --effort low"
    root = await easel.ask(words, channel=channel)
    await wait_for_author(easel, "easel")
    methods = [call.method for call in easel.slack.calls]
    assert methods[-1] == RENAME and "chat." in methods[-2]
    assert get_title(easel, root, channel) == "say `hello` to @\u200bhere &"
    await easel.ask("say next", channel=channel, thread_ts=root)
    await easel.wait_until_idle()
    assert len(list_renames(easel)) == 1


async def test_a_persons_title_is_never_overwritten(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            slack.fail(RENAME, status=503)
            root = await easel.ask("say one")
            await slack.wait_until(lambda: list_renames(easel))
            slack.sessions.rename_as_person(GENERAL, root, "Ours <!channel>")
            await wait_for_author(easel, "person")
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.ask("say two", thread_ts=root)
            await easel.wait_until_idle()
            assert len(list_renames(easel)) == 1
            assert get_title(easel, root) == "Ours <!channel>"


async def test_what_slack_does_not_take_now_follows_the_next_answer(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail(RENAME, status=503)
    root = await easel.ask("help")
    await easel.ask("say one", thread_ts=root)
    await easel.slack.wait_until(lambda: list_renames(easel))
    assert get_title(easel, root) == ""
    await easel.ask("say two", thread_ts=root)
    await wait_for_author(easel, "easel")
    assert list_renames(easel) == ["say one", "say one"] and get_title(easel, root) == "say one"


async def test_where_slack_knows_no_session_nothing_is_said_or_tried_again(
    easel: EaselEnvironment,
) -> None:
    easel.slack.fail(RENAME, error="not_authorized")
    root = await easel.ask("say one")
    await wait_for_author(easel, "none")
    await easel.ask("say two", thread_ts=root)
    await easel.wait_until_idle()
    assert len(list_renames(easel)) == 1 and get_title(easel, root) == ""
    assert [reply.text for reply in easel.list_replies(root)] == ["one", "two"]


async def test_a_deleted_first_question_gives_none(easel: EaselEnvironment) -> None:
    easel.slack.fail(RENAME, status=503)
    root = await easel.slack.post_as_person(GENERAL, "our plans")
    first = await easel.slack.post_as_person(GENERAL, f"{MENTION} say secret", thread_ts=root)
    await easel.slack.wait_until(lambda: list_renames(easel))
    await easel.wait_until_idle()
    easel.slack.delete(GENERAL, first)
    await easel.slack.wait_until_quiet()
    await easel.ask("say two", thread_ts=root)
    await wait_for_author(easel, "easel")
    assert list_renames(easel)[-1] == "say two"
