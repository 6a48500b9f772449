"""What a model refuses of a request is left out, the person reads that, and it is remembered."""

from __future__ import annotations

import threading
from dataclasses import replace

import httpx
import pytest

from bot.domain.llm import (
    JsonSchema,
    RequestRejected,
)
from bot.domain.model_info import FactSource, list_unsupported
from bot.domain.options import RequestOptions
from bot.llm import errors
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.failures.adapting import drop_refused_parameters
from bot.playground.model import PlayedModel
from tests.support.codecs import PLAIN, PROMPT
from tests.support.retrying_models import ask, build_model, refuse


@pytest.mark.parametrize("schema", [None, JsonSchema("table", {"type": "object"})])
def test_the_wish_for_words_alone_is_never_left_out(schema: JsonSchema | None) -> None:
    prompt = replace(PLAIN, schema=schema, options=RequestOptions(text_only=schema is None))
    info = replace(GPT_5_4_IMAGE_2, refused=frozenset({("modalities", "")}))
    body = drop_refused_parameters(OpenRouterCodec().encode(prompt, info), prompt, info)
    assert body["modalities"] == ["text"]
    drawing = replace(prompt, schema=None, options=RequestOptions())
    assert "modalities" not in drop_refused_parameters(body, drawing, info)


@pytest.mark.parametrize("kind", ["openai", "openai-chat"])
async def test_a_day_in_the_cache_that_is_not_taken_is_not_asked_for_again(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model = build_model(http, played, kind)
    told = "Invalid value: '24h'. Supported values are: 'in_memory'."
    played.fail(400, refuse(told, "invalid_value", "prompt_cache_retention"))
    for _ in range(2):
        _, notes, failure = await ask(model, PLAIN)
        assert failure is None and notes == []
    assert ["prompt_cache_retention" in body for body in played.requests] == [True, False, False]


async def test_openai_is_always_asked_for_the_usage(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, "openai-chat")
    told = refuse("Unknown parameter: 'stream_options'.", "unknown_parameter", "stream_options")
    played.fail(400, told)
    _, _, failure = await ask(model, PLAIN)
    assert isinstance(failure, errors.ExtraParameterRefused) and len(played.requests) == 1
    assert (await ask(model, PLAIN))[2] is None
    assert all("stream_options" in body for body in played.requests)


class WatchedText(str):
    """A text that remembers in which threads its words were looked at."""

    threads: frozenset[threading.Thread] = frozenset()

    def lower(self) -> str:
        self.threads |= {threading.current_thread()}
        return super().lower()


async def test_a_refusal_is_compared_with_what_people_wrote_off_the_loop(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model, question = build_model(http, played), WatchedText("<@U1>: hello")
    played.fail(400, refuse("Unknown parameter: 'user'.", "unknown_parameter", "user"))
    _, _, failure = await ask(model, replace(PLAIN, question=question))
    assert failure is None and "user" not in played.requests[-1]
    assert question.threads and threading.main_thread() not in question.threads


TRANSPARENT = refuse("Transparent background is not supported for this model.", "invalid_value")


@pytest.mark.parametrize("kind", ["openrouter", "openai"])
async def test_a_background_that_is_refused_is_left_out_and_said_and_not_sent_again(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model = build_model(http, played, kind)
    prompt = replace(PLAIN, options=RequestOptions(background="transparent"))
    played.fail(400, TRANSPARENT)
    events, notes, failure = await ask(model, prompt)
    assert failure is None and "background" in notes[0] and len(notes) == 1
    (rejected,) = [event for event in events if isinstance(event, RequestRejected)]
    assert "Transparent background is not supported" in rejected.reason
    assert ["transparent" in str(body) for body in played.requests] == [True, False]
    _, notes, failure = await ask(model, prompt)
    assert failure is None and not notes and "transparent" not in str(played.requests[-1])
    assert list_unsupported(prompt.options, model.get_model_info()) == ["background"]
    other = RequestOptions(background="opaque")
    assert not list_unsupported(other, model.get_model_info()), "only this value is refused"
    await ask(model, replace(PLAIN, options=other))
    assert "opaque" in str(played.requests[-1])


async def test_several_refused_parameters_are_left_out_one_after_the_other(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, "compatible")
    prompt = replace(PROMPT, pictures=(), documents=())
    for message, param in (
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", "max_tokens"),
        ("Unsupported parameter: 'logit_bias' is not supported with this model.", "logit_bias"),
        ("Unsupported value: 'reasoning_effort' does not support 'high' with this model.", None),
        ("Unknown parameter: 'user'.", "user"),
        ("Unknown parameter: 'stream_options'.", "stream_options"),
    ):
        code = "unsupported_value" if "value" in message else "unsupported_parameter"
        played.fail(400, refuse(message, code, param))
    _, notes, failure = await ask(model, prompt)
    assert failure is None and len(notes) == 2, "the person reads of options only"
    sent = played.requests[-1]
    gone = {"max_tokens", "logit_bias", "reasoning_effort", "user", "stream_options"}
    assert not gone & set(sent) and sent["max_completion_tokens"] == 8192
    assert gone - {"user"} < set(played.requests[0])


async def test_a_longer_answer_than_the_model_writes_is_asked_for_shorter(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(
        400, refuse("max_tokens is too large: 8192. This model supports at most 4096 completion"
                    " tokens, whereas you provided 8192.", param="max_tokens")
    )  # fmt: skip
    assert (await ask(model, PLAIN))[1:] == ([], None)
    assert [body["max_tokens"] for body in played.requests] == [8192, 4096]
    assert model.get_model_info().max_output_tokens == 4096
    assert model.get_model_info().get_origin("max_output_tokens").source is FactSource.LEARNT


async def test_a_quality_is_never_left_out_because_another_one_may_cost_more(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(400, refuse("Invalid value: 'low'.", "invalid_value", "quality"))
    _, notes, failure = await ask(model, replace(PLAIN, options=RequestOptions(quality="low")))
    assert isinstance(failure, errors.ParameterRefused) and not notes
    assert "--quality" in failure.user_message and len(played.requests) == 1


@pytest.mark.parametrize("code", ["unsupported_parameter", "unknown_parameter", None])
@pytest.mark.parametrize(
    ("name", "options", "word"),
    [
        ("image_config", RequestOptions(quality="low", aspect="3:2"), "`--quality high`"),
        ("image_config", RequestOptions(quality="medium"), "`--quality high`"),
        ("modalities", RequestOptions(text_only=True), "`--pictures`"),
    ],
)
async def test_what_saves_money_is_not_left_out_with_what_carries_it(
    http: httpx.AsyncClient,
    played: PlayedModel,
    name: str,
    options: RequestOptions,
    word: str,
    code: str | None,
) -> None:
    model = build_model(http, played)
    for _ in range(2):
        played.fail(400, refuse("Unsupported parameter.", code, name))
        _, notes, failure = await ask(model, replace(PLAIN, options=options))
        assert failure is not None and not notes and word in failure.user_message
    assert all(name in body for body in played.requests) and len(played.requests) == 2


async def test_what_costs_no_more_is_left_out_with_what_carries_it_and_said(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    prompt = replace(PLAIN, options=RequestOptions(quality="high", aspect="3:2"))
    for name in ("image_config", "modalities"):
        played.fail(400, refuse("no", "unsupported_parameter", name))
    _, notes, failure = await ask(model, prompt)
    assert failure is None and len(notes) == 1 and "without them" in notes[0]
    assert not {"image_config", "modalities"} & set(played.requests[-1])
    assert list_unsupported(prompt.options, model.get_model_info()) == ["aspect", "quality"]


async def test_what_changes_nothing_is_not_repeated(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(400, TRANSPARENT)
    _, notes, failure = await ask(model, PLAIN)
    assert isinstance(failure, errors.ParameterRefused) and not notes
    assert len(played.requests) == 1


async def test_what_may_have_been_charged_is_not_repeated(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(500, TRANSPARENT | {"usage": {"cost": 0.02}})
    prompt = replace(PLAIN, options=RequestOptions(background="transparent"))
    _, _, failure = await ask(model, prompt)
    assert failure is not None and len(played.requests) == 1
