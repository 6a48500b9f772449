"""Long threads: Easel sends what fits, announces what does not, and summarizes old messages."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model.talk import PlayedAnswer, PlayedRequest
from bot.playground.model.wire import ENTRY
from bot.playground.slack import PlayedSlack
from tests.support.clock import Clock
from tests.support.easel import (
    GENERAL,
    QUICK_RULES,
    EaselEnvironment,
    build_png,
    run_easel,
    wait_until,
)
from tests.support.rows import list_buttons

TALK = "Let us talk about the harbour and its cranes, the ships and their crews. " * 12
FACT = "The budget code of project Heron is HX-7741 and Mira signs for it."


def list_question_requests(easel: EaselEnvironment) -> list[dict[str, Any]]:
    """Return the requests for people's questions, without those for summaries."""
    summary_note = "This is not a message of a person"
    return [body for body in easel.model.requests if summary_note not in json.dumps(body)]


async def ask_repeatedly(easel: EaselEnvironment, root: str, count: int) -> None:
    for number in range(count):
        await easel.ask(f"say {number} {TALK}", thread_ts=root)


async def test_old_messages_are_folded_and_found_again_by_name(easel: EaselEnvironment) -> None:
    root = await easel.ask(f"say noted. {FACT}")
    await ask_repeatedly(easel, root, 15)
    purposes = [row["purpose"] for row in easel.list_model_requests()]
    await wait_until(lambda: "summary" in [row["purpose"] for row in easel.list_model_requests()])
    assert purposes[0] == "answer"

    await easel.ask("say ok, what was the budget code of project Heron?", thread_ts=root)
    body = list_question_requests(easel)[-1]
    sent = json.dumps(body, ensure_ascii=False)
    assert "HX-7741" in sent
    assert "in short" in body["messages"][1]["content"]
    assert sum(len(str(message["content"])) for message in body["messages"]) < 15_000


async def test_a_summary_that_is_interrupted_is_booked_all_the_same(tmp_path: Path) -> None:
    clock = Clock()
    async with PlayedSlack(QUICK_RULES, clock=clock) as slack:
        async with run_easel(tmp_path, slack=slack) as easel:
            speak_normally = easel.model.speak

            def speak(request: PlayedRequest) -> PlayedAnswer:
                if any("not a message of a person" in note for note in request.notes):
                    easel.model.first_delay = 60.0
                return speak_normally(request)

            easel.model.speak = speak
            root = await easel.ask("say hello")
            for number in range(7):
                clock.now += 3_600
                await slack.post_as_person(GENERAL, f"{number} {TALK}", thread_ts=root)
            await wait_until(lambda: "begun" in list_outcomes(easel, "summary"))
        # Easel stopped while the summary was being written.
        assert list_outcomes(easel, "summary") == ["begun"]
        (row,) = [row for row in easel.list_model_requests() if row["purpose"] == "summary"]
        assert row["bill_due"] is not None and row["worst_nano"] > 0


def list_outcomes(easel: EaselEnvironment, purpose: str) -> list[str]:
    return [row["outcome"] for row in easel.list_model_requests() if row["purpose"] == purpose]


