"""The short form of `python -m tests.fuzz --logs`."""

from __future__ import annotations

from tests.fuzz.logs import run_logs


def test_three_hundred_damaged_logs_become_cards() -> None:
    told = run_logs(300, first_seed=1)
    assert told["failed"] > 100 and told["nothing failed"] and told["not data"]
