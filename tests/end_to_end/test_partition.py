"""A replica that lives but cannot reach the database: what it was answering, another one ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.app import build_stores
from bot.queue import lease_guard, leases
from tests.chaos.gate import Gate
from tests.end_to_end.test_replicas import run_first, run_second
from tests.support.easel import GENERAL, MENTION, wait_until
from tests.support.postgres import find_socket, lead_through, replicated_databases

WORDS = " ".join(f"word{number}" for number in range(300))
SHOWING = ("chat.startStream", "chat.appendStream", "chat.update", "chat.postMessage")


def shorten_leases(monkeypatch: pytest.MonkeyPatch, *, by: float) -> None:
    """Have all that has to do with leases take a part of its time."""
    monkeypatch.setattr(build_stores, "SHARED_LEASE_SECONDS", lease_guard.LEASE_SECONDS / by)
    for name in ("LEASE_SECONDS", "STOP_AFTER_SECONDS", "BREAK_SECONDS", "_WATCH_SECONDS"):
        monkeypatch.setattr(lease_guard, name, getattr(lease_guard, name) / by)
    monkeypatch.setattr(leases, "RENEW_INTERVAL_SECONDS", leases.RENEW_INTERVAL_SECONDS / by)


async def test_a_replica_that_cannot_reach_the_database_stops_and_another_ends_its_answer(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_leases(monkeypatch, by=3)
    monkeypatch.setitem(replicated_databases, tmp_path / "a", postgres_url)  # not by the gate
    gate = Gate()
    gate.far_path = find_socket(postgres_url)
    async with gate, run_first(lead_through(postgres_url, gate.port), tmp_path / "a") as first:
        first.model.token_delay = 0.1  # it has words for half a minute
        slack = first.slack
        root = await slack.post_as_person(GENERAL, f"{MENTION} say {WORDS}")
        await wait_until(lambda: slack.list_replies(GENERAL, root))
        async with run_second(postgres_url, tmp_path / "b", slack) as second:
            gate.hang(with_sockets=True)
            (claim,) = first.read_rows("SELECT claimed_until FROM questions")
            await wait_until(lambda: second.model.requests, seconds=120)
            taken_at = time.perf_counter()
            assert time.time() >= claim["claimed_until"]
            calls = [call for call in slack.calls if call.method in SHOWING]
            assert calls[-1].started_at < taken_at
            await second.wait_until_idle()
            shown = [message.text for message in slack.list_replies(GENERAL, root)]
            assert len(shown) == 1 and shown[0].split() == WORDS.split()
            await gate.reopen()
        assert len(first.model.requests) == len(second.model.requests) == 1
        first.model.token_delay = 0
        await first.ask("say that you are back")
        assert len(first.model.requests) == 2
