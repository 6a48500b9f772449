"""An operator with the link to a message learns what became of it, and none of its words."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.observability import logging as logs
from tests.support.easel import (
    GENERAL,
    EaselEnvironment,
    build_png,
    read_rows,
    run_easel,
    wait_until,
)
from tests.unit.cli.bot_process import run_bot

KEY_LIMIT = {"error": {"code": 403, "message": "Key limit exceeded (monthly limit)"}}
WORDS = "zanzibar"  # in every question: none of it may be told


def serve_and_ask(
    folder: Path, use: Callable[[EaselEnvironment], Awaitable[str]], **settings: Any
) -> str:
    """Run Easel with its data in `folder` while `use` asks; return what that returns."""

    async def run() -> str:
        async with run_easel(folder, **settings) as easel:
            return await use(easel)

    return asyncio.run(run())


def tell(folder: Path, *args: str, code: int = 0) -> str:
    """Run a command on the data in `folder`; return what it prints."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setenv("EASEL_HOME", str(folder.parent))
        patch.setenv("EASEL_DATA_DIR", str(folder))
        assert main(args) == code, out.getvalue()
    assert WORDS not in out.getvalue()
    return out.getvalue()


def tell_in_process(folder: Path, *args: str) -> str:
    """As `tell`, by a process of its own, as an operator does."""
    process = run_bot(*args, folder=folder.parent, EASEL_DATA_DIR=str(folder))
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def has_put_back(folder: Path) -> bool:
    """Whether two questions are stored, and one of them waits for another attempt."""
    rows = read_rows(folder, "SELECT claims, claimed_by FROM questions")
    return len(rows) == 2 and any(row["claims"] > 0 and not row["claimed_by"] for row in rows)


def build_link(ts: str, channel: str = GENERAL) -> str:
    return f"https://easel.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def test_an_answered_question_is_told_with_its_request_and_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    png = build_png((640, 480))

    async def ask(easel: EaselEnvironment) -> str:
        return await easel.ask(
            f"what is this {WORDS}? --effort high", files=[(f"{WORDS}.png", png)]
        )

    ts = serve_and_ask(folder, ask)
    told = tell(folder, "question", build_link(ts))
    assert "question 1: answered" in told
    for label in ("stored", "begun", "settled", "shown", "request", "file", "reply"):
        assert f"\n  {label} " in told, label
    assert "openai/gpt-5.4-image-2 at openrouter; --effort high --max-tokens" in told
    assert "1 picture" in told and "answered;" in told and "tokens in" in told and "$0.0" in told
    assert "image/png" in told and "shown as PNG picture" in told
    assert told.endswith("nothing\n")
    assert tell_in_process(folder, "question", "1") == told


def test_a_message_of_the_reply_leads_to_its_question(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        root = await easel.ask(f"hello {WORDS}")
        return easel.list_replies(root)[0].ts

    assert "question 1: answered" in tell(
        folder, "question", build_link(serve_and_ask(folder, ask))
    )


def test_calls_of_slack_that_failed_are_told_with_their_number(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        easel.slack.fail("chat.startStream", error="internal_error")
        easel.slack.fail("chat.postMessage", error="internal_error", times=2)
        return await easel.ask(f"hello {WORDS}")

    told = tell(folder, "question", build_link(serve_and_ask(folder, ask)))
    assert "chat.startStream failed: internal_error\n" in told
    assert "chat.postMessage failed: internal_error, 2 times" in told
    assert "question 1: answered" in told


def test_what_the_provider_refused_is_told_in_its_own_words(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        easel.model.fail(403, KEY_LIMIT)
        return await easel.ask(f"hello {WORDS}")

    ts = serve_and_ask(folder, ask)
    told = tell(folder, "question", build_link(ts))
    assert "question 1: failed" in told
    assert "the person was told: " in told
    assert "the provider says: Key limit exceeded" in told
    listed = tell(folder, "questions", "--failed", "--since", "1h")
    assert listed.splitlines()[1].startswith("1 ") and "the person was told" in listed
    assert "failed" not in tell(folder, "questions", "--open")


def test_a_budget_that_refused_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        return await easel.ask(f"hello {WORDS}")

    ts = serve_and_ask(folder, ask, EASEL_BUDGETS="user/day=0.000001")
    assert "the person was told: BudgetExceeded" in tell(folder, "question", build_link(ts))


def test_who_waits_behind_whom_and_until_when_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        easel.model.token_delay = 0.0
        easel.slack.fail("chat.startStream", status=500, times=200)
        easel.slack.fail("chat.postMessage", status=500, times=200)
        first = await easel.slack.post_as_person(GENERAL, f"<@U0EASEL> one {WORDS}")
        await easel.slack.post_as_person(GENERAL, f"<@U0EASEL> two {WORDS}", thread_ts=first)

        await wait_until(lambda: has_put_back(easel.folder), seconds=60)
        return first

    ts = serve_and_ask(folder, ask)
    told = tell(folder, "question", build_link(ts))
    assert "put back: " in told and "failed: " in told
    assert "after question 1 of the same thread" in tell(folder, "question", "2")
    assert len(tell(folder, "questions", "--open").splitlines()) == 3


def test_what_is_no_question_or_no_link_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        return await easel.ask("hello")

    serve_and_ask(folder, ask)
    assert "There is no question 99" in tell(folder, "question", "99", code=1)
    nowhere = build_link("1700000000.000001")
    assert "It never reached Easel" in tell(folder, "question", nowhere, code=1)
    process = run_bot("question", "hello", folder=tmp_path, EASEL_DATA_DIR=str(folder))
    assert process.returncode == 2 and "the link to a message" in process.stderr
    process = run_bot("questions", "--since", "soon", folder=tmp_path)
    assert process.returncode == 2 and "30m, 1h, 2d" in process.stderr


def test_every_line_about_a_question_names_it_and_its_place(tmp_path: Path) -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)

    async def ask(easel: EaselEnvironment) -> str:
        easel.model.fail(403, KEY_LIMIT)
        easel.slack.fail("chat.startStream", error="internal_error")
        return await easel.ask(f"hello {WORDS}")

    try:
        ts = serve_and_ask(tmp_path / "data", ask)
    finally:
        logs.configure("INFO")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    about = [line for line in lines if "question" in line]
    assert {line["event"] for line in about} >= {"model_failed", "question_done"}
    for line in about:
        assert line["channel"] == GENERAL and line["thread"] == ts and line["user"] == "U0ALEX"
    (done,) = [line for line in about if line["event"] == "question_done"]
    assert (done["level"], done["outcome"], bool(done["reason"])) == ("warning", "failed", True)
    assert not [
        line for line in lines if line["event"] in ("listening", "stopping") and "user" in line
    ]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://evil.example/archives/C1/p1", "-1"]
)
def test_a_foreign_link_is_refused(tmp_path: Path, link: str) -> None:
    folder = tmp_path / "data"

    async def ask(easel: EaselEnvironment) -> str:
        return await easel.ask("hello")

    serve_and_ask(folder, ask)
    assert run_bot("question", link, folder=tmp_path, EASEL_DATA_DIR=str(folder)).returncode == 2
