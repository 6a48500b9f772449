"""A schema that is refused is told to the model in words, and the answer stays without pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.domain.llm import (
    JsonSchema,
    Prompt,
)
from bot.domain.model_info import list_unsupported
from bot.domain.options import OutputFormat, RequestOptions
from bot.llm import errors
from bot.playground.model import PlayedModel
from bot.prompt.estimate import compute_cost_ceiling
from tests.support.codecs import ALL_OPTIONS, PLAIN
from tests.support.retrying_models import ask, build_model, refuse


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
