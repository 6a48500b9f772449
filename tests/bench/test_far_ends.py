"""The light far ends of the bench, used as a program uses them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bench.far_ends.ends import TOKENS, FarEnds


@dataclass(slots=True)
class Client:
    """A program that is connected to the far ends."""

    ends: FarEnds
    session: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    reports: list[dict[str, Any]]

    async def receive(self, count: int) -> list[dict[str, Any]]:
        """Receive envelopes and acknowledge them."""
        envelopes = [await self.socket.receive_json() for _ in range(count)]
        for envelope in envelopes:
            await self.socket.send_json({"envelope_id": envelope["envelope_id"]})
        return [envelope["payload"]["event"] for envelope in envelopes]

    async def ask_model(self, question: str) -> str:
        body = {"messages": [{"role": "user", "content": question}]}
        async with self.session.post("/api/v1/chat/completions", json=body) as response:
            lines = (await response.text()).split("\n\n")
        chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
        choices = [choice for chunk in chunks for choice in chunk["choices"]]
        return "".join(choice["delta"]["content"] for choice in choices)

    async def call(self, method: str, **args: str) -> dict[str, Any]:
        async with self.session.post(f"/api/{method}", data=args) as response:
            answer: dict[str, Any] = await response.json()
        return answer


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    reports: list[dict[str, Any]] = []
    async with (
        FarEnds(reports.append) as ends,
        aiohttp.ClientSession(f"http://127.0.0.1:{ends.port}") as session,
    ):
        async with session.post("/api/apps.connections.open") as response:
            address = (await response.json())["url"]
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            yield Client(ends, session, socket, reports)


async def test_a_question_is_recorded_from_its_event_to_its_last_call(client: Client) -> None:
    asking = asyncio.create_task(client.ends.run_command("ask", [2]))
    mentions = [event for event in await client.receive(4) if event["type"] == "app_mention"]
    for event in mentions:
        words = await client.ask_model(event["text"])
        assert len(words.split()) == TOKENS
        place = {"channel": event["channel"], "thread_ts": event["ts"]}
        reply = await client.call("chat.startStream", **place, markdown_text=words)
        assert not asking.done(), "the stream is open"
        await client.call("chat.stopStream", channel=event["channel"], ts=reply["ts"])
    for record in (await asking)["records"]:
        times = [record[name] for name in ("sent_at", "requested_at", "ended_at", "answered_at")]
        assert times == sorted(times) and times[0] > 0
        assert record["sent_at"] < record["acked_at"]


async def test_easels_own_messages_come_back_as_events(client: Client) -> None:
    asking = asyncio.create_task(client.ends.run_command("ask", [1]))
    mention, _ = await client.receive(2)
    place = {"channel": mention["channel"], "thread_ts": mention["ts"]}
    words = await client.ask_model(mention["text"])
    reply = await client.call("chat.postMessage", **place, markdown_text=words)
    [echo] = await client.receive(1)
    assert (echo["ts"], echo["thread_ts"]) == (reply["ts"], mention["ts"])
    assert echo["user"] == "U0EASEL" and echo["bot_id"]
    await asking


async def test_stored_questions_are_answered_when_the_model_answers_again(client: Client) -> None:
    storing = asyncio.create_task(client.ends.run_command("store", 2))
    mentions = [event for event in await client.receive(4) if event["type"] == "app_mention"]
    await storing
    waiting = asyncio.create_task(client.ask_model(mentions[0]["text"]))
    finishing = asyncio.create_task(client.ends.run_command("finish", 0))
    await asyncio.sleep(0)  # until the command has begun
    assert client.reports == [] and not waiting.done()
    for event in mentions:
        place = {"channel": event["channel"], "thread_ts": event["ts"]}
        words = await client.ask_model(event["text"])
        await client.call("chat.postMessage", **place, markdown_text=words)
    assert [list(report) for report in client.reports] == [["started"]]
    assert all(record["requested_at"] for record in (await finishing)["records"])
    waiting.cancel()


async def test_events_go_to_the_open_sockets_in_turn(client: Client) -> None:
    async with client.session.ws_connect("/socket") as second:
        assert (await second.receive_json())["type"] == "hello"
        assert await client.ends.run_command("connect", 2) == {"connected": 2}
        asking = asyncio.create_task(client.ends.run_command("store", 2))
        here = await client.receive(2)
        there = await Client(client.ends, client.session, second, []).receive(2)
        await asking
    events = {(event["type"], event["ts"]) for event in [*here, *there]}
    assert len(events) == 4, "each view of each question once"


async def test_a_slow_model_answers_late(client: Client) -> None:
    await client.ends.run_command("pause", 0.05)
    asking = asyncio.create_task(client.ends.run_command("ask", [1]))
    mention, _ = await client.receive(2)
    words = await client.ask_model(mention["text"])
    place = {"channel": mention["channel"], "thread_ts": mention["ts"]}
    await client.call("chat.postMessage", **place, text=words)
    [record] = (await asking)["records"]
    assert record["ended_at"] - record["requested_at"] >= 0.05
