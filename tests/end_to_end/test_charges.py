"""However an answer ends, what the provider charges is in the ledger, and it is asked for once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model.endings import EndingKind
from bot.playground.model.wire import build_chunk, build_error, encode_event
from bot.playground.slack import PlayedSlack
from storage.engine.sqlite import open_database
from storage.ledger import SqlLedger
from tests.support.bills import NANO, reconcile, sum_bills, sum_counted
from tests.support.easel import GENERAL, MENTION, EaselEnvironment, run_easel, wait_until
from tests.support.model_events import ERROR_EVENT, build_answer, encode_delta
from tests.support.provider_settings import build_openai_settings
from tests.support.virtual_time import leap

OPENAI = build_openai_settings()
# Whether the answer is asked for once more: only what certainly cost nothing.
REPEATED_KINDS = {EndingKind.ERROR}
# No generation is known, so no bill can be looked up.
NAMELESS_KINDS = {EndingKind.CUT_BEFORE_HEADERS}


@pytest.mark.parametrize("has_id", [True, False], ids=["id in the headers", "no id"])
@pytest.mark.parametrize("text", ["say hello to everybody here", "draw a red fox"])
@pytest.mark.parametrize("kind", EndingKind)
async def test_what_is_billed_is_in_the_ledger_however_the_answer_ends(
    easel: EaselEnvironment, kind: EndingKind, text: str, has_id: bool
) -> None:
    easel.model.end_next(kind, has_id=has_id)
    await easel.ask(text)
    assert len(easel.model.requests) == (2 if kind in REPEATED_KINDS else 1)
    assert sum_counted(easel) >= sum_bills(easel.model)

    await reconcile(easel)
    rows = easel.list_model_requests()
    if kind in NAMELESS_KINDS or (kind is EndingKind.GATEWAY_TIMEOUT and not has_id):
        assert [(row["basis"], row["bill"]) for row in rows] == [("worst_case", "given_up")]
        assert rows[0]["cost_nano"] == rows[0]["worst_nano"] >= sum_bills(easel.model) > 0
    else:
        assert sum(row["cost_nano"] for row in rows) == sum_bills(easel.model)
        assert {row["bill"] for row in rows} == {""}


@pytest.mark.parametrize("kind", EndingKind)
async def test_without_bills_every_ending_at_openai_is_computed_or_counts_as_the_worst(
    tmp_path: Path, kind: EndingKind
) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        easel.model.end_next(kind)
        await easel.ask("say hello to everybody here")
        (row,) = easel.list_model_requests()
        assert len(easel.model.requests) == 1
    computed = row["prompt_tokens"] * 2_500 + row["completion_tokens"] * 15_000
    if row["basis"] == "computed":
        assert row["cost_nano"] == computed > 0 and row["bill"] == ""
    elif row["basis"] == "estimated":
        assert kind is EndingKind.NO_USAGE and 0 < row["cost_nano"] <= row["worst_nano"]
    else:
        assert row["basis"] == "worst_case" and row["bill"] == "given_up"
        assert row["cost_nano"] == row["worst_nano"] > computed
    untold = {
        EndingKind.NO_USAGE, EndingKind.ERROR, EndingKind.CUT, EndingKind.CUT_BEFORE_HEADERS,
        EndingKind.GATEWAY_TIMEOUT,
    }  # fmt: skip
    assert (row["basis"] == "computed") is (kind not in untold)


@pytest.mark.parametrize("status", [500, 502, 503, 529])
async def test_a_status_that_openrouter_does_not_charge_is_free_and_checked_by_no_bill(
    easel: EaselEnvironment, status: int
) -> None:
    easel.model.fail(status, build_error(status, "later"))
    await easel.ask("say hello")
    refused, answered = easel.list_model_requests()
    assert (refused["outcome"], refused["cost_nano"], refused["basis"]) == (str(status), 0, "free")
    assert answered["cost_nano"] == sum_bills(easel.model)


@pytest.mark.parametrize("status", [408, 499, 500, 502, 504, 520])
async def test_openai_promises_nothing_so_a_failure_counts_and_is_not_repeated(
    tmp_path: Path, status: int
) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        easel.model.fail(status, build_error(status, "x"))
        await easel.ask("say hello")
        (row,) = easel.list_model_requests()
        assert len(easel.model.requests) == 1
    assert row["cost_nano"] == row["worst_nano"] > 0 and row["outcome"] == str(status)


async def test_silence_of_the_whole_answer_counts_until_the_bill_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_easel(tmp_path, EASEL_MODEL_SECONDS=15) as easel:
        easel.model.script(encode_delta(reasoning="Hm."), stall=True, cost=Decimal("0.01"))
        await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
        await wait_until(
            lambda: [row for row in easel.list_model_requests() if row["generation_id"]]
        )
        leap(monkeypatch, 15)
        await easel.wait_until_idle()
        (row,) = easel.list_model_requests()
        assert row["cost_nano"] is None and row["worst_nano"] > NANO // 100
        await reconcile(easel)
        assert sum_counted(easel) == NANO // 100


async def test_an_error_does_not_wait_long_for_a_usage_that_never_comes(
    easel: EaselEnvironment,
) -> None:
    error = b'data: {"error":{"code":502,"message":"x"},"choices":[]}\n\n'
    easel.model.script(encode_delta(content="Half"), error, stall=True)
    async with asyncio.timeout(60):  # the silence of a stream may last twice as long
        root = await easel.ask("say hello")
    assert easel.list_replies(root)[0].text.startswith("Half")


async def test_text_in_the_same_chunk_as_the_error_is_not_lost(easel: EaselEnvironment) -> None:
    easel.model.script(
        b'data: {"error":{"code":502,"message":"x"},"choices":[{"delta":{"content":"Half"}}]}\n\n'
    )
    root = await easel.ask("say hello")
    assert easel.list_replies(root)[0].text.startswith("Half\n\n")
    assert len(easel.model.requests) == 1


USAGE = {"prompt_tokens": 50, "completion_tokens": 9, "cost": 0.01}
HIDDEN_THOUGHT = {"type": "reasoning.encrypted", "data": "b2g="}


@pytest.mark.parametrize(
    "chunks",
    [
        [encode_delta(reasoning_details=[HIDDEN_THOUGHT]), ERROR_EVENT],
        [encode_delta(images=[{"image_url": {"url": "https://far.test/a.png"}}]), ERROR_EVENT],
        [encode_event({**build_chunk("gen-1", 1, {"content": "He"}), "usage": {"cost": 0.0001}})],
        [*build_answer("Hello", cost=0.01)[:-1], encode_event({"choices": [], "usage": {}})],
        [*build_answer("Hello", cost=0)[:-2], encode_event({"usage": dict.fromkeys(USAGE, 0)})],
    ],
    ids=["hidden thought", "foreign picture", "counted so far", "told, untold", "zeros"],
)
async def test_what_the_stream_leaves_out_or_takes_back_counts_all_the_same(
    easel: EaselEnvironment, chunks: list[bytes]
) -> None:
    easel.model.script(*chunks, cost=Decimal("0.01"))
    await easel.ask("say hello to everybody here")
    assert len(easel.model.requests) == 1
    rows = easel.list_model_requests()
    assert sum_counted(easel) >= NANO // 100 or rows[0]["basis"] == "estimated"
    await reconcile(easel)
    assert sum_counted(easel) == sum_bills(easel.model) == NANO // 100


async def kill_before_headers(slack: PlayedSlack, folder: Path, **settings: Any) -> None:
    """Let Easel send a request, and end it while no header has come."""
    async with run_easel(folder, slack=slack, EASEL_GRACE_SECONDS=0, **settings) as easel:
        easel.model.script(delay=60)
        await slack.post_as_person(GENERAL, f"{MENTION} say hello")
        await wait_until(lambda: easel.model.requests)
        # As it is on disk at this moment, a dead process would have left it.
        with closing(sqlite3.connect(folder / "easel.db")) as database:
            database.execute("VACUUM INTO ?", (str(folder / "dead.db"),))


@pytest.mark.parametrize("settings", [{}, OPENAI], ids=["openrouter", "openai"])
@pytest.mark.parametrize("budgets", ["", "workspace/day=5"])
async def test_a_request_whose_headers_had_not_come_when_the_process_died_counts(
    slack: PlayedSlack, tmp_path: Path, budgets: str, settings: dict[str, Any]
) -> None:
    limits = {"EASEL_BUDGETS": budgets} if budgets else {}
    await kill_before_headers(slack, tmp_path, **settings, **limits)
    async with open_database(tmp_path / "dead.db") as database:
        ledger = SqlLedger(database)
        await ledger.recover_interrupted()
        rows = await database.read(
            lambda c: c.exec_driver_sql("SELECT * FROM attempts").mappings().all()
        )
        reserved = await database.read(
            lambda c: c.exec_driver_sql("SELECT count(*) FROM reservations").scalar_one()
        )
        counts = await ledger.count_bills()
    (row,) = rows
    assert row["cost_nano"] == row["worst_nano"] > 0 and row["basis"] == "worst_case"
    assert reserved == 0 and counts.given_up == 1


@pytest.fixture
async def slack() -> Any:
    async with PlayedSlack() as played:
        yield played


async def test_what_was_spent_on_an_answer_that_cannot_be_settled_is_booked(
    easel: EaselEnvironment,
) -> None:
    other = sqlite3.connect(easel.folder / "easel.db", isolation_level=None)
    other.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF outcome ON questions WHEN NEW.outcome != ''"
        " BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    await easel.slack.post_as_person(GENERAL, f"{MENTION} say hello")
    await wait_until(lambda: any(row["basis"] == "told" for row in easel.list_model_requests()))
    other.execute("DROP TRIGGER full")
    other.close()
    await easel.wait_until_idle()
    # After five minutes without a disk it was asked once more, and both are paid for.
    assert sum_counted(easel) == sum_bills(easel.model)
    assert {row["basis"] for row in easel.list_model_requests()} == {"told"}
