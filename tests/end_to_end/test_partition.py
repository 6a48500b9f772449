"""A replica that lives but cannot reach the database: what it was answering, another one ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.queue.lease_guard import LEASE_SECONDS
from tests.chaos.gate import Gate
from tests.end_to_end.test_replicas import run_first, run_second
from tests.support.easel import GENERAL, MENTION, wait_until
from tests.support.thorough import IS_THOROUGH

WORDS = " ".join(f"word{number}" for number in range(300))
SHOWING = ("chat.startStream", "chat.appendStream", "chat.update", "chat.postMessage")


def find_socket(url: str) -> str:
    """Return the socket in the file system of the server at `url`."""
    return f"{make_url(url).query['host']}/.s.PGSQL.5432"


def lead_through(url: str, gate: Gate) -> str:
    """Return the address of the same database by way of `gate`."""
    address = make_url(url).difference_update_query(["host"])
    return address.set(host="127.0.0.1", port=gate.port).render_as_string(hide_password=False)


@pytest.mark.skipif(not IS_THOROUGH, reason="waits for real leases: `make fuzz` runs it")
async def test_a_replica_that_cannot_reach_the_database_stops_and_another_ends_its_answer(
    postgres_url: str, tmp_path: Path
) -> None:
    gate = Gate()
    gate.far_path = find_socket(postgres_url)
    async with gate, run_first(lead_through(postgres_url, gate), tmp_path / "a") as first:
        first.model.token_delay = 0.2  # it has words for a minute
        slack, own_sockets = first.slack, list(first.slack.socket.sockets)
        root = await slack.post_as_person(GENERAL, f"{MENTION} say {WORDS}")
        await wait_until(lambda: slack.list_replies(GENERAL, root))
        async with run_second(postgres_url, tmp_path / "b", slack) as second:
            gate.hang(with_sockets=True)
            hung_at = time.perf_counter()
            await wait_until(lambda: second.model.requests, seconds=120)
            taken_at = time.perf_counter()
            calls = [call for call in slack.calls if call.method in SHOWING]
            assert calls[-1].started_at - hung_at < LEASE_SECONDS <= taken_at - hung_at
            await second.wait_until_idle()
            shown = [message.text for message in slack.list_replies(GENERAL, root)]
            assert len(shown) == 1 and shown[0].split() == WORDS.split()
            await gate.reopen()
        assert len(first.model.requests) == len(second.model.requests) == 1
        slack.socket.sockets.extend(own_sockets)
        first.model.token_delay = 0
        await first.ask("say that you are back")
        assert len(first.model.requests) == 2
