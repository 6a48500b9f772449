"""What every codec sends: golden requests, and nothing that the model does not take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain.llm import Prompt
from bot.domain.pictures.sight import Detail, PictureContent, Sight
from bot.llm.providers import PROVIDERS
from tests.support.codecs import (
    CASES,
    DATA_PROMPT,
    GOLDEN,
    MASKED_PROMPT,
    PROMPT,
    Case,
    build_validator,
    check_golden,
)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.mark.parametrize(
    ("prompt", "name"), [(PROMPT, "request-all"), (DATA_PROMPT, "request-data")]
)
def test_a_request_is_the_golden_one(case: Case, prompt: Prompt, name: str) -> None:
    check_golden(GOLDEN / case.folder / f"{name}.json", case.codec.encode(prompt, case.model_info))


# A compatible server has no schema of its own.
@pytest.mark.parametrize("case", [case for case in CASES.values() if case.schema])
@pytest.mark.parametrize("prompt", [PROMPT, DATA_PROMPT, MASKED_PROMPT])
def test_a_request_fits_the_providers_own_schema(case: Case, prompt: Prompt, specs: Path) -> None:
    file, _, name = case.schema.partition("#")
    check = build_validator(specs / file, name)
    check.validate(case.codec.encode(prompt, case.model_info))
    assert not check.is_valid({"model": 7, "messages": 7, "input": {"a": 1}})


def _build_detail_prompt() -> Prompt:
    """A prompt with a picture as it is, and with the parts of another one."""
    (picture,) = PROMPT.pictures[:1]
    whole = Sight(3840, 2160, PictureContent.TEXT, None, Detail.ORIGINAL)
    part = Sight(1200, 8000, PictureContent.TEXT, (0, 0, 1200, 1600))
    parts = [replace(picture, part=f"part {number} of 24", sight=part) for number in range(1, 25)]
    return replace(PROMPT, pictures=(replace(picture, sight=whole), *parts))


def _list_details(body: Mapping[str, Any]) -> list[str]:
    parts = (body.get("messages") or body["input"])[-1]["content"]
    pictures = [part for part in parts if "image" in part["type"]]
    return [part.get("detail") or part["image_url"]["detail"] for part in pictures]


def test_a_picture_is_sent_as_it_is_only_where_the_model_looks_at_that(case: Case) -> None:
    prompt = _build_detail_prompt()
    for takes_original in (True, False):
        model_info = replace(case.model_info, takes_original=takes_original)
        first, *others = _list_details(case.codec.encode(prompt, model_info))
        assert first == ("original" if takes_original else "high")
        assert others == ["high"] * 24


@pytest.mark.parametrize(
    ("model", "sees_originals"),
    [
        ("openai/gpt-5.4-image-2", True),
        ("openai/gpt-5.4-image-2-20260421", True),
        ("gpt-5.6-mini", True),
        ("gpt-5.10", True),
        ("gpt-6", True),
        ("gpt-5", False),
        ("gpt-5.2", False),
        ("gpt-4o", False),
        ("google/gemini-3-pro-image", False),
        ("openai/gpt-50b-mini", True),
        ("my-gpt-6-tune", False),
    ],
)
def test_which_models_look_at_originals_is_known_by_their_names(
    model: str, sees_originals: bool
) -> None:
    assert PROVIDERS["openrouter"].describe_model(model).takes_original is sees_originals
    # What another server calls by that name may be anything.
    assert not PROVIDERS["compatible"].describe_model(model).takes_original


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.schema])
def test_a_request_with_parts_fits_the_providers_own_schema(case: Case, specs: Path) -> None:
    file, _, name = case.schema.partition("#")
    body = case.codec.encode(_build_detail_prompt(), case.model_info)
    build_validator(specs / file, name).validate(body)


def test_a_request_with_parts_fits_the_types_of_the_official_clients() -> None:
    responses = pytest.importorskip("openai.types.responses")
    components = pytest.importorskip("openrouter.components")
    model_info = replace(CASES["openai"].model_info, takes_original=True)
    body = CASES["openai"].codec.encode(_build_detail_prompt(), model_info)
    sent = [part for part in body["input"][-1]["content"] if part["type"] == "input_image"]
    for part in sent:
        TypeAdapter(responses.ResponseInputImageParam).validate_python(part, strict=True)
    body = CASES["openrouter"].codec.encode(_build_detail_prompt(), model_info)
    sent = [part for part in body["messages"][-1]["content"] if part["type"] == "image_url"]
    assert len(sent) == 25
    for part in sent:
        TypeAdapter(components.ChatContentImage).validate_python(part)


# Fields that are not parameters of the model: they belong to the protocol or identify the person.
FRAME_FIELDS = {
    "openrouter": {"model", "messages", "stream", "user", "session_id", "modalities",
                   "image_config"},
    "compatible": {"model", "messages", "stream", "stream_options", "user"},
    "openai": {"model", "instructions", "input", "stream", "store", "prompt_cache_key",
               "safety_identifier", "tools", "max_tool_calls", "include"},
    "openai-chat": {"model", "messages", "stream", "stream_options", "store", "prompt_cache_key",
                    "safety_identifier"},
}  # fmt: skip


LISTED_AS = {"max_output_tokens": "max_tokens", "max_completion_tokens": "max_tokens",
             "text": "response_format",
             "reasoning_effort": "reasoning"}  # fmt: skip


FORBIDDEN_FIELDS = {
    "tool_choice",
    "temperature",
    "top_p",
    "plugins",
    "web_search_options",
    "functions",
}


@pytest.mark.parametrize("prompt", [PROMPT, DATA_PROMPT])
@pytest.mark.parametrize("only", [None, "max_tokens", "reasoning", "response_format", "seed"])
def test_nothing_is_sent_that_the_model_does_not_take(
    case: Case, prompt: Prompt, only: str | None
) -> None:
    model_info = case.model_info
    if only is not None:
        model_info = replace(model_info, supported_parameters=frozenset({"max_tokens", only}))
    body = case.codec.encode(prompt, model_info)
    asked = {LISTED_AS.get(name, name) for name in set(body) - FRAME_FIELDS[case.folder]}
    assert asked <= model_info.supported_parameters, asked - model_info.supported_parameters
    assert not FORBIDDEN_FIELDS & set(body)
    # The one tool there is draws, and only where the provider draws by a tool.
    tools = [tool["type"] for tool in body.get("tools", [])]
    assert tools in ([], ["image_generation"]) and (case.folder == "openai" or not tools)
