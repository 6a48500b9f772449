"""Where people want Easel quiet it answers mentions only, and still knows what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.quiet import (
    LEFT_MESSAGE,
    MENTIONS_ONLY_MESSAGE,
    NO_MENTION_NEEDED_MESSAGE,
)
from bot.playground.slack import PlayedSlack
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
)
from tests.support.files import list_texts
from tests.support.observing import count_words


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


async def tell(
    easel: EaselEnvironment, words: str, root: str | None = None, *, channel: str = GENERAL
) -> str:
    """Post `words`, wait for what Easel does, and return the ts of the message."""
    ts = await easel.slack.post_as_person(channel, words, thread_ts=root)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    return ts


@pytest.mark.parametrize("words", ["leave this thread", f"{MENTION} leave", "quitte ce fil"])
async def test_a_thread_is_left_until_somebody_mentions_easel(
    easel: EaselEnvironment, words: str
) -> None:
    root = await easel.ask("say hello")
    await tell(easel, words, root)
    assert len(list_texts(easel, root)) == 2 and len(easel.model.requests) == 1
    for talk in ("say nothing here", "stop", "settings", "leave"):
        await tell(easel, talk, root)
    assert len(list_texts(easel, root)) == 2 and len(easel.model.requests) == 1
    await tell(easel, f"{MENTION} say back", root)
    assert list_texts(easel, root)[2].endswith("back")
    assert "say nothing here" in str(easel.model.requests[-1])
    await tell(easel, "say on", root)
    assert list_texts(easel, root)[3].endswith("on")


async def test_what_is_left_stays_left_after_a_restart(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            root = await easel.ask("say hello")
            await tell(easel, f"{MENTION} leave this thread", root)
            assert list_texts(easel, root)[1] == LEFT_MESSAGE.msgid
        async with run_easel(tmp_path, slack=slack) as easel:
            await tell(easel, "say nothing", root)
            assert len(list_texts(easel, root)) == 2
            other = await easel.ask("answer only when mentioned")
            assert list_texts(easel, other) == [MENTIONS_ONLY_MESSAGE.msgid]
        async with run_easel(tmp_path, slack=slack) as easel:
            await tell(easel, "say nothing either", other)
            shown = await easel.ask("settings")
            assert "only when I am mentioned" in list_texts(easel, shown)[0]
            assert len(list_texts(easel, other)) == 1


async def test_talk_after_the_word_is_not_answered_while_another_answer_runs(
    easel: EaselEnvironment,
) -> None:
    easel.model.token_delay = 0.005
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 200 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 5)
    await easel.slack.post_as_person(GENERAL, "leave", thread_ts=root)
    await easel.slack.wait_until_quiet()
    await tell(easel, "say nothing here", root)
    assert len(list_texts(easel, root)) == 2 and len(easel.model.requests) == 1
    assert list_texts(easel, root)[1] == LEFT_MESSAGE.msgid


async def test_talk_after_the_menus_entry_is_not_answered_while_another_answer_runs(
    easel: EaselEnvironment,
) -> None:
    easel.model.token_delay = 0.005
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 200 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 5)
    easel.slack.choose_shortcut(GENERAL, root, "more_recipes")
    await easel.slack.wait_until(easel.slack.modals.list_open)
    modal = str(easel.slack.modals.list_open()[-1]["id"])
    await easel.slack.forms.submit(modal, {"recipe": "do:leave"})
    await tell(easel, "say nothing here", root)
    assert len(list_texts(easel, root)) == 2 and len(easel.model.requests) == 1
    assert LEFT_MESSAGE.msgid in list_texts(easel, root)[1]


async def test_a_quiet_channel_is_for_mentions_only(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.ask("answer only when mentioned")
    await tell(easel, "say nothing here", root)
    assert len(list_texts(easel, root)) == 1
    shown = await easel.ask("settings")
    assert "only when I am mentioned" in list_texts(easel, shown)[0]
    assert "Nothing is set" not in list_texts(easel, shown)[0]
    await tell(easel, f"{MENTION} say this", root)
    assert list_texts(easel, root)[1].endswith("this")
    again = await easel.ask("answer without a mention")
    assert list_texts(easel, again) == [NO_MENTION_NEEDED_MESSAGE.msgid]
    await tell(easel, "say more", root)
    assert list_texts(easel, root)[2].endswith("more")


async def test_settings_reset_ends_the_quiet_too(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.ask("answer only when mentioned")
    await easel.ask("settings reset")
    await tell(easel, "say more", root)
    assert list_texts(easel, root)[1].endswith("more")
    shown = await easel.ask("settings")
    assert "only when I am mentioned" not in list_texts(easel, shown)[0]


async def test_direct_messages_are_always_answered(easel: EaselEnvironment) -> None:
    root = await tell(easel, "leave", channel=DM)
    assert "I always answer" in list_texts(easel, root, DM)[0]
    root = await tell(easel, "answer only when mentioned", channel=DM)
    assert "I always answer" in list_texts(easel, root, DM)[0]
    root = await tell(easel, "say hello", channel=DM)
    assert list_texts(easel, root, DM)[0].endswith("hello")
    assert len(easel.model.requests) == 1


async def test_the_menu_under_an_answer_has_both_and_anybody_may_choose(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    for value, told in (("do:quiet", MENTIONS_ONLY_MESSAGE), ("do:leave", LEFT_MESSAGE)):
        (answer, *_) = easel.list_replies(root)
        easel.slack.press(GENERAL, answer.ts, "easel_menu", user="U0SAM", value="quiet:1")
        await easel.slack.wait_until(easel.slack.modals.list_open)
        form = str(easel.slack.modals.list_open()[-1]["id"])
        sent = await easel.slack.forms.submit(form, {"recipe": value}, user="U0SAM")
        assert sent.is_closed, sent
        await easel.wait_until_idle()
        assert str(told) in list_texts(easel, root)[-1]
    assert len(easel.model.requests) == 1
    direct = await easel.ask("say hello", channel=DM)
    entries = [one["value"] for one in easel.list_replies(direct, channel=DM)[-1].controls]
    assert "quiet:1" not in entries and "cost:4" in entries
