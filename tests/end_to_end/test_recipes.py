"""Recipes through the whole service: from a message's menu, and in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.easel import GENERAL, World, pictures_in, png, world
from tests.support.files import last_words, text_of


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path / "data") as running:
        yield running


async def test_a_shortcut_asks_about_the_message_that_it_was_chosen_on(easel: World) -> None:
    ts = await easel.slack.say(GENERAL, "what a picture --csv", files=[("a.png", png())])
    easel.slack.shortcut(GENERAL, ts, "explain_picture")
    await easel.slack.until(lambda: bool(easel.replies(ts)))
    await easel.settled()
    said = text_of(easel)
    assert "> what a picture --csv" in said and len(pictures_in(easel.last_request())) == 1
    assert "response_format" not in easel.last_request()
    assert any("I answer in the thread" in str(told) for told in easel.slack.responses)


async def test_a_recipe_without_what_it_needs_says_so_and_costs_nothing(easel: World) -> None:
    root = await easel.ask("write alt text")
    assert easel.model.requests == [] and "picture" in last_words(easel, root)


async def test_a_bystander_is_not_answered_after_a_shortcut(easel: World) -> None:
    ts = await easel.slack.say(GENERAL, "look at this", files=[("a.png", png())])
    easel.slack.shortcut(GENERAL, ts, "explain_picture")
    await easel.slack.until(lambda: bool(easel.replies(ts)))
    await easel.settled()
    before = len(easel.model.requests)
    await easel.slack.say(GENERAL, "nice, isn't it?", thread_ts=ts, user="U0SAM")
    await easel.settled()
    assert len(easel.model.requests) == before


async def test_of_a_file_that_cannot_be_read_a_recipe_says_that_and_nothing_else(
    easel: World,
) -> None:
    root = await easel.ask("write alt text", files=[("a.png", png()[:60])])
    assert easel.model.requests == []
    said = last_words(easel, root)
    assert "I could not read a.png: it is damaged" in said and "There is no picture" not in said


async def test_a_recipe_goes_on_with_what_could_be_read(easel: World) -> None:
    await easel.ask("write alt text", files=[("a.png", png()[:60]), ("b.png", png())])
    assert len(pictures_in(easel.last_request())) == 1
