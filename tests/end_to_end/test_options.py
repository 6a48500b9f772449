"""Options of a question and a channel arrive at the model, and wrong ones cost nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import PlayedSlack
from tests.support.easel import QUICK_RULES, run_easel
from tests.support.provider_settings import build_openai_settings
from tests.support.rows import list_buttons

FLAGS = (
    "--effort high --show-reasoning --max-tokens 500 --frequency-penalty 0.5 --presence-penalty"
    ' -0.5 --seed 7 --stop "END OF IT" --logit-bias 1734:-100 --logprobs 3'
)


async def test_every_parameter_of_the_list_arrives(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask(f"say hello {FLAGS}")
        body = easel.get_last_request()
        assert body["reasoning"] == {"effort": "high", "exclude": False}
        assert (body["max_tokens"], body["seed"], body["stop"]) == (500, 7, ["END OF IT"])
        assert (body["frequency_penalty"], body["presence_penalty"]) == (0.5, -0.5)
        assert body["logit_bias"] == {"1734": -100}
        assert (body["logprobs"], body["top_logprobs"]) == (True, 3)
        assert easel.list_replies(root)[0].text == "hello", "flags are no part of the question"


@pytest.mark.parametrize("provider", ["openrouter", "openai"])
async def test_log_probabilities_are_shared_as_a_file(tmp_path: Path, provider: str) -> None:
    settings = build_openai_settings() if provider == "openai" else {}
    async with run_easel(tmp_path, **settings) as easel:
        root = await easel.ask("say one two --logprobs 2")
        (shared,) = [file for reply in easel.list_replies(root) for file in reply.files]
    tokens = json.loads(shared.data)
    assert [token["token"] for token in tokens] == ["one ", "two"]
    assert [len(token["top_logprobs"]) for token in tokens] == [2, 2]


async def test_wishes_for_pictures_arrive_as_configuration_and_in_words(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("draw a fox --aspect 16:9 --quality high --background transparent")
        (drawn,) = easel.list_replies(root)[-1].files
        assert drawn.name == "fox-v1.png" and drawn.alt.endswith("for: draw a fox")
        assert (
            drawn.width
            and drawn.height
            and drawn.width / drawn.height == pytest.approx(16 / 9, 0.02)
        )
        body = easel.get_last_request()
        image_config = {"aspect_ratio": "16:9", "quality": "high", "background": "transparent"}
        assert body["image_config"] == image_config
        request_text = body["messages"][-1]["content"][0]["text"]
        assert "aspect ratio 16:9, high quality, transparent background" in request_text

        await easel.ask("say hello --text-only")
        assert easel.get_last_request()["modalities"] == ["text"]
        assert "image_config" not in easel.get_last_request()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("draw a fox --aspect 5:7", "choose one of 1:1"),
        ("say hi --efort high", "Did you mean `--effort`?"),
        ("say hi --temperature 0.7", "I do not know `--temperature`"),
        ("say hi --max-tokens lots", "give a whole number from 16 to 128000"),
        ("say hi --stop", "give up to 200 characters"),
    ],
)
async def test_a_wrong_flag_costs_nothing_and_tells_what_is_right(
    tmp_path: Path, text: str, expected: str
) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask(text)
        (reply,) = easel.list_replies(root)
        assert expected in reply.text and not list_buttons(reply)
        assert easel.model.requests == []


async def test_a_channel_has_its_own_settings_until_they_are_reset(tmp_path: Path) -> None:
    defaults: dict[str, Any] = {"EASEL_DEFAULTS": "--effort low --quality low"}
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack, **defaults) as easel:
            root = await easel.ask("settings --effort high")
            assert "`--effort high`" in easel.list_replies(root)[0].text
            await easel.ask("draw a fox")
            assert easel.get_last_request()["reasoning"]["effort"] == "high"
            assert easel.get_last_request()["image_config"] == {"quality": "low"}
            await easel.ask("draw a fox --effort none")
            assert easel.get_last_request()["reasoning"]["effort"] == "none"
            await easel.ask("say hi", channel="D0ALEX")
            assert easel.get_last_request()["reasoning"]["effort"] == "low", "another channel"
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.ask("say hi")
            assert easel.get_last_request()["reasoning"]["effort"] == "high", "after a restart"
            await easel.ask("settings reset")
            await easel.ask("say hi")
            assert "reasoning" not in easel.get_last_request()
            root = await easel.ask("settings --nonsense")
            assert "I do not know" in easel.list_replies(root)[0].text


async def test_a_channels_settings_that_nobody_understands_any_more_are_left_alone(
    tmp_path: Path,
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            await easel.ask("settings --effort high")
        with sqlite3.connect(tmp_path / "easel.db") as database:
            database.execute("UPDATE channel_settings SET flags = '--of-another-time 7'")
        async with run_easel(tmp_path, slack=slack) as easel:
            root = await easel.ask("say hello")
            assert easel.list_replies(root)[0].text == "hello"


async def test_while_it_thinks_the_status_says_so_and_no_thought_is_in_the_answer(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("say hello --show-reasoning")
        assert easel.list_replies(root)[0].text == "hello"
        await easel.ask("settings --show-reasoning")
        easel.model.token_delay = 0.05
        root = await easel.ask("say hello")
        assert easel.list_replies(root)[0].text == "hello"
        assert easel.get_last_request()["reasoning"] == {"exclude": False}
        statuses = [call.args["status"] for call in easel.slack.api.calls if "status" in call.args]
        assert any("is thinking… They ask: say hello" in status for status in statuses)
