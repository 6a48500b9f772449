"""Providers: OpenAI's two APIs, compatible servers, fallbacks and the data policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.llm.offers.openai_models import PRICES_READ_ON
from bot.playground.model import PlayedModel
from bot.playground.model.openrouter.routing import PlayedEndpoint
from bot.playground.model.wire import build_error
from tests.support.easel import build_png, run_easel
from tests.support.provider_settings import build_compatible_settings, build_openai_settings
from tests.support.rows import list_buttons


async def test_openai_answers_in_words_and_its_cost_is_computed_with_the_price_kept(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, **build_openai_settings()) as easel:
        root = await easel.ask("say hello")
        assert [reply.text for reply in easel.list_replies(root)] == ["hello"]
        request = easel.get_last_request()
        assert request["model"] == "gpt-5.4" and request["store"] is False
        assert "messages" not in request and "temperature" not in request
        (row,) = easel.list_model_requests()
    assert (row["provider"], row["model"], row["estimated"]) == ("openai", "gpt-5.4", 1)
    price = json.loads(row["price"])
    cost_nano = row["prompt_tokens"] * 2_500 + row["completion_tokens"] * 15_000
    assert row["cost_nano"] == cost_nano and price["input"] == "2.5" and price["as_of"]


async def test_openai_draws_with_a_pinned_model_and_the_preview_is_gone_at_the_end(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, **build_openai_settings()) as easel:
        root = await easel.ask("draw a red fox in 16:9")
        tool = easel.get_last_request()["tools"][0]
        assert (tool["model"], tool["size"], tool["partial_images"]) == (
            "gpt-image-2", "1536x864", 1,
        )  # fmt: skip
        replies = easel.list_replies(root)
        assert sum(len(reply.files) for reply in replies) == 1
        assert not any(reply.embedded_file_ids for reply in replies)
        preview_calls = [call for call in easel.slack.api.calls if "slack_file" in str(call.args)]
        assert len(preview_calls) == 1, "the preview was to be seen"
        assert '"sign": true' in json.dumps(preview_calls[0].args["metadata"]).replace("\\", "")
        (row,) = easel.list_model_requests()
        assert row["image_tokens"] > 0


async def test_a_picture_for_openai_is_an_input_image(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **build_openai_settings()) as easel:
        root = await easel.ask("what is this?", files=[("a.png", build_png())])
        assert "64 × 48" in easel.list_replies(root)[0].text
        kinds = [part["type"] for part in easel.get_last_request()["input"][-1]["content"]]
        assert kinds == ["input_text", "input_image"]


async def test_openai_answers_by_chat_completions_and_a_picture_is_said_to_need_the_other_api(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, **build_openai_settings(EASEL_OPENAI_API="chat")) as easel:
        root = await easel.ask("what is this?", files=[("a.png", build_png())])
        assert "64 × 48" in easel.list_replies(root)[0].text
        request = easel.get_last_request()
        assert (request["model"], request["store"]) == ("gpt-5.4", False)
        assert request["max_completion_tokens"] == 8192 and "max_tokens" not in request
        assert request["prompt_cache_retention"] == "24h"
        (row,) = easel.list_model_requests()
        price = json.loads(row["price"])
        assert (row["basis"], row["estimated"], price["as_of"]) == ("computed", 1, PRICES_READ_ON)
        assert row["cost_nano"] == row["prompt_tokens"] * 2_500 + row["completion_tokens"] * 15_000
        root = await easel.ask("draw a red fox")
        assert "`EASEL_OPENAI_API=responses`" in easel.list_replies(root)[0].text
        assert len(easel.model.requests) == 1, "nothing is spent on it"


async def test_a_compatible_server_answers_in_words_about_pictures(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **build_compatible_settings()) as easel:
        root = await easel.ask("describe this picture", files=[("a.png", build_png())])
        assert "64 × 48" in easel.list_replies(root)[0].text
        request = easel.get_last_request()
        assert request["stream_options"] == {"include_usage": True}
        assert not {"modalities", "session_id", "image_config"} & set(request)
        assert "cannot make or edit pictures" in request["messages"][0]["content"]
        (row,) = easel.list_model_requests()
        assert (row["cost_nano"], row["basis"]) == (None, "unknown"), "no price was told"


async def test_a_compatible_server_with_a_price_keeps_a_budget_and_the_ledger(
    tmp_path: Path,
) -> None:
    priced = {"EASEL_COMPATIBLE_PRICE": "0.5/0.1/2", "EASEL_BUDGETS": "user/day=0.01"}
    async with run_easel(tmp_path, **build_compatible_settings(**priced)) as easel:
        root = await easel.ask("say hello")
        assert easel.list_replies(root)[0].text == "hello"
        (row,) = easel.list_model_requests()
        assert (row["basis"], row["estimated"]) == ("computed", 1)
        assert row["cost_nano"] == row["prompt_tokens"] * 500 + row["completion_tokens"] * 2_000
        # 0.01 dollars pay for 5,000 tokens of answer at most.
        assert easel.get_last_request()["max_tokens"] < 5_000 and row["worst_nano"] <= 10_000_000


async def test_the_name_of_the_limit_is_asked_once_and_not_charged_for(tmp_path: Path) -> None:
    message = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    refusal = build_error(400, f"Unsupported parameter: {message}", param="max_tokens")
    price = {"EASEL_COMPATIBLE_PRICE": "0.5/0.1/2"}
    async with run_easel(tmp_path, **build_compatible_settings(**price)) as easel:
        easel.model.fail(400, refusal)
        root = await easel.ask("say hello")
        assert easel.list_replies(root)[0].text == "hello"
        await easel.ask("say again")
        sent = [sorted({"max_tokens", "max_completion_tokens"} & set(body))
                for body in easel.model.requests]  # fmt: skip
        assert sent == [["max_tokens"], ["max_completion_tokens"], ["max_completion_tokens"]]
        costs = [row["cost_nano"] for row in easel.list_model_requests()]
        assert costs[0] == 0 and len(costs) == 3 and all(costs[1:])


async def test_the_name_of_the_limit_is_not_asked_again_after_a_restart(tmp_path: Path) -> None:
    async with PlayedModel() as server:
        settings = build_compatible_settings(EASEL_COMPATIBLE_URL=server.openai_url)
        server.fail(400, build_error(400, "Unsupported parameter: max_tokens", param="max_tokens"))
        for _ in range(2):
            async with run_easel(tmp_path, **settings) as easel:
                await easel.ask("say hello")
        sent = [sorted({"max_tokens", "max_completion_tokens"} & set(body))
                for body in server.requests]  # fmt: skip
    assert sent == [["max_tokens"], ["max_completion_tokens"], ["max_completion_tokens"]]


@pytest.mark.parametrize(
    "text",
    [
        "draw a red fox",
        "Please create an image of a fox",
        "a fox in 4K",
        "tell me of foxes --pictures",
    ],
)
async def test_where_nothing_draws_that_is_said_before_anything_is_asked(
    tmp_path: Path, text: str
) -> None:
    async with run_easel(tmp_path, **build_compatible_settings()) as easel:
        root = await easel.ask(text)
        assert "cannot make pictures" in easel.list_replies(root)[0].text
        assert easel.model.requests == []


async def test_the_next_model_answers_and_the_reply_says_so(tmp_path: Path) -> None:
    fallbacks: dict[str, Any] = {
        "EASEL_FALLBACKS": "openai:gpt-5.4",
        "OPENAI_API_KEY": PlayedModel.api_key,
    }
    async with run_easel(tmp_path, **fallbacks) as easel:
        easel.model.fail(404, build_error(404, "No endpoints found"))
        root = await easel.ask("say hello")
        (reply,) = easel.list_replies(root)
        assert reply.text.startswith("hello") and not list_buttons(reply)
        assert "gpt-5.4 answered, because openai/gpt-5.4-image-2 was not available" in reply.text
        outcomes = [
            (row["model"], row["outcome"], row["cost_nano"]) for row in easel.list_model_requests()
        ]
        assert outcomes[0] == ("openai/gpt-5.4-image-2", "404", 0)
        assert outcomes[1][:2] == ("gpt-5.4", "answered") and outcomes[1][2] > 0


async def test_what_was_refused_for_what_it_says_is_asked_of_no_other_model(
    tmp_path: Path,
) -> None:
    fallbacks: dict[str, Any] = {
        "EASEL_FALLBACKS": "openai:gpt-5.4",
        "OPENAI_API_KEY": PlayedModel.api_key,
    }
    async with run_easel(tmp_path, **fallbacks) as easel:
        easel.model.fail(403, build_error(403, "flagged", reasons=["violence"]))
        root = await easel.ask("say hello")
        assert "safety check" in easel.list_replies(root)[0].text
        assert len(easel.model.requests) == 1


async def test_where_the_data_policy_leaves_no_provider_people_read_that_and_nothing_is_spent(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, EASEL_DATA_POLICY="data_collection=deny zdr") as easel:
        root = await easel.ask("draw a red fox")
        (reply,) = easel.list_replies(root)
        assert "No provider that I may send this to" in reply.text
        assert "`EASEL_DATA_POLICY`" in reply.text
        assert easel.get_last_request()["provider"] == {"data_collection": "deny", "zdr": True}
        easel.model.endpoints = [PlayedEndpoint("Azure", "azure", keeps_nothing=True)]
        root = await easel.ask("draw a red fox")
        assert easel.list_replies(root)[-1].files, "as soon as there is one, it draws"
        assert [row["outcome"] for row in easel.list_model_requests()] == ["404", "answered"]
        assert easel.list_model_requests()[0]["cost_nano"] == 0