async def test_the_beginning_of_a_request_stays_the_same_from_question_to_question(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say hello")
    for number in range(3):
        await easel.ask(f"say {number} one two three", thread_ts=root)
    bodies = [body["messages"] for body in easel.model.requests]
    for before, after in itertools.pairwise(bodies):
        assert after[: len(before) - 1] == before[:-1]


async def test_with_everything_resent_nothing_is_folded(tmp_path: Path) -> None:
    async with run_easel(tmp_path, EASEL_RESEND_ALL="true") as easel:
        root = await easel.ask(f"say noted. {FACT}")
        await ask_repeatedly(easel, root, 8)
        assert "HX-7741" in json.dumps(easel.get_last_request())
        assert {row["purpose"] for row in easel.list_model_requests()} == {"answer"}


async def test_a_picture_goes_along_only_when_the_question_is_about_it(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("what is this?", files=[("sketch.png", build_png())])
    await easel.ask("say thanks", thread_ts=root)
    await easel.ask("What is the capital of Peru?", thread_ts=root)
    plain_content = easel.get_last_request()["messages"][-1]["content"]
    assert [part["type"] for part in plain_content] == ["text"]
    await easel.ask("make it grey", thread_ts=root)
    about_picture = easel.get_last_request()["messages"][-1]["content"]
    assert [part["type"] for part in about_picture] == ["text", "image_url"]
    await easel.ask("is sketch.png good?", thread_ts=root)
    by_name = easel.get_last_request()["messages"][-1]["content"]
    assert "sketch.png (from earlier)" in by_name[0]["text"] and len(by_name) == 2


def build_book(pages: int, fact_on: int) -> tuple[str, bytes]:
    texts = [f"Page {n} speaks of harbours. {'Ships and cranes stand still. ' * 90}" for n in
             range(1, pages + 1)]  # fmt: skip
    texts[fact_on - 1] += " The keeper of the lighthouse is called Oona Vance."
    return "book.txt", "\f".join(texts).encode()


async def test_of_a_file_that_was_read_only_the_pages_in_question_go_along(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("say what it is about", files=[build_book(100, 63)])
    assert "page 100" not in easel.list_replies(root)[0].text
    assert 'page="100 of 100"' in easel.get_last_request()["messages"][-1]["content"][0]["text"]
    await easel.ask("say who is Oona Vance?", thread_ts=root)
    text = list_question_requests(easel)[-1]["messages"][-1]["content"][0]["text"]
    assert "lighthouse is called Oona Vance" in text and 'page="63 of 100"' in text
    assert len(text) < 12_000


def build_small_model(tokens: int) -> dict[str, Any]:
    """Build the catalog entry of a model with a context window of `tokens`."""
    return {
        **ENTRY,
        "context_length": tokens,
        "top_provider": {"context_length": tokens, "max_completion_tokens": 1_000},
    }


@pytest.fixture
async def cramped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[EaselEnvironment]:
    monkeypatch.setattr("bot.playground.model.wire.ENTRY", build_small_model(6_000))
    async with run_easel(tmp_path / "data", EASEL_MAX_TOKENS=1000) as running:
        await wait_until((tmp_path / "data" / "catalogue").exists)
        yield running


async def test_a_file_that_does_not_fit_is_said_before_anything_is_spent(
    cramped: EaselEnvironment,
) -> None:
    root = await cramped.ask("say what is this", files=[build_book(30, 3)])
    (reply,) = cramped.list_replies(root)
    assert "I would read pages 1-" in reply.text and "of 30" in reply.text
    assert cramped.model.requests == [] and cramped.list_model_requests() == []
    assert [button["text"] for button in reply.buttons] == ["Go on"]

    cramped.slack.press(GENERAL, reply.ts, "easel_go_on")
    await wait_until(lambda: cramped.model.requests)
    await cramped.wait_until_idle()
    sent = cramped.get_last_request()["messages"][-1]["content"][0]["text"]
    assert 'page="1 of 30"' in sent and 'page="30 of 30"' not in sent
    answered, *_ = cramped.list_replies(root)
    assert not list_buttons(answered) and "read pages" not in answered.text


async def test_a_thread_that_does_not_fit_is_said_before_anything_is_spent(
    cramped: EaselEnvironment,
) -> None:
    slack = cramped.slack
    root = await slack.post_as_person(GENERAL, f"We begin. {TALK}")
    for number in range(40):
        await slack.post_as_person(GENERAL, f"{number} {TALK}", thread_ts=root)
    await cramped.ask("say hello", thread_ts=root)
    reply = cramped.list_replies(root)[-1]
    assert "leave out its oldest" in reply.text and cramped.model.requests == []
    slack.press(GENERAL, reply.ts, "easel_go_on")
    await wait_until(lambda: cramped.model.requests)
    await cramped.wait_until_idle()
    first = cramped.model.requests[0]["messages"]
    assert first[1]["content"] == "[Earlier messages of this thread are left out.]"


async def test_the_guess_learns_from_what_the_provider_counted(easel: EaselEnvironment) -> None:
    root = await easel.ask(f"say noted. {TALK}")
    await easel.ask(f"say again. {TALK}", thread_ts=root)
    rows = easel.list_model_requests()
    assert all(row["prompt_tokens"] for row in rows)
    with sqlite3.connect(easel.folder / "easel.db") as database:
        query = "SELECT tokens_estimated, tokens_reported FROM threads"
        ((estimated, reported),) = database.execute(query).fetchall()
    assert reported == sum(row["prompt_tokens"] for row in rows)
    assert abs(estimated / reported - 1) < 0.3


async def test_a_small_model_whose_entry_is_bare_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = {"id": ENTRY["id"], "context_length": 8_192}
    monkeypatch.setattr("bot.playground.model.wire.ENTRY", bare)
    async with run_easel(tmp_path / "data") as easel:
        await wait_until((tmp_path / "data" / "catalogue").exists)
        root = await easel.ask("say hello")
        (body,) = easel.model.requests
        assert body["max_tokens"] == 4_096, easel.list_replies(root)
