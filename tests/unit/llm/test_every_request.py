"""Every request that options can make fits the providers' descriptions and SDKs, to the last field.

`test_codec_requests.py` holds some of them as golden files.
"""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain.llm import Prompt
from bot.domain.options import OutputFormat, RequestOptions
from bot.domain.pictures.sizes import PictureSize
from bot.llm.offers.data_policy import parse_data_policy
from bot.llm.offers.openai_models import OPENAI_MODELS
from bot.llm.providers import PROVIDERS, ProviderOptions, get_provider
from bot.request.flags import ASPECTS, BACKGROUNDS, EFFORTS, FLAGS, MAX_VARIATIONS, QUALITIES
from tests.support.codecs import DATA_PROMPT, MASKED_PROMPT, PLAIN, PROMPT, build_validator
from tests.support.sdk_types import read_all
from tests.support.strict_schemas import StrictSchemas, load_schemas

VALUES: dict[str, tuple[Any, ...]] = {
    "effort": EFFORTS,
    "show_reasoning": (True, False),
    "max_tokens": (16, 128_000),
    "frequency_penalty": (-2.0, 0.0, 2.0),
    "presence_penalty": (-2.0, 0.0, 2.0),
    "seed": (-(1 << 63), 0, (1 << 63) - 1),
    "stop": (("END",), ("a", "b", "\n", "“")),
    "logit_bias": (((1, -100), (200_000, 100)),),
    "logprobs": (0, 20),
    "output_format": tuple(OutputFormat),
    "text_only": (True, False),
    "size": tuple(PictureSize(*size) for size in [(1, 100), (2048, 1152), (3840, 2160)]),
    "aspect": ASPECTS,
    "quality": QUALITIES,
    "background": BACKGROUNDS,
    "variations": (1, MAX_VARIATIONS),
}
OPTIONS = [RequestOptions(**{name: value}) for name, values in VALUES.items() for value in values]
PROMPTS = (replace(PROMPT, options=RequestOptions()), DATA_PROMPT, MASKED_PROMPT)
POLICY = parse_data_policy("data_collection=deny zdr only=azure,openai ignore=x order=azure/eu")
# OpenRouter's documentation has it ("Reasoning tokens"); its description and its SDK do not.
DOCUMENTED_ONLY = ("$.reasoning.exclude",)


def list_models(name: str) -> list[tuple[ProviderOptions, str]]:
    """Return the models of a provider's row that are requested differently."""
    drawing = [
        (ProviderOptions(drawing_model=one), "") for one in ("gpt-image-1.5", "gpt-image-1-mini")
    ]
    listed = [(ProviderOptions(), model) for model in (*OPENAI_MODELS, "gpt-9")]
    return {
        "openrouter": [(ProviderOptions(data_policy=POLICY), ""), (ProviderOptions(), "x/y")],
        "openai": [*listed, *drawing],
        "openai-chat": [(replace(one, openai_api="chat"), model) for one, model in listed],
        "compatible": [(ProviderOptions(), "qwen3-vl")],
    }[name]


def list_requests(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each request once, with what it is made from; every option with the first model."""
    seen = set[str]()
    for number, (chosen, model) in enumerate(list_models(name)):
        spec = get_provider(name.partition("-")[0], chosen)
        info, codec = spec.describe_model(model or spec.default_model), spec.create_codec(spec.name)
        prompts = [PLAIN, PROMPT, *PROMPTS]
        prompts += [_apply(prompt, one) for prompt in PROMPTS for one in OPTIONS if not number]
        for prompt in prompts:
            body = json.dumps(codec.encode(prompt, info))
            if body not in seen:
                seen.add(body)
                yield f"{info.model} {prompt.options}", json.loads(body)


def _apply(prompt: Prompt, options: RequestOptions) -> Prompt:
    return replace(prompt, options=options, max_tokens=options.max_tokens or prompt.max_tokens)


# A compatible server is asked in OpenAI's words.
KINDS = {
    "openrouter": "openrouter.openapi.yaml#ChatRequest",
    "openai": "openai.openapi.yaml#CreateResponse",
    "openai-chat": "openai.openapi.yaml#CreateChatCompletionRequest",
    "compatible": "openai.openapi.yaml#CreateChatCompletionRequest",
}


def test_every_flag_is_among_the_options() -> None:
    assert {flag.option for flag in FLAGS.values()} == set(VALUES)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_request_fits_the_description_and_has_no_field_more(kind: str, specs: Path) -> None:
    file, _, name = KINDS[kind].partition("#")
    validator, schemas = build_validator(specs / file, name), load_schemas(specs / file)
    for made_from, body in list_requests(kind):
        problem = next(validator.iter_errors(body), None)
        assert problem is None, (made_from, problem)
        unknown = set(schemas.list_unknown_fields(name, body)) - set(DOCUMENTED_ONLY)
        assert not unknown, made_from


def test_a_wrong_field_is_found_wherever_it_stands(kind: str, specs: Path) -> None:
    file, _, name = KINDS[kind].partition("#")
    schemas: StrictSchemas = load_schemas(specs / file)
    found = 0
    for _, body in list_requests(kind):
        for number in range(len(list(_list_objects(body, "$")))):
            if found > 60:
                return
            changed = copy.deepcopy(body)
            place, target = list(_list_objects(changed, "$"))[number]
            target["unheard_of"] = 1
            assert f"{place}.unheard_of" in schemas.list_unknown_fields(name, changed)
            found += 1
    assert found > 10


def _list_objects(value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object but those of which people choose the fields."""
    if isinstance(value, dict):
        yield place, value
        for name, inner in value.items():
            if name not in ("schema", "logit_bias", "image_config"):
                yield from _list_objects(inner, f"{place}.{name}")
    for number, inner in enumerate(value if isinstance(value, list) else ()):
        yield from _list_objects(inner, f"{place}[{number}]")


def test_every_request_fits_the_types_of_the_sdk_to_the_last_field(kind: str) -> None:
    with warnings.catch_warnings():
        # What the SDKs warn of at import is theirs to mend.
        warnings.simplefilter("ignore")
        chat = pytest.importorskip("openai.types.chat.completion_create_params")
        responses = pytest.importorskip("openai.types.responses.response_create_params")
        components = pytest.importorskip("openrouter.components")
    types: dict[str, Any] = {
        "openrouter": components.ChatRequest,
        "openai": responses.ResponseCreateParamsStreaming,
    }
    adapter = TypeAdapter(types.get(kind, chat.CompletionCreateParamsStreaming))
    for made_from, body in list_requests(kind):
        if kind == "openrouter":
            body.get("reasoning", {}).pop("exclude", None)
            read = adapter.validate_python(body)
            read = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
        else:
            read = read_all(adapter.validate_python(body))
        # What a type does not know, it leaves out.
        assert read == body, made_from
    assert set(PROVIDERS) == {name.partition("-")[0] for name in KINDS}
