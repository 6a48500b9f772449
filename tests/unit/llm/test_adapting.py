"""A request that a model refuses is sent again in the form it takes, and that is remembered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.domain.errors import EaselError
from bot.domain.files import Document
from bot.domain.llm import (
    JsonSchema,
    Prompt,
    PromptTurn,
    RequestAdapted,
    RequestRejected,
    StreamEvent,
)
from bot.domain.model_info import FactOrigin, FactSource, ModelInfo, list_unsupported
from bot.domain.options import OutputFormat, RequestOptions
from bot.domain.tokens import estimate_tokens
from bot.llm import errors
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import CompatibleCodec, OpenAIChatCodec, OpenRouterCodec
from bot.llm.client import ModelClient, create_http_client
from bot.llm.failures.adapting import drop_refused_parameters, shorten_prompt
from bot.llm.failures.lengths import ToldLengths
from bot.llm.offers.openai_models import GPT_5_4, limit_to_chat
from bot.llm.protocol import Codec
from bot.llm.responses.request import ResponsesCodec
from bot.llm.retry import RetryingModel
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from bot.prompt.estimate import compute_cost_ceiling, sum_document_tokens
from tests.support.codecs import ALL_OPTIONS, PLAIN, PROMPT

UNKNOWN = {
    fact: FactOrigin(FactSource.ASSUMED, "2026-01-01")
    for fact in ("input_modalities", "output_modalities", "supported_parameters")
}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with create_http_client() as client:
        yield client


@pytest.fixture
async def played() -> AsyncIterator[PlayedModel]:
    async with PlayedModel() as model:
        yield model


def build_model(
    http: httpx.AsyncClient, played: PlayedModel, kind: str = "openrouter", **changes: Any
) -> RetryingModel:
    kinds: dict[str, tuple[Codec, str, ModelInfo]] = {
        "openrouter": (OpenRouterCodec(), played.base_url, GPT_5_4_IMAGE_2),
        "openai": (ResponsesCodec(), played.openai_url, GPT_5_4),
        "openai-chat": (OpenAIChatCodec(), played.openai_url, limit_to_chat(GPT_5_4)),
        "compatible": (CompatibleCodec(), played.compatible_url, GPT_5_4_IMAGE_2),
    }
    codec, url, info = kinds[kind]
    known = replace(info, **changes)
    client = ModelClient(
        http,
        codec,
        base_url=url,
        api_key=played.api_key,
        get_model_info=lambda: known,
    )

    async def shrink(prompt: Prompt) -> Prompt:
        return prompt

    return RetryingModel(client, shrink=shrink, metrics=Metrics())


async def ask(
    model: RetryingModel, prompt: Prompt
) -> tuple[list[StreamEvent], list[str], EaselError | None]:
    """Return the events, the notes in them, and the error."""
    events: list[StreamEvent] = []
    failure = None
    try:
        async for event in model.stream(prompt):
            events.append(event)
    except EaselError as error:
        failure = error
    return events, [e.note for e in events if isinstance(e, RequestAdapted)], failure


def refuse(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def build_data_prompt(schema: dict[str, Any], *, is_uploaded: bool = False) -> Prompt:
    return replace(PLAIN, schema=JsonSchema("table", schema, strict=True, is_uploaded=is_uploaded))


SCHEMA_REFUSED = refuse(
    "Invalid schema for response_format 'table': it must be of 'type: \"object\"'.",
    "invalid_json_schema",
    "text.format.schema",
)


@pytest.mark.parametrize("kind", ["openrouter", "openai", "compatible"])
async def test_a_schema_that_is_refused_is_told_in_words_and_no_other_is(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model = build_model(http, played, kind)
    prompt = build_data_prompt({"type": "object"}, is_uploaded=True)
    played.fail(400, SCHEMA_REFUSED)
    _, notes, failure = await ask(model, prompt)
    assert failure is None and len(notes) == 1 and "in words" in notes[0]
    first, second = played.requests
    assert "json_schema" in str(first) and "json_schema" not in str(second)
    assert '[The schema of the data: {\\"type\\": \\"object\\"}]' in json.dumps(second)
    assert (await ask(model, prompt))[1] == [] and "json_schema" not in str(played.requests[-1])
    other = build_data_prompt({"type": "object", "title": "other"}, is_uploaded=True)
    assert (await ask(model, other))[1] == [] and "json_schema" in str(played.requests[-1])
    for _ in range(2):
        played.fail(400, SCHEMA_REFUSED)
    _, _, failure = await ask(model, prompt)
    assert isinstance(failure, errors.SchemaRefused) and len(played.requests) == 6


@pytest.mark.parametrize("kind", ["openrouter", "openai"])
@pytest.mark.parametrize("options", [RequestOptions(), ALL_OPTIONS, RequestOptions(variations=3)])
async def test_data_told_in_words_stays_without_pictures_which_nothing_is_reserved_for(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, options: RequestOptions
) -> None:
    model = build_model(http, played, kind)
    prompt = replace(build_data_prompt({"type": "array"}), options=options)
    assert compute_cost_ceiling(prompt, max_pictures=2, quality="high").picture_count == 0
    played.fail(400, SCHEMA_REFUSED)
    for _ in range(2):
        _, notes, failure = await ask(model, prompt)
        assert failure is None and notes == [], "nobody sent Easel's own schema"
    assert ["json_schema" in str(body) for body in played.requests] == [True, False, False]
    for body in played.requests:
        assert "tools" not in body and "image_config" not in body
        assert body.get("modalities", ["text"]) == ["text"]


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


async def test_a_form_of_data_that_is_refused_is_asked_for_in_words(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, "compatible")
    played.fail(400, refuse("Unknown parameter: 'response_format'.", "unknown_parameter"))
    prompt = build_data_prompt({"type": "object"})
    _, notes, failure = await ask(model, prompt)
    assert failure is None and "in words" in notes[0]
    assert "response_format" not in played.requests[1]
    assert '{"type": "object"}' in str(played.requests[1]["messages"])
    options = RequestOptions(output_format=OutputFormat.JSON)
    assert not list_unsupported(options, model.get_model_info())


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


NO_PICTURES = {
    "error": {
        "message": "No endpoints found that support the requested output modalities: image, text",
        "code": 404,
    }
}


async def test_a_model_of_which_nothing_is_known_is_tried_and_its_refusal_is_learnt(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    assert model.get_model_info().draws
    played.fail(404, NO_PICTURES)
    _, notes, failure = await ask(model, PLAIN)
    assert failure is None and "does not make pictures" in notes[0]
    assert "modalities" in played.requests[0] and "modalities" not in played.requests[1]
    assert not model.get_model_info().draws


async def test_a_picture_that_is_wanted_is_not_replaced_by_words(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    played.fail(404, NO_PICTURES)
    _, notes, failure = await ask(model, replace(PLAIN, wants_picture=True))
    assert failure is not None and failure.user_message == errors.NO_PICTURE_OUTPUT_MESSAGE
    assert not notes and not model.get_model_info().draws


async def test_what_is_known_of_a_model_is_not_unlearnt(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(404, NO_PICTURES)
    _, _, failure = await ask(model, PLAIN)
    assert failure is not None and failure.user_message == errors.MODEL_NOT_OFFERED_MESSAGE
    assert model.get_model_info().draws and len(played.requests) == 1


async def test_eyes_that_are_refused_are_learnt_where_nothing_was_known(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played, origins=UNKNOWN)
    played.fail(404, {"error": {"code": 404, "message": "No endpoints found that support image"
                                                       " input"}})  # fmt: skip
    _, _, failure = await ask(model, replace(PROMPT, documents=(), options=RequestOptions()))
    assert failure is not None and failure.user_message == errors.NO_PICTURE_INPUT_MESSAGE
    assert not model.get_model_info().sees


LONG_FILE = Document("a.pdf", "application/pdf", ("x",) * 100, b"%PDF-1", tokens=(1_500,) * 100)
LONG = tuple(PromptTurn("user", f"message {number} " + "word " * 200) for number in range(20))


async def test_a_thread_that_is_too_long_loses_its_oldest_messages_and_says_how_many(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    model = build_model(http, played)
    played.fail(400, {"error": {"code": 400, "message": "This endpoint's maximum context length is"
                                " 3000 tokens. However, you requested about 13500 tokens (5308 of"
                                " text input, 8192 in the output)."}})  # fmt: skip
    _, notes, failure = await ask(model, replace(PLAIN, history=LONG))
    assert failure is None and len(notes) == 1 and "oldest messages" in notes[0]
    first, second = (str(body["messages"]) for body in played.requests)
    assert "message 0 " in first and "message 0 " not in second and "message 19 " in second
    assert model.get_model_info().context_tokens == 3000


def test_an_answer_gets_shorter_before_a_message_is_left_out() -> None:
    prompt = replace(PLAIN, history=LONG, max_tokens=64_000)
    told = ToldLengths(limit=200_000, requested=242_959, input=178_959)
    shorter = shorten_prompt(prompt, told)
    assert shorter is not None and shorter[1] is None
    assert shorter[0].history == LONG and 10_000 < shorter[0].max_tokens < 21_041


@pytest.mark.parametrize("excess", [100, 1_000, 2_500])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3])
def test_of_a_thread_with_a_long_file_as_much_is_left_out_as_is_too_much(
    excess: int, scale: float
) -> None:
    prompt = replace(PLAIN, history=LONG, documents=(LONG_FILE,), max_tokens=1_024)
    history_tokens = sum(estimate_tokens(turn.text) for turn in LONG)
    told = int(scale * (sum_document_tokens([LONG_FILE]) + history_tokens + 10))
    shorter = shorten_prompt(prompt, ToldLengths(limit=told + 1_024 - excess, input=told))
    assert shorter is not None and shorter[1] is not None
    left_out = LONG[: len(LONG) - len(shorter[0].history)]
    dropped = scale * sum(estimate_tokens(turn.text) for turn in left_out)
    assert excess <= dropped <= 1.6 * excess + 300


def test_a_thread_of_many_messages_is_shortened_in_a_moment() -> None:
    history = tuple(PromptTurn("user", f"{number} " + "word " * 300) for number in range(300))
    began = time.process_time()
    shorter = shorten_prompt(
        replace(PLAIN, history=history), ToldLengths(limit=40_000, input=90_000)
    )
    assert time.process_time() - began < 3.0, "a quadratic search takes twenty seconds"
    assert shorter is not None and 60 < len(shorter[0].history) < 150


def test_without_a_number_about_half_is_left_out_and_never_the_question() -> None:
    shorter = shorten_prompt(replace(PLAIN, history=LONG), ToldLengths())
    assert shorter is not None and shorter[1] is not None
    assert 5 <= len(shorter[0].history) <= 10 and shorter[0].history[-1] == LONG[-1]
    assert shorten_prompt(replace(PLAIN, question="word " * 9000), ToldLengths(limit=4096)) is None
    assert estimate_tokens(PLAIN.question) < 100
    with_file = replace(PLAIN, history=LONG, documents=(LONG_FILE,))
    shorter = shorten_prompt(with_file, ToldLengths())
    assert shorter is not None and 5 <= len(shorter[0].history) <= 10
