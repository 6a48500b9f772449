"""Budgets hold under any load, and the ledger records everything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model.wire import build_chunk, encode_event
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    read_rows,
    run_easel,
)
from tests.support.model_events import build_answer, encode_delta

COST = Decimal("0.05")
LENGTH_EVENT = encode_event(build_chunk("gen-1", 1, {"content": ""}, finish="length"))
ANSWER_EVENTS = build_answer("hi", cost=float(COST))


def list_events(folder: Path) -> list[str]:
    rows = read_rows(folder, "SELECT kind FROM budget_events ORDER BY id")
    return [row["kind"] for row in rows]


async def ask_at_once(easel: EaselEnvironment, count: int) -> list[str]:
    roots = [
        await easel.slack.post_as_person(GENERAL, f"{MENTION} say hi {n}") for n in range(count)
    ]
    await easel.slack.wait_until(
        lambda: all(easel.list_replies(root) for root in roots), seconds=60
    )
    await easel.wait_until_idle()
    return roots


async def test_of_a_hundred_at_once_as_many_are_answered_as_there_is_money_for(
    tmp_path: Path,
) -> None:
    budget = Decimal("0.20")
    settings: dict[str, Any] = {
        "EASEL_BUDGETS": f"workspace/month={budget}",
        "EASEL_SLACK_RATE": 1000,
        "EASEL_DEFAULTS": "--text-only",
    }
    async with run_easel(
        tmp_path, rules=replace(QUICK_RULES, rate_tiers=False), **settings
    ) as easel:
        roots = await ask_at_once(easel, 100)
        texts = [easel.list_replies(root)[0].text for root in roots]
        refused = [text for text in texts if text.startswith("The workspace's budget for this")]
        spent = Decimal(sum(row["cost_nano"] for row in easel.list_model_requests())) / 10**9
        assert 0 < len(refused) < 100
        assert len(refused) + len(easel.model.requests) == 100
        assert spent <= budget
    events = list_events(tmp_path)
    assert events.count("refused") == len(refused) and events.count("warned") == 1
    assert events.index("warned") < events.index("refused")


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        ("user/day=0.001", "Your budget for today ($0.001"),
        ("channel/month=0.001", "This channel's budget for this month ($0.001"),
        ("user:U0ALEX/day=0.001", "Your budget for today"),
    ],
)
async def test_a_refusal_costs_nothing_says_when_it_frees_up_and_has_no_button(
    tmp_path: Path, budget: str, words: str
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS=budget) as easel:
        root = await easel.ask("say hi")
        (reply,) = easel.list_replies(root)
        text = reply.text
        assert words in text and "frees up on" in text and "00:00 UTC" in text
        # Nothing of it is spent; but no question will ever fit.
        assert "used up" not in text and "smaller than what this question might cost" in text
        assert reply.buttons == []
        assert easel.model.requests == [] and easel.list_model_requests() == []
    assert list_events(tmp_path) == ["changed", "refused"]


@pytest.mark.parametrize("budget", ["user/day=0.10", "channel/day=0.02", "workspace/month=0.05"])
async def test_a_small_budget_answers_the_first_question(tmp_path: Path, budget: str) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS=budget) as easel:
        root = await easel.ask("say hi")
        assert easel.list_replies(root)[0].text.startswith("hi")
        assert 256 <= easel.get_last_request()["max_tokens"] < 8_192


async def test_a_picture_is_drawn_more_simply_before_it_is_refused(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="user/day=0.04") as easel:
        root = await easel.ask("draw a red fox --quality high")
        assert easel.get_last_request()["image_config"]["quality"] == "low"
        note = "_What I drew is of low quality, to stay within your budget for today ($0.04)._"
        assert note in "".join(reply.text for reply in easel.list_replies(root))
        assert any(reply.files for reply in easel.list_replies(root))
        # What is left does not pay for another one, but for words.
        root = await easel.ask("draw a blue fox")
        (reply,) = easel.list_replies(root)
        assert "has too little left for this question" in reply.text and reply.buttons == []
        assert "It would fit with `--text-only`." in reply.text
        root = await easel.ask("draw a blue fox --text-only")
        assert "budget" not in easel.list_replies(root)[0].text[:40]


async def test_an_answer_that_a_budget_cuts_short_says_so(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="user/day=0.05") as easel:
        easel.model.script(encode_delta(content="Once upon"), LENGTH_EVENT, *ANSWER_EVENTS[2:])
        root = await easel.ask("tell me a story")
        text = easel.list_replies(root)[0].text
        assert "_I stopped here to stay within your budget for today ($0.05)." in text
    async with run_easel(tmp_path, EASEL_BUDGETS="user/month=90") as easel:
        easel.model.script(encode_delta(content="Once upon"), LENGTH_EVENT, *ANSWER_EVENTS[2:])
        root = await easel.ask("tell me a story")
        text = easel.list_replies(root)[0].text
        assert "budget" not in text and "reached its length limit" in text


async def test_a_budget_is_spent_nearly_whole_and_people_are_warned_before(tmp_path: Path) -> None:
    budgets, asked = "user/day=0.40 answer=0.30", 24
    async with run_easel(tmp_path, EASEL_BUDGETS=budgets) as easel:
        texts = []
        for _ in range(asked):
            easel.model.script(*build_answer("hi", cost=0.02))
            texts.append(easel.list_replies(await easel.ask("say hi"))[0].text)
        spent = Decimal(sum(row["cost_nano"] for row in easel.list_model_requests())) / 10**9
        assert Decimal("0.38") <= spent <= Decimal("0.40")
    refused = [number for number, text in enumerate(texts) if not text.startswith("hi")]
    (warned,) = [number for number, text in enumerate(texts) if "80% used" in text]
    assert refused == list(range(refused[0], asked)) and warned == 15 < refused[0]
    assert "is used up. $0.40 is spent" in texts[-1]


async def test_nobody_elses_budget_is_touched(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="user:U0SAM/day=0.001") as easel:
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


async def test_words_only_is_said_where_a_picture_might_be_missed_and_nowhere_else(
    tmp_path: Path,
) -> None:
    note = "in words only"
    async with run_easel(tmp_path, EASEL_BUDGETS="answer=0.014") as easel:
        (reply,) = easel.list_replies(await easel.ask("what is 17 x 3?"))
        assert note not in reply.text and "budget" not in reply.text
        (reply,) = easel.list_replies(await easel.ask("how about a picture of this?"))
        assert note in reply.text


async def test_variations_that_a_single_answer_may_not_cost_are_refused_before_they_are_drawn(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="answer=0.12") as easel:
        root = await easel.ask("draw four variations of a red fox")
        assert easel.model.requests == []
        text = easel.list_replies(root)[-1].text
        assert "a single answer may cost at most $0.12" in text
        assert "A single picture instead of several would fit." in text
        await easel.ask("draw a red fox", thread_ts=root)
        assert len(easel.model.requests) == 1
