"""Every request is one that the providers' own SDKs have types for, to the last field."""

from __future__ import annotations

import warnings

import pytest
from pydantic import TypeAdapter

from bot.domain.llm import Prompt
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.chat_completions.request import OpenRouterCodec
from bot.llm.offers.data_policy import parse_data_policy
from tests.support.codecs import CASES, DATA_PROMPT, MASKED_PROMPT, PLAIN, PROMPT
from tests.support.sdk_types import read_all

with warnings.catch_warnings():
    # What the SDKs warn of at import is theirs to mend.
    warnings.simplefilter("ignore")
    chat = pytest.importorskip("openai.types.chat.completion_create_params")
    responses = pytest.importorskip("openai.types.responses.response_create_params")
    components = pytest.importorskip("openrouter.components")

PROMPTS = (PLAIN, PROMPT, DATA_PROMPT, MASKED_PROMPT)


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("name", ["openai", "openai-chat"])
def test_the_openai_sdk_knows_each_field_of_a_request(name: str, prompt: Prompt) -> None:
    kinds = {
        "openai": responses.ResponseCreateParamsStreaming,
        "openai-chat": chat.CompletionCreateParamsStreaming,
    }
    body = CASES[name].codec.encode(prompt, CASES[name].model_info)
    types = TypeAdapter(kinds[name])
    # What a type does not know, it leaves out.
    assert read_all(types.validate_python(body)) == body
    assert read_all(types.validate_python({**body, "unheard_of": 1})) == body


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_openrouter_sdk_knows_each_field_of_a_request(prompt: Prompt) -> None:
    policy = parse_data_policy("data_collection=deny zdr only=azure,openai ignore=x order=azure")
    body = OpenRouterCodec(data_policy=policy).encode(prompt, GPT_5_4_IMAGE_2)
    read = components.ChatRequest.model_validate(body)
    # The documentation has it, the SDK does not (openrouter.ai/docs, "Reasoning tokens").
    body.get("reasoning", {}).pop("exclude", None)
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == body
