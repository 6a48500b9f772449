"""What every codec sends: golden requests, and nothing that the model does not take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.llm import Prompt
from tests.support.codecs import (
    CASES,
    DATA_PROMPT,
    GOLDEN,
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
@pytest.mark.parametrize("prompt", [PROMPT, DATA_PROMPT])
def test_a_request_fits_the_providers_own_schema(case: Case, prompt: Prompt, specs: Path) -> None:
    file, _, name = case.schema.partition("#")
    check = build_validator(specs / file, name)
    check.validate(case.codec.encode(prompt, case.model_info))
    assert not check.is_valid({"model": 7, "messages": 7, "input": {"a": 1}})


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
