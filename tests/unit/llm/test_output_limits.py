"""The limit of an answer has two names: which one a server takes is asked once, and remembered."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.costs import CostBasis
from bot.domain.errors import EaselError
from bot.domain.llm import RequestRejected, StreamEvent
from bot.llm import errors
from bot.llm.chat_completions.request import CompatibleCodec, OpenAIChatCodec
from bot.llm.client import ModelClient
from bot.llm.failures.adapting import drop_refused_parameters
from bot.llm.failures.kept_limit import KeptLimit
from bot.llm.failures.learnt import LearntRefusals
from bot.llm.failures.parameters import RefusedParameter
from bot.llm.offers.openai_models import GPT_5_4, limit_to_chat
from bot.llm.protocol import Codec
from bot.llm.providers import PROVIDERS
from bot.llm.retry import RetryingModel
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from tests.support.codecs import PLAIN

OLD, NEW = "max_tokens", "max_completion_tokens"
KINDS: dict[str, tuple[Codec, str, str]] = {
    "compatible": (CompatibleCodec(), OLD, NEW),
    "openai": (OpenAIChatCodec(), NEW, OLD),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def build_model(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, kept: KeptLimit | None = None
) -> RetryingModel:
    known = PROVIDERS["compatible"].describe_model("local")
    if kind == "openai":
        known = replace(limit_to_chat(GPT_5_4), model="local")
    client = ModelClient(
        http,
        KINDS[kind][0],
        # A gateway that takes either name, unless it is told to refuse one.
        base_url=played.compatible_url,
        api_key=played.api_key,
        get_model_info=lambda: known,
        kept_limit=kept,
    )
    return RetryingModel(client, shrink=_keep, metrics=Metrics())


async def _keep(prompt: Any) -> Any:
    return prompt


async def ask(model: RetryingModel) -> tuple[list[StreamEvent], EaselError | None]:
    events: list[StreamEvent] = []
    try:
        async for event in model.stream(PLAIN):
            events.append(event)
    except EaselError as error:
        return events, error
    return events, None


def list_sent_names(played: PlayedModel) -> list[str]:
    return ["+".join(sorted({OLD, NEW} & set(body))) for body in played.requests]


# How servers say that they do not know a parameter: OpenAI old and new, FastAPI, Go, Rust, Groq,
# JSON Schema, Zod, LiteLLM, vLLM, Mistral, llama.cpp, Anthropic, Gemini and in plain words.
REFUSALS: list[tuple[int, Any]] = [
    (400, {"error": {"message": "Unsupported parameter: '{}' is not supported with this model. Use"
                     " '[other]' instead.", "type": "invalid_request_error", "param": "{}",
                     "code": "unsupported_parameter"}}),
    (400, {"error": {"message": "Unrecognized request argument supplied: {}",
                     "type": "invalid_request_error", "param": None, "code": None}}),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "{}"],
                       "msg": "Extra inputs are not permitted", "input": 8192}]}),
    (422, {"detail": [{"type": "missing", "loc": ["body", "[other]"], "msg": "Field required"}]}),
    (400, {"error": {"message": "[other] is required", "type": "invalid_request_error"}}),
    (400, {"error": 'json: unknown field "{}"'}),
    (422, {"error": {"message": "unknown field `{}`, expected one of `model`, `messages`,"
                     " `[other]`"}}),
    (400, {"error": {"message": "property '{}' is unsupported", "type": "invalid_request_error"}}),
    (400, {"error": {"message": "Additional properties are not allowed ('{}' was unexpected)"}}),
    (400, {"error": {"message": "`{}` is not supported. Please use `[other]`."}}),
    (400, {"error": {"message": "this model does not support {}, use [other]"}}),
    (400, {"error": {"message": "{} is deprecated in favor of [other]", "param": "{}",
                     "code": "invalid_parameter"}}),
    (400, {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw":
                     '{"error": {"message": "{} is not allowed"}}', "provider_name": "X"}}}),
    (400, {"error": {"message": "Unrecognized key(s) in object: '{}'"}}),
    (400, {"error": {"message": "litellm.UnsupportedParamsError: openai does not support"
                     " parameters: {'{}': 8192}, for model=o1. To drop these, set …"}}),
    (400, {"object": "error", "message": "[{'type': 'extra_forbidden', 'loc': ('body', '{}'),"
           " 'msg': 'Extra inputs are not permitted', 'input': 8}]", "type": "BadRequestError"}),
    (422, {"object": "error", "message": {"detail": [
           {"type": "extra_forbidden", "loc": ["body", "{}"], "msg": "Extra inputs"}]}}),
    (400, {"error": {"code": 400, "message": "Unsupported param: {}"}}),
    (400, {"type": "error", "error": {"message": "{}: Extra inputs are not permitted"}}),
    (400, [{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"{}\":"
                      " Cannot find field.", "status": "INVALID_ARGUMENT"}}]),
    (400, {"detail": "{} is not a valid parameter"}),
]  # fmt: skip


def name_refused(body: Any, refused: str, other: str) -> Any:
    """Return the body with its names in the place of `{}` and `[other]`."""
    match body:
        case str():
            return body.replace("[other]", other).replace("{}", refused)
        case dict():
            return {key: name_refused(value, refused, other) for key, value in body.items()}
        case list():
            return [name_refused(value, refused, other) for value in body]
        case _:
            return body


@pytest.mark.parametrize(("status", "body"), REFUSALS)
async def test_a_name_that_is_refused_is_replaced_by_the_other_once_and_for_all(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, status: int, body: Any
) -> None:
    model, (_, first, second) = build_model(http, played, kind), KINDS[kind]
    played.fail(status, name_refused(body, first, second))
    events, failure = await ask(model)
    assert failure is None and list_sent_names(played) == [first, second]
    (rejected,) = [event for event in events if isinstance(event, RequestRejected)]
    assert rejected.code == str(status), "it is a row of the ledger, and free"
    assert (await ask(model))[1] is None and list_sent_names(played) == [first, second, second]
    assert [body[second] for body in played.requests[1:]] == [8192, 8192]


async def test_a_server_that_refuses_both_is_asked_twice_and_then_once_for_each_question(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model, (_, first, second) = build_model(http, played, kind), KINDS[kind]
    for number, names in enumerate([[first, second], [first], [second]]):
        for name in names:
            played.fail(*_refuse(name))
        _, failure = await ask(model)
        assert isinstance(failure, errors.ExtraParameterRefused), number
        assert failure.user_message == errors.PARAMETER_MESSAGE
    assert list_sent_names(played) == [first, second, first, second]
    assert all({OLD, NEW} & set(body) for body in played.requests), "never without a limit"
    # As soon as it takes one, it is asked with that one.
    assert (await ask(model))[1] is None and (await ask(model))[1] is None
    assert len(set(list_sent_names(played)[4:])) == 1


async def test_a_server_that_has_changed_its_mind_is_asked_again_at_once(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("bot.llm.client.LearntRefusals", partial(LearntRefusals, lambda: now))
    model, (_, first, second) = build_model(http, played, kind), KINDS[kind]
    played.fail(*_refuse(first))
    assert (await ask(model))[1] is None
    now = 3_600.0
    played.fail(*_refuse(second))
    assert (await ask(model))[1] is None and (await ask(model))[1] is None
    assert list_sent_names(played) == [first, second, second, first, first]


async def test_the_name_is_not_asked_again_after_a_restart_but_at_another_address(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, tmp_path: Path
) -> None:
    kept = KeptLimit(tmp_path / "learnt", played.compatible_url, "local")
    _, first, second = KINDS[kind]
    played.fail(*_refuse(first))
    assert (await ask(build_model(http, played, kind, kept)))[1] is None
    assert (await ask(build_model(http, played, kind, kept)))[1] is None
    assert list_sent_names(played) == [first, second, second]
    assert KeptLimit(tmp_path / "learnt", "https://other.example/v1", "local").read() == ""
    # The server was changed while Easel was off.
    played.fail(*_refuse(second))
    assert (await ask(build_model(http, played, kind, kept)))[1] is None
    assert list_sent_names(played)[3:] == [second, first] and kept.read() == second


@pytest.mark.parametrize("content", [b"", b"tools", b"\xff\xfe", b"max_tokens " * 99])
def test_a_file_that_holds_no_name_is_as_none(content: bytes, tmp_path: Path) -> None:
    kept = KeptLimit(tmp_path / "learnt", "https://example.com/v1", "local")
    kept.write(NEW)
    assert LearntRefusals(refused_limit=kept.read()).refused_limit == NEW
    (file,) = (tmp_path / "learnt").iterdir()
    file.write_bytes(content)
    assert LearntRefusals(refused_limit=kept.read()).refused_limit == ""
    KeptLimit(file, "https://example.com/v1", "local").write(NEW)  # no folder: logged alone


def test_no_flood_of_other_refusals_makes_it_forget_the_name() -> None:
    learnt = LearntRefusals(refused_limit=OLD)
    for number in range(300):
        learnt.note_option("effort", f"{number}")
    assert learnt.refused_limit == OLD


@pytest.mark.parametrize("name", [OLD, NEW])
async def test_the_name_is_remembered_as_long_as_the_process_lives(name: str) -> None:
    now = 0.0
    learnt = LearntRefusals(lambda: now)
    refused = errors.ExtraParameterRefused("", RefusedParameter(name, "max_tokens"))
    other = errors.ExtraParameterRefused("", RefusedParameter("user"))
    assert await learnt.note_error(refused, PLAIN, GPT_5_4) and await learnt.note_error(
        other, PLAIN, GPT_5_4
    )
    assert learnt.apply(GPT_5_4).refused == {(name, ""), ("user", "")}
    now = 30 * 86_400.0
    assert learnt.apply(GPT_5_4).refused == {(name, "")}


async def test_another_parameter_that_is_refused_leaves_the_name_as_it_is(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model, (_, first, _) = build_model(http, played, kind), KINDS[kind]
    other = "safety_identifier" if kind == "openai" else "stream_options"
    played.fail(*_refuse(other))
    assert (await ask(model))[1] is None
    assert list_sent_names(played) == [first, first]
    assert other in played.requests[0] and other not in played.requests[1]


@pytest.mark.parametrize(
    "message",
    [
        "{} must be at least 1",
        "Invalid '{}': integer below minimum value. Expected a value >= 16, but got 8 instead.",
        "The model gave up after {} tokens.",
        "{} is not allowed to exceed 32768",
        "{} is not supported above 4096 for this model",
    ],
)
async def test_a_number_that_is_not_taken_is_no_name_that_is_not_taken(
    http: httpx.AsyncClient, played: PlayedModel, kind: str, message: str
) -> None:
    model, (_, first, _) = build_model(http, played, kind), KINDS[kind]
    played.fail(400, {"error": {"message": message.format(first)}})
    await ask(model)
    await ask(model)
    assert set(list_sent_names(played)) == {first}


async def test_what_may_have_cost_something_is_not_asked_again_under_the_other_name(
    http: httpx.AsyncClient, played: PlayedModel, kind: str
) -> None:
    model, (_, first, _) = build_model(http, played, kind), KINDS[kind]
    status, body = _refuse(first)
    played.fail(status, {**body, "usage": {"prompt_tokens": 7, "completion_tokens": 9}})
    events, failure = await ask(model)
    assert failure is not None and len(played.requests) == 1
    assert not any(getattr(event, "basis", None) is CostBasis.FREE for event in events)


@pytest.mark.parametrize("name", ["provider", "store", OLD, NEW, "max_output_tokens"])
def test_what_bounds_the_cost_or_who_keeps_the_words_is_never_left_out(name: str) -> None:
    info = replace(GPT_5_4, refused=frozenset({(name, "")}))
    assert name in drop_refused_parameters({name: 1}, PLAIN, info)


def _refuse(name: str) -> tuple[int, dict[str, Any]]:
    return 400, {"error": {"message": f"Unknown parameter: '{name}'.", "param": name}}
