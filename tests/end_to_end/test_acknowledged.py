"""Whatever Slack sends, over Socket Mode and HTTP: it is acknowledged, and Easel goes on."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import StoreError
from bot.playground.slack import PlayedSlack
from bot.playground.slack.delivery import Delivery, sign_request
from bot.queue.worker import Worker
from handlers.dispatch import NO_COMMANDS_MESSAGE
from handlers.shortcuts import UNREADABLE_MESSAGE
from handlers.unhandled import UNKNOWN_SHORTCUT_MESSAGE
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, run_easel, run_http_easel
from tests.support.patience import lose_patience
from tests.support.payloads import BASIC_PAYLOADS, COMMAND, Payload, build_body, mutate

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@asynccontextmanager
async def run_over(
    transport: str, folder: Path, **settings: Any
) -> AsyncIterator[tuple[EaselEnvironment, PlayedSlack]]:
    """Run Easel; yield it, and the Slack that sends it events over `transport`."""
    if transport == "socket":
        async with run_easel(folder, **settings) as easel:
            yield easel, easel.slack
        return
    async with run_http_easel(folder, **settings) as running:
        yield running


async def check_it_goes_on(easel: EaselEnvironment, sender: PlayedSlack) -> None:
    """A question that comes in the same way is answered."""
    before = len(easel.model.requests)
    await sender.post_as_person(GENERAL, f"{MENTION} say hello")
    await sender.wait_until_quiet()
    await easel.service.wait_until_idle()
    assert len(easel.model.requests) == before + 1


def send_all(sender: PlayedSlack, payloads: list[Payload]) -> list[Delivery]:
    return [sender.send_body(payload, kind=kind) for kind, payload in payloads]


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_payload_of_every_kind_is_acknowledged_the_first_time(
    tmp_path: Path, transport: str, out: io.StringIO
) -> None:
    unknown: list[Payload] = [("something_new", {}), ("something_new", None), ("", {"type": "x"})]
    async with run_over(transport, tmp_path) as (easel, sender):
        deliveries = send_all(sender, [*BASIC_PAYLOADS, *unknown])
        await sender.wait_until_quiet()
        late = [delivery for delivery in deliveries if delivery.attempts != 1]
        assert [(delivery.kind, delivery.body, delivery.status) for delivery in late] == []
        await check_it_goes_on(easel, sender)
    assert "Traceback" not in out.getvalue() and '"exception"' not in out.getvalue()


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_odd_payloads_are_acknowledged_the_first_time(
    tmp_path: Path, transport: str, out: io.StringIO
) -> None:
    changed = [(kind, odd) for kind, payload in BASIC_PAYLOADS for odd in mutate(payload)]
    payloads = random.Random(7).sample(changed, 400)
    async with run_over(transport, tmp_path) as (easel, sender):
        for start in range(0, len(payloads), 50):
            deliveries = send_all(sender, payloads[start : start + 50])
            await sender.wait_until_quiet()
            late = [delivery for delivery in deliveries if delivery.attempts != 1]
            assert [(delivery.kind, delivery.body, delivery.status) for delivery in late] == []
        await check_it_goes_on(easel, sender)
    assert "Traceback" not in out.getvalue() and '"exception"' not in out.getvalue()


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_person_who_uses_a_slash_command_reads_what_to_do_instead(
    tmp_path: Path, transport: str
) -> None:
    async with run_over(transport, tmp_path) as (_, sender):
        delivery = sender.send_body(COMMAND, kind="slash_commands")
        await sender.wait_until_quiet()
        menu = sender.send_body(
            build_body("block_suggestion", action_id="a", block_id="b", value="x"),
            kind="interactive",
        )
        modal = sender.send_body(
            build_body("view_submission", view={"callback_id": "c"}), kind="interactive"
        )
        await sender.wait_until_quiet()
    assert delivery.response == {"response_type": "ephemeral", "text": NO_COMMANDS_MESSAGE}
    assert menu.response == {"options": []} and modal.response is None


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_person_who_chooses_a_shortcut_in_vain_reads_why(
    tmp_path: Path, transport: str
) -> None:
    async with run_over(transport, tmp_path) as (_, sender):
        chosen = {"action_ts": "1.2", "response_url": f"{sender.origin}/app/T0/1/played"}
        old = build_body("message_action", callback_id="from_an_old_manifest", **chosen)
        sender.send_body(old, kind="interactive")
        await sender.wait_until_quiet()
        empty = build_body("message_action", callback_id="read_text", message=None, **chosen)
        sender.send_body(empty, kind="interactive")
        await sender.wait_until_quiet()
    texts = [response["text"] for response in sender.responses]
    assert texts == [UNKNOWN_SHORTCUT_MESSAGE, UNREADABLE_MESSAGE]


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_question_that_cannot_be_stored_comes_again_until_it_can(
    tmp_path: Path, transport: str, monkeypatch: pytest.MonkeyPatch, out: io.StringIO
) -> None:
    submit, failures = Worker.submit, [1, 2]

    async def fail_twice(self: Worker, message: IncomingMessage) -> None:
        if failures:
            failures.pop()
            raise StoreError("SQLITE_FULL")
        await submit(self, message)

    monkeypatch.setattr(Worker, "submit", fail_twice)
    async with run_over(transport, tmp_path) as (easel, sender):
        with lose_patience(sender):
            await sender.post_as_person(GENERAL, f"{MENTION} say hello", views=("app_mention",))
        await sender.wait_until_quiet()
        await easel.service.wait_until_idle()
        assert sender.deliveries[0].attempts >= 3
        assert len(easel.model.requests) == 1
    assert out.getvalue().count('"not_stored"') == 2 and '"exception"' not in out.getvalue()


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", "5", '{"type":"something_new"}', "[" * 100_000, '{"type":[]}', "{}",
     '{"envelope_id":"e"}', '{"envelope_id":7,"type":"x","payload":5}', '{"type":"hello"}'],
)  # fmt: skip
async def test_a_frame_of_any_text_changes_nothing(
    tmp_path: Path, frame: str, out: io.StringIO
) -> None:
    async with run_easel(tmp_path) as easel:
        await easel.slack.socket.send_frame(frame)
        await check_it_goes_on(easel, easel.slack)
        assert easel.slack.socket.handshakes == 1
    assert "Traceback" not in out.getvalue() and '"exception"' not in out.getvalue()


SIGNED_BODIES: list[tuple[bytes, dict[str, str], int]] = [
    (b"", {}, 400),
    (b"{", {}, 400),
    (b"\xff\xfe", {}, 400),
    (b"[" * 100_000, {}, 400),
    (b"payload=%7B", FORM, 400),
    (b"[]", {}, 200),
    (b"null", {}, 200),
    (b'"x"', {}, 200),
    (b"payload=[]", FORM, 200),
    (b"payload=null", FORM, 200),
    (b"a=b", FORM, 200),
    (b"", FORM, 200),
    (b"ssl_check=1&token=x", FORM, 200),
    (b'{"type":"url_verification"}', {}, 200),
    (b'{"a":1}', {"Content-Type": "application/json; charset=klingon"}, 200),
    (json.dumps({"type": "event_callback", "event": None}).encode(), {}, 200),
    (urlencode({"payload": '{"type":"block_actions","actions":[]}'}).encode(), FORM, 200),
]  # fmt: skip


async def test_over_http_a_signed_body_of_any_form_is_no_failure_of_ours(
    tmp_path: Path, out: io.StringIO
) -> None:
    async with run_over("http", tmp_path) as (easel, sender), aiohttp.ClientSession() as session:
        url = f"{easel.service.address}/slack/events"
        for raw, headers, status in SIGNED_BODIES:
            signed = sign_request(raw, sender.signing_secret, time.time()) | headers
            async with session.post(url, data=raw, headers=signed) as response:
                assert response.status == status, raw
                # Slack would only send the same bytes again.
                assert (response.headers.get("x-slack-no-retry") == "1") == (status == 400)
        await check_it_goes_on(easel, sender)
    assert "Traceback" not in out.getvalue() and '"exception"' not in out.getvalue()


async def test_over_http_slack_gets_its_challenge_back(tmp_path: Path) -> None:
    async with run_over("http", tmp_path) as (_, sender):
        delivery = sender.send_body({"type": "url_verification", "challenge": "c", "token": "t"})
        await sender.wait_until_quiet()
    assert delivery.status == 200 and delivery.response == {"challenge": "c"}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "changed",
    [
        {"X-Slack-Signature": "v0=ünsigned"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": "\u0661\u0662"},
        {"X-Slack-Request-Timestamp": "-1"},
    ],
    ids=lambda changed: str(changed)[:60],
)
@pytest.mark.parametrize("raw", [b"{", b'{"type":"event_callback"}'])
async def test_over_http_what_is_not_signed_is_refused_whatever_it_is(
    tmp_path: Path, changed: dict[str, str], raw: bytes, out: io.StringIO
) -> None:
    async with run_over("http", tmp_path) as (easel, sender), aiohttp.ClientSession() as session:
        signed = sign_request(raw, sender.signing_secret, time.time()) | changed
        url = f"{easel.service.address}/slack/events"
        async with session.post(url, data=raw, headers=signed) as response:
            assert response.status == 401
    assert "Traceback" not in out.getvalue() and '"exception"' not in out.getvalue()
