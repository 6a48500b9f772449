"""The played model refuses what the real provider refuses, and survives any request."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.model import PlayedModel
from bot.playground.model.request import RequestError, parse_request
from bot.playground.model.usage import split_request
from bot.playground.model.wire import DONE_EVENT, MODEL
from tests.support.easel import build_png

CHAT_PATH = "/chat/completions"


def build_request(content: object = "say hi", role: str = "user", **more: Any) -> dict[str, Any]:
    messages = [{"role": role, "content": content}]
    body = {"model": MODEL, "messages": messages, "modalities": ["image", "text"], "stream": True}
    return {**body, **more}


def build_picture_part(data: bytes, kind: str = "png") -> dict[str, Any]:
    url = f"data:image/{kind};base64," + base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": url}}


def build_address_part(value: object) -> dict[str, Any]:
    return {"type": "image_url", "image_url": value}


async def can_answer(http: httpx.AsyncClient) -> bool:
    answer = await http.post(CHAT_PATH, json=build_request("say hi"))
    return answer.status_code == 200 and answer.content.endswith(DONE_EVENT)


@pytest.mark.parametrize("value", [None, "Bearer sk-or-v1-wrong", "sk-or-v1-played", "Bearer"])
async def test_without_the_key_nothing_is_taken_or_billed(
    played: PlayedModel, value: str | None
) -> None:
    headers = {} if value is None else {"Authorization": value}
    async with httpx.AsyncClient(base_url=played.base_url, trust_env=False, timeout=60) as stranger:
        answer = await stranger.post(CHAT_PATH, json=build_request(), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
    assert played.requests == [] and played.bills == {}


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, 404, "tool use"),
        ({"tool_choice": "auto"}, 404, "tool use"),
        ({"modalities": ["audio"]}, 404, "output modalities: audio"),
        ({"modalities": ["text", "audio"]}, 404, "output modalities: text, audio"),
        ({"modalities": ["image"]}, 404, "output modalities: image"),
        ({"model": "openai/gpt-5.4-image-3"}, 400, "gpt-5.4-image-3 is not a valid model ID"),
        ({"messages": []}, 400, "user message"),
        ({"provider": {"only": ["nebius"]}}, 404, "No allowed providers are available"),
        ({"provider": {"ignore": ["openai"]}}, 404, "No allowed providers are available"),
        ({"provider": {"zdr": True}}, 404, "No endpoints found matching your data policy"),
    ],
)
async def test_what_the_model_cannot_do_is_refused(
    http: httpx.AsyncClient, played: PlayedModel, change: dict[str, Any], status: int, words: str
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request(**change))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, status)
    assert words in error["message"]
    assert played.bills == {}


@pytest.mark.parametrize("body", [[], None, "x", 5, {}, {"model": MODEL, "messages": "x"}])
async def test_a_body_of_the_wrong_shape_gets_the_validators_error(
    http: httpx.AsyncClient, body: object
) -> None:
    answer = await http.post(CHAT_PATH, content=json.dumps(body).encode())
    assert answer.status_code == 400
    assert answer.json()["success"] is False and answer.json()["error"]["name"] == "ZodError"


@pytest.mark.parametrize("value", [True, False, "8", 8.5, [8]])
async def test_a_parameter_of_the_wrong_type_is_refused(
    http: httpx.AsyncClient, value: object
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request(max_tokens=value))
    assert answer.status_code == 400 and "max_tokens" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "preferences",
    ["deny", [], {"region": "eu"}, {"data_collection": "no"}, {"zdr": "true"}, {"only": "azure"},
     {"order": [7]}],
)  # fmt: skip
async def test_preferences_that_openrouter_does_not_know_are_refused(
    http: httpx.AsyncClient, preferences: object
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request(provider=preferences))
    assert answer.status_code == 400 and "provider" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe\x00", b"1" * 5000, b"[" * 100_000, b'{"messages": [}', b"--x\r\n"]
)
async def test_a_body_that_is_no_json_is_refused_in_plain_text(
    http: httpx.AsyncClient, raw: bytes
) -> None:
    answer = await http.post(CHAT_PATH, content=raw)
    assert (answer.status_code, answer.text) == (400, "Malformed JSON in request body")
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_a_body_that_is_too_large_is_refused(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    answer = await http.post(CHAT_PATH, content=b'"' + b"x" * (32 * 1024 * 1024) + b'"')
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, 413)
    assert played.requests == []
    assert await can_answer(http)


async def test_pictures_are_only_for_people_to_send(http: httpx.AsyncClient) -> None:
    for role in ("assistant", "system"):
        body = build_request([build_picture_part(build_png())], role=role)
        body["messages"].append({"role": "user", "content": "and now?"})
        answer = await http.post(CHAT_PATH, json=body)
        message = answer.json()["error"]["message"]
        assert answer.status_code == 400
        assert "only allowed for messages with role 'user'" in message and role in message


@pytest.mark.parametrize(
    "part",
    [
        build_picture_part(b"not a picture"),
        build_picture_part(b""),
        build_picture_part(build_png(kind="BMP"), "bmp"),
        build_picture_part(build_png(kind="TIFF"), "tiff"),
        build_address_part({"url": "https://files.slack.com/a.png"}),
        build_address_part({"url": "data:image/png;base64,%%%%"}),
        build_address_part({"url": "data:image/png;base64,ü"}),
        build_address_part(
            {"url": "data:text/plain;base64," + base64.b64encode(build_png()).decode()}
        ),
        build_address_part({"url": None}),
        build_address_part("data:image/png;base64,AAAA"),
        build_address_part(None),
        {"type": "image_url"},
    ],
)
async def test_a_picture_that_cannot_be_read_is_refused(
    http: httpx.AsyncClient, part: dict[str, Any]
) -> None:
    answer = await http.post(
        CHAT_PATH, json=build_request([{"type": "text", "text": "look"}, part])
    )
    assert answer.status_code == 400
    assert "unsupported image" in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_the_four_kinds_of_pictures_are_taken(http: httpx.AsyncClient, kind: str) -> None:
    content = [
        {"type": "text", "text": "what is this?"},
        build_picture_part(build_png(kind=kind), kind.lower()),
    ]
    answer = await http.post(CHAT_PATH, json=build_request(content, stream=False))
    assert f"{kind} picture of **64 × 48**" in answer.json()["choices"][0]["message"]["content"]


async def test_more_tokens_than_one_can_afford_are_refused_with_the_number(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.max_affordable_tokens = 4000
    answer = await http.post(CHAT_PATH, json=build_request(max_tokens=16384))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (402, 402)
    assert "up to 16384 tokens, but can only afford 4000" in error["message"]
    assert error["metadata"]["limit_source"] == "openrouter_credits"
    assert played.bills == {}
    assert (await http.post(CHAT_PATH, json=build_request(max_tokens=4000))).status_code == 200
    # Without a limit the provider reserves the longest answer the model can give.
    unlimited = await http.post(CHAT_PATH, json=build_request())
    assert "up to 128000 tokens" in unlimited.json()["error"]["message"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        5,
        [],
        {},
        {"role": "user"},
        {"role": "user", "content": None},
        {"role": "user", "content": 5},
        {"role": "user", "content": {"text": "x"}},
        {"role": "user", "content": [None, 1, "x"]},
        {"role": [], "content": "x"},
        {"role": "tool", "content": "x"},
    ],
)
async def test_a_message_of_the_wrong_shape_is_refused_by_its_number(
    http: httpx.AsyncClient, message: object
) -> None:
    body = build_request()
    body["messages"].append(message)
    answer = await http.post(CHAT_PATH, json=body)
    assert answer.status_code == 400 and "messages[1]" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[Pictures, in order: 1. a.png]",
        "x" * 300_000,
        "draw " + "fox " * 20_000,
        'draw a fox "' + "日本語" * 20 + '"',
        "{question} %s \\N{BULLET} \x00 \u2028 <!channel>",
        [{"type": "text", "text": 5}, {"type": "text"}, {"type": "file"}, {}],
        [
            {"type": "text", "text": "add the words “hi”, crop, half, blur"},
            build_picture_part(build_png((1, 1))),
        ],
        [{"type": "text", "text": "write “hello” on it"}, build_picture_part(build_png((4000, 1)))],
    ],
)
async def test_odd_questions_are_answered_to_the_end(
    http: httpx.AsyncClient, content: object
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request(content))
    assert answer.status_code == 200 and answer.content.endswith(DONE_EVENT)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
parts = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["text", "image_url"]), "text": anything}
)
messages = st.lists(
    anything
    | st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant"])},
        optional={"content": anything | st.lists(parts | anything)},
    )
)


@settings(max_examples=150, deadline=None)
@given(
    messages=anything | messages,
    modalities=st.just(["text"]) | anything,
    more=st.dictionaries(st.sampled_from(["model", "tools", "tool_choice"]), anything, max_size=1),
)
def test_any_request_is_understood_or_refused(messages: Any, modalities: Any, more: Any) -> None:
    body = {"model": MODEL, "messages": messages, "modalities": modalities, **more}
    try:
        played_request = parse_request(body)
    except RequestError as refused:
        assert 400 <= refused.status < 500
        assert json.dumps(refused.body)
    else:
        assert isinstance(played_request.question, str)
        assert all(tokens >= 0 for _, tokens in split_request(body))
