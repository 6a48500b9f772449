"""Slack allows ten connections: whoever has none works all the same, and takes one that is free."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from bot.playground.slack import PlayedSlack
from bot.playground.slack.sockets import MAX_CONNECTIONS
from tests.support.answers import wait_for_answers
from tests.support.crash import crash_easel
from tests.support.easel import GENERAL, MENTION, QUICK_RULES, run_easel, wait_until
from tests.support.sockets import STEADY_PACE, fetch_text


async def test_the_eleventh_works_on_the_queue_and_takes_a_connection_when_one_is_free(
    tmp_path: Path, out: io.StringIO
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        slack.socket.others = MAX_CONNECTIONS
        async with crash_easel(slack, tmp_path) as dead:
            pass
        async with run_easel(tmp_path, slack=slack, pace=STEADY_PACE) as easel:
            await wait_for_answers(slack, GENERAL, dead.root)
            assert slack.socket.sockets == [] and slack.socket.told_full >= 1
            status, text = await fetch_text(easel, "/readyz")
            # A single process is alone with its queue: nobody else takes its events.
            assert status == 503 and "ten connections of this app are open" in text
            slack.socket.others -= 1
            await wait_until(easel.service.is_ready)
            assert (await fetch_text(easel, "/readyz")) == (200, "ready\n")
            root = await slack.post_as_person(GENERAL, f"{MENTION} say hello")
            await wait_for_answers(slack, GENERAL, root)
    assert out.getvalue().count("slack_connections_all_taken") == 1
    assert "slack_connection_failed" not in out.getvalue()


async def test_where_all_ten_are_taken_a_refresh_waits_for_its_own_place(tmp_path: Path) -> None:
    async with run_easel(tmp_path, pace=STEADY_PACE) as easel:
        socket = easel.slack.socket
        socket.others = MAX_CONNECTIONS - 1
        (old,) = socket.sockets
        await socket.refresh("warning")
        await wait_until(lambda: socket.told_full >= 1)
        assert socket.sockets == [old], "it serves until Slack ends it"
        await socket.cut()
        await wait_until(lambda: socket.sockets and socket.sockets != [old])
        root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
        await wait_for_answers(easel.slack, GENERAL, root)


async def test_the_word_counts_also_where_slack_gives_no_address(
    tmp_path: Path, out: io.StringIO
) -> None:
    pace = replace(STEADY_PACE, rebuild=0.001)  # connected is an outage of 0 seconds
    async with PlayedSlack(QUICK_RULES) as slack:
        slack.fail("apps.connections.open", error="too_many_websockets", times=9999)
        async with run_easel(tmp_path, slack=slack, pace=pace) as easel:
            status, text = await fetch_text(easel, "/readyz")
            assert status == 503 and "ten connections of this app are open" in text
            slack.api.faults.clear()
            await wait_until(easel.service.is_ready)
    assert "slack_client_rebuilt" not in out.getvalue(), "a place is awaited, nothing is broken"
