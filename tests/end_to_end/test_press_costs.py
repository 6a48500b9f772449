"""Buttons of answers that draw tell what a press likely costs; Slack asks where it is dear."""

from __future__ import annotations

from pathlib import Path

from bot.playground.model.wire import build_error
from bot.playground.slack.workspace import PlayedMessage
from tests.support.easel import EaselEnvironment, run_easel


async def ask(easel: EaselEnvironment, text: str) -> list[PlayedMessage]:
    return [one for one in easel.list_replies(await easel.ask(text)) if one.buttons]


async def test_a_failed_drawing_tells_what_another_try_costs_and_words_tell_nothing(
    easel: EaselEnvironment,
) -> None:
    easel.model.fail(401, build_error(401, "no"))
    (reply,) = await ask(easel, "draw a red fox --quality low")
    (button,) = reply.buttons
    assert button["text"] == "Retry (about $0.01)" and "confirm_title" not in button
    easel.model.fail(401, build_error(401, "no"))
    ((button,),) = [one.buttons for one in await ask(easel, "say one")]
    assert button["text"] == "Retry"
    (reply,) = await ask(easel, "say one")
    assert [one["text"] for one in reply.buttons] == ["Regenerate"]


async def test_what_is_dear_is_asked_by_slack_before_it_counts(tmp_path: Path) -> None:
    async with run_easel(tmp_path / "data", EASEL_CONFIRM_ABOVE="0.1") as easel:
        easel.model.fail(401, build_error(401, "no"))
        (reply,) = await ask(easel, "draw a hedgehog --quality high")
        (button,) = reply.buttons
        assert button["confirm_title"] == "Before it costs" and "$0.21" in button["confirm_text"]
        assert button["text"] == "Retry (about $0.21)"
