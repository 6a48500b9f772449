"""What the operator of Easel sees: metrics, readiness, and logs without people's words."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import aiohttp
import pytest

from bot.playground.model.wire import build_error
from tests.support.easel import DM, GENERAL, MENTION, EaselEnvironment, build_png, run_easel
from tests.support.model_events import build_answer


async def fetch_page(easel: EaselEnvironment, path: str) -> tuple[int, str]:
    address = f"{easel.service.address}{path}"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()


def read_metric(text: str, name: str) -> float:
    line = next(line for line in text.splitlines() if line.startswith(f"{name} "))
    return float(line.rpartition(" ")[2])


async def test_the_figures_tell_what_happened(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        await easel.ask("say hello")
        easel.model.fail(503, build_error(503, "x"))
        await easel.ask("draw a red fox")
        easel.model.fail(401, build_error(401, "x"))
        await easel.ask("say no")
        status, text = await fetch_page(easel, "/metrics")
    assert status == 200
    assert read_metric(text, 'easel_questions_total{outcome="answered"}') == 2
    assert read_metric(text, 'easel_questions_total{outcome="failed"}') == 1
    assert read_metric(text, 'easel_model_calls_total{code="200"}') == 2
    assert read_metric(text, 'easel_model_calls_total{code="503"}') == 1
    assert read_metric(text, 'easel_model_calls_total{code="401"}') == 1
    assert read_metric(text, 'easel_retries_total{code="503",what="model"}') == 1
    assert read_metric(text, 'easel_tokens_total{kind="image"}') == 1290
    assert read_metric(text, "easel_cost_usd_total") == pytest.approx(
        float(sum(easel.model.bills.values()))
    )
    assert read_metric(text, "easel_answer_seconds_count") == 3
    assert read_metric(text, "easel_first_text_seconds_count") == 3
    assert read_metric(text, 'easel_questions_open{state="stored"}') == 0
    assert 'easel_slack_calls_total{code="ok",method="files.completeUploadExternal"} 1.0' in text
    assert "easel_loop_lag_seconds_bucket" in text


async def test_open_questions_show_while_they_wait(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        easel.model.first_delay = 60
        root = await easel.slack.post_as_person(GENERAL, f"{MENTION} say one")
        await easel.slack.post_as_person(GENERAL, f"{MENTION} say two", thread_ts=root)
        await easel.slack.wait_until_quiet()
        _, text = await fetch_page(easel, "/metrics")
        easel.model.first_delay = 0
        assert read_metric(text, 'easel_questions_open{state="claimed"}') == 1
        assert read_metric(text, 'easel_questions_open{state="stored"}') == 1


async def test_ready_while_connected_and_alive_always(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        assert await fetch_page(easel, "/readyz") == (200, "ready\n")
        assert (await fetch_page(easel, "/healthz"))[0] == 200


async def test_nothing_anybody_wrote_reaches_a_log(tmp_path: Path, out: io.StringIO) -> None:
    words = "peculiar-walrus sonata"
    async with run_easel(tmp_path) as easel:
        await easel.ask(f"say {words}")
        easel.model.fail(403, build_error(403, words, reasons=["x"], flagged_input=words))
        await easel.ask(f"say {words}", files=[(f"{words}.png", build_png())])
        easel.model.fail(400, build_error(400, words))
        root = await easel.ask(f"say {words}", channel=DM)
        # Slow enough for a stream: an answer that is whole at once is posted.
        easel.model.token_delay = 0.2
        easel.slack.fail("chat.startStream", error="is_archived")
        await easel.ask(f"say {words}", channel=DM, thread_ts=root)
        tokens = (easel.slack.bot_token, easel.slack.app_token, easel.model.api_key)
    logged = out.getvalue()
    assert "walrus" not in logged and "sonata" not in logged
    assert not any(token in logged for token in tokens)
    done_events = [json.loads(line) for line in logged.splitlines() if "question_done" in line]
    assert [line["outcome"] for line in done_events] == ["answered", "failed", "failed", "failed"]
    assert all(line["took_s"] >= 0 and line["waited_s"] >= 0 for line in done_events)


async def test_who_waits_behind_a_backlog_is_told(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_CONCURRENCY=1, EASEL_BACKLOG=1) as easel:
        gate = asyncio.Event()
        easel.model.script(*build_answer("q0"), gate=gate)
        for number in range(4):
            await easel.slack.post_as_person(DM, f"say q{number}")
        await easel.slack.wait_until(
            lambda: any(
                "questions before yours" in status
                for status in easel.slack.workspace.list_statuses().values()
            )
        )
        gate.set()
        await easel.wait_until_idle()
        texts = [m.text for m in easel.slack.workspace.list_messages(DM) if m.from_bot]
        assert sorted(texts) == ["q0", "q1", "q2", "q3"]
