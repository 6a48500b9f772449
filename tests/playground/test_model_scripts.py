"""Scripted responses of the played model: exact bytes, refusals, breaks and silence."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.wire import MODEL, build_error

CHAT_PATH = "/chat/completions"


def build_request(content: str = "say hi") -> dict[str, Any]:
    messages = [{"role": "user", "content": content}]
    return {"model": MODEL, "messages": messages, "modalities": ["text"], "stream": True}


async def test_a_script_is_sent_as_it_is_and_once(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"data: \xff", b"\xfe\n\n")
    scripted = await http.post(CHAT_PATH, json=build_request())
    assert (scripted.status_code, scripted.content) == (200, b"data: \xff\xfe\n\n")
    assert scripted.headers["Content-Type"] == "text/event-stream"
    assert scripted.headers["X-Generation-Id"]
    assert b"[DONE]" in (await http.post(CHAT_PATH, json=build_request())).content


async def test_scripts_are_followed_in_order_and_every_request_is_kept(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"one")
    played.fail(503, build_error(503, "no"))
    answers = [await http.post(CHAT_PATH, json=build_request(f"say {n}")) for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 503, 200]
    contents = [request["messages"][0]["content"] for request in played.requests]
    assert contents == ["say 0", "say 1", "say 2"]


async def test_what_was_scripted_is_not_billed(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"data: [DONE]\n\n")
    await http.post(CHAT_PATH, json=build_request())
    assert played.bills == {}


async def test_a_script_waits_for_a_caller_with_the_key(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"mine")
    stranger = await http.post(
        CHAT_PATH, json=build_request(), headers={"Authorization": "Bearer x"}
    )
    assert stranger.status_code == 401
    assert (await http.post(CHAT_PATH, json=build_request())).content == b"mine"


async def test_a_failure_is_json_with_its_wait(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.fail(429, build_error(429, "slow down"), retry_after="7")
    answer = await http.post(CHAT_PATH, json=build_request())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"error": {"code": 429, "message": "slow down"}}


async def test_a_failure_can_be_a_gateways_page(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.fail(524, "<html>A timeout occurred</html>")
    answer = await http.post(CHAT_PATH, json=build_request())
    assert (answer.status_code, answer.text) == (524, "<html>A timeout occurred</html>")
    assert answer.headers["Content-Type"] == "text/html" and "Retry-After" not in answer.headers


async def test_a_script_may_name_status_type_and_headers(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    headers = {"X-Generation-Id": "gen-mine"}
    played.script(b"{}", status=200, content_type="application/json", headers=headers)
    answer = await http.post(CHAT_PATH, json=build_request())
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Generation-Id"] == "gen-mine"


async def test_a_drop_breaks_off_after_what_was_sent(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"data: half", drop=True)
    received = b""
    with pytest.raises(httpx.RemoteProtocolError):
        async with http.stream("POST", CHAT_PATH, json=build_request()) as answer:
            async for piece in answer.aiter_raw():
                received += piece
    assert received == b"data: half"


async def test_a_stall_keeps_silent_after_what_was_sent(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b": waiting\n\n", stall=True)
    async with http.stream("POST", CHAT_PATH, json=build_request()) as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b": waiting\n\n"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(pieces), 0.1)


async def test_the_playground_can_be_left_while_a_request_is_stalled() -> None:
    async with PlayedModel() as played:
        played.script(b": waiting\n\n", stall=True)
        headers = {"Authorization": f"Bearer {played.api_key}"}
        client = httpx.AsyncClient(
            base_url=played.base_url, headers=headers, trust_env=False, timeout=60
        )
        sending = client.build_request("POST", CHAT_PATH, json=build_request())
        answer = await client.send(sending, stream=True)
        assert await anext(answer.aiter_raw()) == b": waiting\n\n"
    await answer.aclose()
    await client.aclose()


async def test_a_delay_is_before_the_first_byte(
    http: httpx.AsyncClient, played: PlayedModel
) -> None:
    played.script(b"late", delay=600)
    with pytest.raises(httpx.ReadTimeout):
        await http.post(CHAT_PATH, json=build_request(), timeout=httpx.Timeout(60, read=0.1))
    played.script(b"late", delay=0.05)
    started_at = asyncio.get_running_loop().time()
    assert (await http.post(CHAT_PATH, json=build_request())).content == b"late"
    assert asyncio.get_running_loop().time() - started_at >= 0.05
