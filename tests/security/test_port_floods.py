"""Strangers open connections and send halves of requests: Slack's events still arrive.

Slack is more patient here than it is: how fast an event is taken depends on the machine. That it
has a place among the strangers does not.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import resource
import sys
from pathlib import Path

import pytest

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.security.port import (
    Strangers,
    build_request,
    check_events_arrive,
    read_log,
    sign,
)
from tests.support.easel import GENERAL, MENTION, QUICK_RULES, run_http_easel, wait_until
from tests.support.process import ROOT, build_settings, find_port
from tests.support.sockets import fetch_text, read_metric

HALF_HEADS = {
    "nothing": b"",
    "a letter": b"P",
    "half a head": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Sig",
}


@pytest.mark.parametrize("raw", HALF_HEADS.values(), ids=HALF_HEADS.keys())
async def test_a_thousand_half_requests_keep_no_event_away(
    tmp_path: Path, raw: bytes, out: io.StringIO
) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        await strangers.send_many(raw, 1_100)
        await check_events_arrive(easel, sender)
        assert await read_metric(easel, "easel_http_dropped_connections_total") > 0
    assert len(read_log(out.getvalue(), "connections_dropped")) == 1
    assert len(out.getvalue()) < 100_000 and "exception" not in out.getvalue()


async def test_a_thousand_half_bodies_with_a_fresh_time_keep_no_event_away(tmp_path: Path) -> None:
    raw = build_request(b"x" * 1_000_000, sign(b"", "guessed"))[:-1]
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        for _ in range(4):
            await strangers.send_many(raw[:2_000], 250)
        await check_events_arrive(easel, sender)


async def test_a_flood_that_goes_on_keeps_no_event_away(tmp_path: Path) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        has_checked = asyncio.Event()

        async def flood() -> None:
            while not has_checked.is_set():
                await strangers.send_many(HALF_HEADS["half a head"], 20)

        flooding = asyncio.create_task(flood())
        await strangers.send_many(b"P", 400)
        for _ in range(3):
            await check_events_arrive(easel, sender)
        has_checked.set()
        await flooding


async def test_connections_that_were_answered_and_stay_open_keep_no_event_away(
    tmp_path: Path,
) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        await strangers.send_many(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 600)
        await check_events_arrive(easel, sender)


async def test_a_burst_of_real_events_on_connections_of_their_own_is_taken_whole(
    tmp_path: Path,
) -> None:
    """What makes room for others never is a request that is just being sent."""
    body = b'{"type":"event_callback","event":{"type":"reaction_added"}}'
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as slack,
    ):
        raw = build_request(body, sign(body, sender.signing_secret))
        answers = await asyncio.gather(*(slack.ask(raw) for _ in range(600)))
    assert {status for status, _ in answers} == {200}


async def test_pages_that_are_asked_for_and_never_read_are_bounded(tmp_path: Path) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        await strangers.send_many(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 500, 20)
        await check_events_arrive(easel, sender)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prlimit")
async def test_with_1024_descriptors_half_requests_stop_nothing_and_fill_no_log(
    tmp_path: Path,
) -> None:
    async with PlayedModel() as model, PlayedSlack(QUICK_RULES) as slack:
        log = tmp_path / "log"
        settings = build_settings(slack, model, tmp_path / "data") | {
            "SLACK_APP_TOKEN": "",
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "EASEL_HOME": str(tmp_path),
            "EASEL_PORT": "0",
            "EASEL_GRACE_SECONDS": "1",
        }
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *("sh", "-c", 'ulimit -n 1024; exec "$0" -m bot run', sys.executable),
                cwd=tmp_path,
                env=environment,
                stderr=stderr,
            )
        try:
            await wait_until(lambda: find_port(log.read_bytes()))
            address = f"http://127.0.0.1:{find_port(log.read_bytes())}"
            assert resource.prlimit(process.pid, resource.RLIMIT_NOFILE)[0] == 1024
            async with (
                PlayedSlack(QUICK_RULES, request_url=f"{address}/slack/events") as sender,
                Strangers(address) as strangers,
            ):
                for _ in range(3):
                    await strangers.send_many(HALF_HEADS["half a head"], 1_100)
                await sender.post_as_person(GENERAL, f"{MENTION} say hello")
                await sender.wait_until_quiet()
                assert all(delivery.acknowledged.is_set() for delivery in sender.deliveries)
                await wait_until(lambda: model.requests, seconds=60)
                descriptors = list((Path("/proc") / str(process.pid) / "fd").iterdir())
                assert len(descriptors) < 512
        finally:
            process.terminate()
            await process.wait()
    assert log.stat().st_size < 20_000


async def test_metrics_are_counted_for_each_cut(tmp_path: Path) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, _sender),
        Strangers(easel.service.address) as strangers,
    ):
        await strangers.send_many(b"P", 300)
        _, page = await fetch_text(easel, "/metrics")
    found = re.search(r'easel_http_dropped_connections_total\{reason="crowded"\} (\d+)', page)
    assert found is not None and int(found[1]) >= 300 - 192
