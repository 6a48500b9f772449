"""How the played Slack delivers events: connections, deadlines, redelivery."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules

GENERAL = "C0GENERAL"
NO_RETRY_DELAYS = (0.0, 0.0, 0.0)
# Tests acknowledge never, with a short deadline, or at once, with a deadline for a busy machine.
IMPATIENT_RULES = Rules(ack_seconds=0.03, retry_after=NO_RETRY_DELAYS)
PATIENT_RULES = Rules(ack_seconds=20.0, retry_after=NO_RETRY_DELAYS, share_delay=0.0)

Frame = dict[str, Any]


class PlainSocket:
    """One plain Socket Mode connection that acknowledges only on demand."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection

    async def receive(self) -> Frame:
        frame = await self._connection.receive_json(timeout=60)
        assert isinstance(frame, dict)
        return frame

    async def acknowledge(self, frame: Frame) -> None:
        await self._connection.send_json({"envelope_id": frame["envelope_id"]})

    async def send_text(self, text: str) -> None:
        await self._connection.send_str(text)

    async def wait_until_ended(self) -> None:
        """Read on to the end: what was not acknowledged may come again before it."""
        ends = aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED
        while (await self._connection.receive(timeout=60)).type not in ends:
            pass


@asynccontextmanager
async def connect(slack: PlayedSlack) -> AsyncIterator[PlainSocket]:
    client = AsyncWebClient(base_url=slack.api_url)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as connection:
        socket = PlainSocket(connection)
        assert (await socket.receive())["type"] == "hello"
        yield socket


async def test_an_envelope_carries_the_body_and_a_first_retry_number_of_zero() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, connect(slack) as socket:
        await slack.post_as_person(GENERAL, "hello")
        frame = await socket.receive()
        await socket.acknowledge(frame)
        await slack.wait_until_quiet()
        (delivery,) = slack.deliveries
    assert frame["type"] == "events_api" and frame["payload"] == delivery.body
    assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
    assert frame["accepts_response_payload"] is False
    assert delivery.acknowledged.is_set() and delivery.attempts == 1


async def test_an_event_nobody_acknowledges_comes_four_times_and_no_more() -> None:
    async with PlayedSlack(IMPATIENT_RULES) as slack, connect(slack) as socket:
        await slack.post_as_person(GENERAL, "hello")
        frames = [await socket.receive() for _ in range(4)]
        await slack.wait_until_quiet()
        (delivery,) = slack.deliveries
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4
    assert not delivery.acknowledged.is_set() and delivery.attempts == 4


@pytest.mark.parametrize("noise", ["", "{", "{}", '{"envelope_id":null}', '{"envelope_id":"x"}'])
async def test_a_frame_that_acknowledges_nothing_changes_nothing(noise: str) -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, connect(slack) as socket:
        await slack.post_as_person(GENERAL, "hello")
        frame = await socket.receive()
        await socket.send_text(noise)
        await socket.acknowledge(frame)
        await slack.wait_until_quiet()
        assert slack.deliveries[0].attempts == 1


async def test_events_wait_for_a_connection() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack:
        await slack.post_as_person(GENERAL, "while nobody listened")
        async with connect(slack) as socket:
            frame = await socket.receive()
            assert frame["payload"]["event"]["text"] == "while nobody listened"
            await socket.acknowledge(frame)
            await slack.wait_until_quiet()


async def test_each_event_goes_to_one_of_the_connections() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, connect(slack) as one, connect(slack) as two:
        await slack.post_as_person(GENERAL, "first")
        await slack.post_as_person(GENERAL, "second")
        frames = [await one.receive(), await two.receive()]
        texts = {frame["payload"]["event"]["text"] for frame in frames}
        assert texts == {"first", "second"}
        await asyncio.gather(one.acknowledge(frames[0]), two.acknowledge(frames[1]))
        await slack.wait_until_quiet()


async def test_what_a_lost_connection_did_not_acknowledge_comes_on_the_next() -> None:
    # On a busy machine the acknowledgement may come during a later attempt.
    async with PlayedSlack(Rules(ack_seconds=0.2, retry_after=(0.0,) * 100)) as slack:
        async with connect(slack) as lost:
            await slack.post_as_person(GENERAL, "hello")
            await lost.receive()
            await slack.socket.cut()
            await lost.wait_until_ended()
        async with connect(slack) as socket:
            again = await socket.receive()
            await socket.acknowledge(again)
            assert again["retry_attempt"] >= 1 and again["retry_reason"] == "timeout"
            await slack.wait_until_quiet()
        assert slack.deliveries[0].acknowledged.is_set()


async def test_ten_connections_are_the_most() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, aiohttp.ClientSession() as session:
        addresses = [slack.socket.issue_address(slack.origin) for _ in range(11)]
        sockets = [await session.ws_connect(address) for address in addresses[:10]]
        numbers = [(await socket.receive_json())["num_connections"] for socket in sockets]
        assert numbers == list(range(1, 11))
        one_more = await session.ws_connect(addresses[10])
        assert (await one_more.receive_json())["reason"] == "too_many_websockets"


async def test_an_address_is_for_one_handshake() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, aiohttp.ClientSession() as session:
        slack.socket.fail(status=503)
        refused = slack.socket.issue_address(slack.origin)
        used = slack.socket.issue_address(slack.origin)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(refused)
        async with session.ws_connect(used) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        for address in (refused, used, used.partition("?")[0]):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(address)


async def test_connections_can_be_refused_for_a_while() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack:
        slack.socket.refuses = True
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with connect(slack):
                pass
        slack.socket.refuses = False
        async with connect(slack):
            assert len(slack.socket.sockets) == 1


async def test_a_refresh_tells_every_connection_why() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack, connect(slack) as one, connect(slack) as two:
        await slack.socket.refresh("warning")
        for socket in (one, two):
            frame = await socket.receive()
            assert (frame["type"], frame["reason"]) == ("disconnect", "warning")
