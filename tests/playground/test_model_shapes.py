"""The played model's responses fit OpenRouter's own schema and recorded responses."""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.playground.model import PlayedModel
from bot.playground.model.wire import DONE_EVENT, ENTRY, MODEL, PROCESSING_COMMENT
from tests.support.easel import build_png

CHAT_PATH = "/chat/completions"
PICTURE_URL = "data:image/png;base64," + base64.b64encode(build_png()).decode()


@functools.cache
def load_specification(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    spec: dict[str, Any] = yaml.load(path.read_text(), loader)
    return spec


def check_schema(specs: Path, name: str, value: object) -> None:
    """Raise `ValidationError` if `value` does not fit the provider's schema `name`."""
    spec = load_specification(specs / "openrouter.openapi.yaml")
    schema = {**spec, "$ref": f"#/components/schemas/{name}"}
    Draft202012Validator(schema).validate(value)


def build_request(text: str, *, stream: bool = True, **more: Any) -> dict[str, Any]:
    content = [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": PICTURE_URL, "detail": "high"}},
    ]
    return {
        "model": MODEL,
        "messages": [{"role": "user", "content": content}],
        "modalities": ["image", "text"],
        "max_tokens": 8192,
        "stream": stream,
        **more,
    }


def remove_costs(answer: dict[str, Any]) -> dict[str, Any]:
    """Remove the split of the cost, which is a known difference from the schema."""
    if "usage" not in answer:
        return answer
    return {**answer, "usage": {**answer["usage"], "cost_details": None}}


def read_example(specs: Path, name: str) -> str:
    return (specs / "examples" / name).read_text()


def parse_events(stream: str) -> list[dict[str, Any]]:
    found = (line.removeprefix("data:").strip() for line in stream.splitlines())
    return [json.loads(line) for line in found if line.startswith("{")]


def extract_shape(value: object) -> object:
    """Return the keys of `value` at all levels, without its values."""
    if isinstance(value, dict):
        return {key: extract_shape(inner) for key, inner in value.items()}
    return [extract_shape(inner) for inner in value[:1]] if isinstance(value, list) else None


QUESTIONS = ["what is this?", "make it grey", "draw a red fox", "say hi", "write 40 words"]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_chunk_is_valid_by_the_providers_schema(
    http: httpx.AsyncClient, specs: Path, question: str
) -> None:
    body = build_request(question)
    check_schema(specs, "ChatRequest", body)
    sent = parse_events((await http.post(CHAT_PATH, json=body)).text)
    assert len(sent) >= 3
    for chunk in sent:
        check_schema(specs, "ChatStreamChunk", remove_costs(chunk))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_whole_answers_choice_is_valid_by_the_providers_schema(
    http: httpx.AsyncClient, specs: Path, question: str
) -> None:
    whole = (await http.post(CHAT_PATH, json=build_request(question, stream=False))).json()
    (choice,) = whole["choices"]
    check_schema(specs, "ChatChoice", choice)


async def test_a_stream_with_a_picture_has_the_shape_of_the_example(
    http: httpx.AsyncClient, specs: Path
) -> None:
    known = read_example(specs, "stream_image.synthetic.sse")
    sent = (await http.post(CHAT_PATH, json=build_request("draw a red fox"))).text
    assert known.startswith(PROCESSING_COMMENT.decode()) and sent.startswith(
        PROCESSING_COMMENT.decode()
    )
    assert known.rstrip().endswith(DONE_EVENT.decode().strip()) and sent.endswith(
        DONE_EVENT.decode()
    )
    *_, word, picture, finish, usage = parse_events(sent)
    played_shapes = [extract_shape(word), extract_shape(picture), extract_shape(finish)]
    recorded_events = parse_events(known)
    assert played_shapes == [extract_shape(chunk) for chunk in recorded_events[:3]]
    expected = recorded_events[3]
    assert set(usage) == set(expected)
    assert set(usage["usage"]) == set(expected["usage"])
    for details in ("prompt_tokens_details", "completion_tokens_details", "cost_details"):
        assert set(usage["usage"][details]) <= set(expected["usage"][details])


@pytest.mark.parametrize(
    ("change", "status", "schema"),
    [
        ({"model": "nobody/nothing"}, 400, "BadRequestResponse"),
        ({"tools": [{"type": "function"}]}, 404, "NotFoundResponse"),
        ({"modalities": ["audio"]}, 404, "NotFoundResponse"),
        ({"messages": [{"role": "user"}]}, 400, "BadRequestResponse"),
        ({"max_tokens": 100_000}, 402, "PaymentRequiredResponse"),
    ],
)
async def test_a_refusal_is_valid_by_the_providers_schema(
    http: httpx.AsyncClient,
    played: PlayedModel,
    specs: Path,
    change: dict[str, Any],
    status: int,
    schema: str,
) -> None:
    played.max_affordable_tokens = 9000
    answer = await http.post(CHAT_PATH, json=build_request("hi", **change))
    assert answer.status_code == status
    check_schema(specs, schema, answer.json())


async def test_refusals_of_key_and_size_are_valid_by_the_providers_schema(
    http: httpx.AsyncClient, specs: Path
) -> None:
    stranger = {"Authorization": "Bearer nobody"}
    for path in (CHAT_PATH, "/key"):
        method = "POST" if path == CHAT_PATH else "GET"
        answer = await http.request(method, path, headers=stranger)
        assert answer.status_code == 401
        check_schema(specs, "UnauthorizedResponse", answer.json())
    large = await http.post(CHAT_PATH, content=b" " * (33 * 1024 * 1024))
    assert large.json() == json.loads(read_example(specs, "error_413_spec.json"))
    check_schema(specs, "PayloadTooLargeResponse", large.json())


async def test_recorded_refusals_are_played_to_the_letter(
    http: httpx.AsyncClient, played: PlayedModel, specs: Path
) -> None:
    zod = await http.post(CHAT_PATH, json={"model": MODEL})
    assert zod.json() == json.loads(read_example(specs, "error_400_zod_live_shape.json"))
    played.max_affordable_tokens = 4000
    poor = (await http.post(CHAT_PATH, json=build_request("hi", max_tokens=16384))).json()["error"]
    known = json.loads(read_example(specs, "error_402_live_shape.json"))["error"]
    assert known["message"].startswith(poor["message"])
    assert poor["metadata"]["limit_source"] == known["metadata"]["limit_source"]


def test_the_catalogue_entry_says_what_the_recorded_one_says(specs: Path) -> None:
    known = json.loads(read_example(specs, "models_entry_gpt-5.4-image-2.2026-06.json"))
    assert set(ENTRY) <= set(known)
    same = [key for key in ENTRY if key not in ("pricing", "supported_parameters")]
    assert {key: ENTRY[key] for key in same} == {key: known[key] for key in same}
    assert ENTRY["pricing"].items() <= known["pricing"].items()
    assert set(ENTRY["supported_parameters"]) <= set(known["supported_parameters"])


async def test_the_key_has_fields_of_the_providers_example(
    http: httpx.AsyncClient, specs: Path
) -> None:
    known = json.loads(read_example(specs, "key_200.spec.json"))["data"]
    # The official SDK asks for more than the published example has: it is newer.
    newer = {"allowed_data_regions", "budgets", "effective_budget", "free_model_daily_requests",
             "organization_id", "workspace_id"}  # fmt: skip
    assert set((await http.get("/key")).json()["data"]) <= set(known) | newer
