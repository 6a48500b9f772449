"""The played model over HTTP: how it streams, names and bills an answer."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from PIL import Image

from bot.playground.model import PlayedModel
from bot.playground.model.wire import DONE_EVENT, MODEL, PROCESSING_COMMENT
from tests.support.easel import build_png

CHAT_PATH = "/chat/completions"
TEXT_PRICES = Decimal("0.000008"), Decimal("0.000015")
IMAGE_PRICE = Decimal("0.00003")


def open_client(played: PlayedModel) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {played.api_key}"}
    return httpx.AsyncClient(base_url=played.base_url, headers=headers, trust_env=False, timeout=60)


def build_request(content: object, **more: Any) -> dict[str, Any]:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": content},
    ]
    body = {"model": MODEL, "messages": messages, "modalities": ["image", "text"], "stream": True}
    return {**body, **more}


def build_picture_content(text: str, data: bytes) -> list[dict[str, Any]]:
    url = "data:image/png;base64," + base64.b64encode(data).decode()
    return [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]


def parse_chunks(body: str) -> list[dict[str, Any]]:
    found = [json.loads(block[6:]) for block in body.split("\n\n") if block.startswith("data: {")]
    assert all(isinstance(chunk, dict) for chunk in found)
    return found


def list_deltas(body: str) -> list[dict[str, Any]]:
    return [choice["delta"] for chunk in parse_chunks(body) for choice in chunk["choices"]]


def join_text(body: str) -> str:
    return "".join(delta["content"] for delta in list_deltas(body))


def decode_pictures(body: str) -> list[bytes]:
    found = [image for delta in list_deltas(body) for image in delta.get("images", [])]
    urls = [image["image_url"]["url"] for image in found]
    assert all(url.startswith("data:image/png;base64,") for url in urls)
    return [base64.b64decode(url.partition(",")[2], validate=True) for url in urls]


@pytest.mark.parametrize("count", [0, 2])
async def test_words_come_with_their_log_probabilities_where_these_are_wanted(
    http: httpx.AsyncClient, count: int
) -> None:
    wanted = build_request("say one two", logprobs=True, top_logprobs=count)
    answer = await http.post(CHAT_PATH, json=wanted)
    told = [chunk["choices"][0]["logprobs"] for chunk in parse_chunks(answer.text)[:-1]]
    tokens = [token for one in told if one for token in one["content"]]
    assert [token["token"] for token in tokens] == ["one ", "two"]
    assert all(len(token["top_logprobs"]) == count for token in tokens)
    whole = await http.post(CHAT_PATH, json={**wanted, "stream": False})
    assert whole.json()["choices"][0]["logprobs"]["content"] == tokens
    plain = await http.post(CHAT_PATH, json=build_request("say one two"))
    assert not any(chunk["choices"][0]["logprobs"] for chunk in parse_chunks(plain.text)[:-1])


async def test_an_answer_is_a_comment_words_a_finish_its_usage_and_the_end(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request("say one two three"))
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.content.startswith(PROCESSING_COMMENT) and answer.content.endswith(DONE_EVENT)
    chunks = parse_chunks(answer.text)
    assert [delta["content"] for delta in list_deltas(answer.text)] == ["one ", "two ", "three", ""]
    finishes = [chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]]
    assert finishes == [None, None, None, "stop"]
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["cost"] > 0
    assert all("usage" not in chunk for chunk in chunks[:-1])


async def test_every_chunk_carries_the_generation_named_in_the_header(
    http: httpx.AsyncClient,
) -> None:
    first, second = [await http.post(CHAT_PATH, json=build_request("say hi")) for _ in range(2)]
    name = first.headers["X-Generation-Id"]
    assert {chunk["id"] for chunk in parse_chunks(first.text)} == {name}
    assert second.headers["X-Generation-Id"] != name


async def test_the_generation_is_named_before_anything_is_said_or_billed() -> None:
    async with (
        PlayedModel(first_delay=600) as played,
        open_client(played) as http,
        http.stream("POST", CHAT_PATH, json=build_request("say hi")) as answer,
    ):
        assert answer.headers["X-Generation-Id"].startswith("gen-")
        assert await anext(answer.aiter_raw()) == PROCESSING_COMMENT
        assert played.bills == {}


async def test_words_can_be_watched_as_they_come() -> None:
    async with (
        PlayedModel(token_delay=0.01) as played,
        open_client(played) as http,
        http.stream("POST", CHAT_PATH, json=build_request("say one two three")) as answer,
    ):
        pieces = [piece async for piece in answer.aiter_raw()]
        assert len(pieces) >= 6  # the comment, three words, the finish, the usage and the end
        assert join_text(b"".join(pieces).decode()) == "one two three"


async def test_a_picture_comes_whole_in_one_chunk_after_the_text(http: httpx.AsyncClient) -> None:
    answer = await http.post(CHAT_PATH, json=build_request("draw a red fox"))
    (data,) = decode_pictures(answer.text)
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    carrying = [bool(delta.get("images")) for delta in list_deltas(answer.text)]
    assert carrying.count(True) == 1 and carrying.index(True) == len(carrying) - 2
    assert join_text(answer.text).startswith("Here it is")


async def test_the_cost_is_the_tokens_at_the_models_prices(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request("draw a red fox"))
    usage = parse_chunks(answer.text)[-1]["usage"]
    images = usage["completion_tokens_details"]["image_tokens"]
    text = usage["completion_tokens"] - images
    cost = usage["prompt_tokens"] * TEXT_PRICES[0] + text * TEXT_PRICES[1] + images * IMAGE_PRICE
    assert images == 1290 and text > 0
    assert Decimal(str(usage["cost"])) == cost
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert played.bills == {answer.headers["X-Generation-Id"]: cost}


async def test_more_text_and_pictures_take_more_prompt_tokens(http: httpx.AsyncClient) -> None:
    bodies = [
        build_request("hi"),
        build_request("hi " * 400),
        build_request(build_picture_content("hi", build_png((640, 640)))),
    ]
    answers = [await http.post(CHAT_PATH, json=body) for body in bodies]
    sizes = [parse_chunks(answer.text)[-1]["usage"]["prompt_tokens"] for answer in answers]
    assert sizes == sorted(set(sizes))
    assert sizes[1] - sizes[0] == pytest.approx(300, abs=5)


async def test_without_streaming_the_same_answer_comes_at_once(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    streamed = await http.post(CHAT_PATH, json=build_request("draw a red fox"))
    answer = await http.post(CHAT_PATH, json=build_request("draw a red fox", stream=False))
    whole = answer.json()
    message = whole["choices"][0]["message"]
    assert message["content"] == join_text(streamed.text)
    url = message["images"][0]["image_url"]["url"]
    assert base64.b64decode(url.partition(",")[2]) == decode_pictures(streamed.text)[0]
    assert whole["usage"]["cost"] == parse_chunks(streamed.text)[-1]["usage"]["cost"]
    assert whole["id"] == answer.headers["X-Generation-Id"] and whole["id"] in played.bills
    text_answer = await http.post(CHAT_PATH, json=build_request("say hi", stream=False))
    assert "images" not in text_answer.json()["choices"][0]["message"]


async def test_what_is_sent_is_what_is_changed_and_described(http: httpx.AsyncClient) -> None:
    sent = build_png((40, 30), (200, 30, 30))
    seen = await http.post(
        CHAT_PATH, json=build_request(build_picture_content("what is this?", sent))
    )
    assert "**40 × 30**" in join_text(seen.text) and "red" in join_text(seen.text)
    changed = await http.post(
        CHAT_PATH, json=build_request(build_picture_content("make it grey", sent))
    )
    with Image.open(io.BytesIO(decode_pictures(changed.text)[0])) as picture:
        red, green, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc] # RGB
    assert picture.size == (40, 30) and red == green == blue


async def test_earlier_turns_are_remembered_within_the_request(http: httpx.AsyncClient) -> None:
    body = build_request("and now?")
    history = [
        {"role": "user", "content": "my name is Ada"},
        {"role": "assistant", "content": "Hello, Ada."},
    ]
    body["messages"][1:1] = history
    answer = await http.post(CHAT_PATH, json=body)
    assert "my name is Ada" in join_text(answer.text)


async def test_a_bill_can_be_looked_up_by_its_generation(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    answer = await http.post(CHAT_PATH, json=build_request("say hi"))
    name = answer.headers["X-Generation-Id"]
    found = await http.get("/generation", params={"id": name})
    assert Decimal(str(found.json()["data"]["total_cost"])) == played.bills[name]
    unknown = await http.get("/generation", params={"id": "gen-nobody"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, 404)


@pytest.mark.parametrize("query", ["", "?output_modalities=image", "?output_modalities=all"])
async def test_the_catalogue_lists_the_model(http: httpx.AsyncClient, query: str) -> None:
    (entry,) = (await http.get(f"/models{query}")).json()["data"]
    assert entry["id"] == MODEL
    prices = entry["pricing"]
    assert (Decimal(prices["prompt"]), Decimal(prices["completion"])) == TEXT_PRICES


async def test_the_key_can_be_asked_for_with_the_key_only(http: httpx.AsyncClient) -> None:
    assert (await http.get("/key")).json()["data"]["label"].startswith("sk-or-v1-")
    refused = await http.get("/key", headers={"Authorization": "Bearer sk-or-v1-wrong"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, 401)


async def test_many_at_once_each_get_their_own_answer(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    bodies = [build_request(f"say number {number}") for number in range(40)]
    answers = await asyncio.gather(*(http.post(CHAT_PATH, json=body) for body in bodies))
    assert [join_text(answer.text) for answer in answers] == [f"number {n}" for n in range(40)]
    assert len(played.bills) == len(played.requests) == 40
