"""What a provider says that an answer cost is booked, unless it cannot be true."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model.endings import EndingKind
from tests.support.bills import NANO, reconcile, sum_bills, sum_counted
from tests.support.easel import EaselEnvironment, run_easel
from tests.support.model_events import FINISH_EVENT, encode_delta


@pytest.mark.parametrize(
    "claim",
    [
        {"cost": 1e12},
        {"cost": 1e300},
        {"cost": -1e9},
        {"cost": "NaN"},
        {"cost": "a lot"},
        {"cost": True},
        {"cost": [1]},
        {"cost": float("inf")},
        {"cost": 999_999.0},
        {"cost": None, "completion_tokens": 2**39},
        {"cost": None, "completion_tokens": 2**80},
        {"cost": None, "completion_tokens": -5},
        {"cost": None, "completion_tokens": 1.5},
        {"cost": None, "completion_tokens": "9"},
        {"cost": None, "prompt_tokens": None},
        {"cost": 0.0001, "completion_tokens": -(2**70), "prompt_tokens": 2**70},
    ],
    ids=str,
)
async def test_an_absurd_claim_locks_out_no_one_and_gives_nothing_back(
    tmp_path: Path, claim: dict[str, Any]
) -> None:
    async with run_easel(tmp_path, EASEL_BUDGETS="workspace/day=2,user/day=2") as easel:
        easel.model.end_next(EndingKind.WHOLE, claim=claim)
        await easel.ask("say hello")
        (row,) = easel.list_model_requests()
        assert 0 < sum_counted(easel) <= row["worst_nano"] < 2 * NANO
        if claim["cost"] not in (None, 0.0001) and row["basis"] != "told":
            assert row["odd_claim"]
        root = await easel.ask("say hello again")
        assert easel.list_replies(root)[0].text == "hello again"
        await reconcile(easel)
        if row["bill"] == "open":
            assert sum_counted(easel) == sum_bills(easel.model)


@pytest.mark.parametrize("cost", [4.99, 1e12, "1e500", "Infinity"])
async def test_what_a_server_of_ones_own_claims_uses_up_no_budget(
    tmp_path: Path, cost: object
) -> None:
    settings: dict[str, Any] = {
        "EASEL_PROVIDER": "compatible",
        "EASEL_MODEL": "local",
        "EASEL_COMPATIBLE_PRICE": "0/0/0",
    }
    async with run_easel(tmp_path, EASEL_BUDGETS="workspace/day=2", **settings) as easel:
        easel.model.end_next(EndingKind.WHOLE, claim={"cost": cost})
        await easel.ask("say hello")
        (row,) = easel.list_model_requests()
        assert sum_counted(easel) == 0 and row["odd_claim"] and row["bill"] == ""
        root = await easel.ask("say hello again")
        assert easel.list_replies(root)[0].text == "hello again"


async def test_the_claim_that_is_not_believed_is_kept_and_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with run_easel(tmp_path) as easel:
        easel.model.end_next(
            EndingKind.WHOLE, claim={"cost": None, "completion_tokens": 2**39, "total_tokens": 1}
        )
        await easel.ask("say hello")
        (row,) = easel.list_model_requests()
    assert row["basis"] == "capped" and row["completion_tokens"] == 2**39
    assert Decimal(row["odd_claim"]) > 8_000_000
    assert "claim_not_believed" in capsys.readouterr().out


async def test_a_whole_answer_that_is_no_stream_is_booked_as_it_says(
    easel: EaselEnvironment,
) -> None:
    body = (
        b'{"id":"gen-x","choices":[{"message":{"content":"hi"}}],'
        b'"usage":{"prompt_tokens":5,"completion_tokens":6,"cost":0.25}}'
    )
    easel.model.script(body, content_type="application/json", cost=Decimal("0.25"))
    await easel.ask("say hello")
    (row,) = easel.list_model_requests()
    assert (row["cost_nano"], row["basis"]) == (NANO // 4, "told")
    assert len(easel.model.requests) == 1


async def test_two_answers_with_the_same_generation_are_two_costs(
    easel: EaselEnvironment,
) -> None:
    easel.model.script(
        encode_delta(content="not data"),
        FINISH_EVENT,
        b'data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6,"cost":0.02}}\n\n',
        headers={"X-Generation-Id": "gen-same"},
    )
    easel.model.script(
        encode_delta(content="not data either"),
        FINISH_EVENT,
        b'data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6,"cost":0.03}}\n\n',
        headers={"X-Generation-Id": "gen-same"},
    )
    await easel.ask("give me this as a table\nname, amount, town\nAnna, 3, Bern\nBo, 4, Ulm")
    assert [row["cost_nano"] for row in easel.list_model_requests()] == [
        NANO * 2 // 100,
        NANO * 3 // 100,
    ]
