"""Budgets hold under any load, and the ledger records everything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.easel import GENERAL, MENTION, QUICK_RULES, EaselEnvironment, run_easel
from tests.support.model_events import build_answer

COST = Decimal("0.05")
ANSWER_EVENTS = build_answer("hi", cost=float(COST))


def list_events(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "easel.db")) as database:
        return [row[0] for row in database.execute("SELECT kind FROM budget_events ORDER BY id")]


async def ask_at_once(easel: EaselEnvironment, count: int) -> list[str]:
    roots = [
        await easel.slack.post_as_person(GENERAL, f"{MENTION} say hi {n}") for n in range(count)
    ]
    await easel.slack.wait_until(
        lambda: all(easel.list_replies(root) for root in roots), seconds=60
    )
    await easel.wait_until_idle()
    return roots


async def test_a_hundred_at_once_with_money_for_ten_are_answered_ten_times(
    tmp_path: Path,
) -> None:
    # The tenth starts when nine are paid for and its own worst case just fits.
    settings: dict[str, Any] = {"EASEL_BUDGETS": "workspace/month=1.04", "EASEL_SLACK_RATE": 1000}
    async with run_easel(
        tmp_path, rules=replace(QUICK_RULES, rate_tiers=False), **settings
    ) as easel:
        for _ in range(100):
            easel.model.script(*ANSWER_EVENTS)
        roots = await ask_at_once(easel, 100)
        texts = [easel.list_replies(root)[0].text for root in roots]
        answered = [text for text in texts if text == "hi"]
        refused = [text for text in texts if "The workspace's budget for this month" in text]
        spent = sum(row["cost_nano"] for row in easel.list_model_requests())
        assert (len(answered), len(refused), len(easel.model.requests)) == (10, 90, 10)
        assert Decimal(spent) / 10**9 == COST * 10
    assert list_events(tmp_path).count("refused") == len(refused)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ("user/day=0.01", "Your budget for today ($0.01) is used up"),
        ("channel/month=0.01", "This channel's budget for this month ($0.01)"),
        ("user:U0ALEX/day=0.01", "Your budget for today"),
    ],
)
async def test_a_refusal_costs_nothing_and_says_when_it_frees_up(
    tmp_path: Path, budget: str, words: str
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS=budget) as easel:
        root = await easel.ask("say hi")
        text = easel.list_replies(root)[0].text
        assert words in text and "frees up on" in text and "00:00 UTC" in text
        assert easel.model.requests == [] and easel.list_model_requests() == []
    assert list_events(tmp_path) == ["changed", "refused"]


async def test_nobody_elses_budget_is_touched(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="user:U0SAM/day=0.01") as easel:
        root = await easel.ask("say hi")
        assert easel.list_replies(root)[0].text == "hi"


async def test_the_answer_that_passes_the_soft_limit_says_so_once(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="user/day=1", EASEL_BUDGET_WARN="0.1") as easel:
        texts = []
        for _ in range(4):
            easel.model.script(*ANSWER_EVENTS)
            root = await easel.ask("say hi")
            texts.append(easel.list_replies(root)[0].text)
        assert ["10% used" in text for text in texts] == [False, True, False, False]
    assert list_events(tmp_path) == ["changed", "warned"]


async def test_a_single_answer_is_as_long_as_it_may_cost(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="answer=0.02") as easel:
        root = await easel.ask("say hello --text-only")
        assert easel.list_replies(root)[0].text == "hello"
        assert 256 <= easel.get_last_request()["max_tokens"] < 1_300
        root = await easel.ask("draw a fox")
        assert "a single answer may cost at most $0.02" in easel.list_replies(root)[0].text
        assert len(easel.model.requests) == 1


async def test_what_may_still_cost_counts_after_a_restart(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="workspace/day=0.60") as easel:
        easel.model.script(ANSWER_EVENTS[0], drop=True)
        await easel.ask("say hi")
        (row,) = easel.list_model_requests()
        # Until the bill comes it counts with the most that it can cost.
        assert row["cost_nano"] is None and row["worst_nano"] > 0 and row["bill_due"] is not None
        assert (row["outcome"], row["basis"], row["estimated"]) == ("broken", "worst_case", 1)


async def test_variations_that_a_single_answer_may_not_cost_are_refused_before_they_are_drawn(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="answer=0.60") as easel:
        root = await easel.ask("draw four variations of a red fox")
        assert easel.model.requests == []
        assert "a single answer may cost at most $0.60" in easel.list_replies(root)[-1].text
        await easel.ask("draw a red fox", thread_ts=root)
        assert len(easel.model.requests) == 1
