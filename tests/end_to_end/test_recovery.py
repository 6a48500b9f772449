"""A process dies at every point of an answer, and the next one finishes the answer once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.files import FileRef
from bot.domain.posts import Upload
from bot.domain.questions import MAX_CRASHES, Answer, Outcome
from bot.domain.safe_text import SafeText
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from storage.engine.sqlite import open_database
from storage.queue.questions import SqlQuestionQueue
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    build_png,
    run_easel,
)
from tests.support.ledger import record_taken
from tests.support.queues import AMPLE, claim_one
from tests.support.values import build_incoming_message, build_model_requests

PICTURE = build_png()
DRAWN_FILE = FileRef(
    "", "fox.png", "image/png", len(PICTURE), sha256=hashlib.sha256(PICTURE).hexdigest()
)


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(QUICK_RULES) as played:
        yield played


async def test_killed_before_anything_was_shown(slack: PlayedSlack, tmp_path: Path) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await record_taken(dead.ledger, dead.question, "gen-lost")
    async with restart_easel(slack, tmp_path) as easel:
        assert [reply.text for reply in easel.list_replies(dead.root)] == ["hello"]
        assert len(easel.model.requests) == 1


async def test_killed_while_streaming_into_a_message_that_is_noted(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        ts = await dead.start_stream("Half of what")
        await dead.journal.record_message(dead.question, ts)
    async with restart_easel(slack, tmp_path) as easel:
        (reply,) = easel.list_replies(dead.root)
        assert (reply.ts, reply.text, reply.streaming) == (ts, "hello", False)


async def test_killed_before_the_message_could_be_noted(slack: PlayedSlack, tmp_path: Path) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        ts = await dead.start_stream("Half of what")
    async with restart_easel(slack, tmp_path) as easel:
        (reply,) = easel.list_replies(dead.root)
        assert (reply.ts, reply.text, reply.streaming) == (ts, "hello", False)


async def test_killed_after_a_post_that_is_known_by_its_mark_only(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        theirs = await dead.post("Another question's", question=dead.question.id + 7)
        mine = await dead.post("hel", question=dead.question.id)
    async with restart_easel(slack, tmp_path) as easel:
        texts = {reply.ts: reply.text for reply in easel.list_replies(dead.root)}
        assert texts == {theirs: "Another question's", mine: "hello"}


async def test_killed_with_more_messages_than_the_answer_needs(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        for _ in range(3):
            ts = await dead.post("a part of a long answer")
            await dead.journal.record_message(dead.question, ts)
    async with restart_easel(slack, tmp_path) as easel:
        assert [reply.text for reply in easel.list_replies(dead.root)] == ["hello"]


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("started", [True, False])
async def test_killed_between_settled_and_shown_the_answer_comes_from_the_store(
    slack: PlayedSlack, tmp_path: Path, recorded: bool, started: bool
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        if started:
            ts = await dead.start_stream("The wh")
            if recorded:
                await dead.journal.record_message(dead.question, ts)
        answer = Answer(
            "The whole answer.", "_A note._", requests=build_model_requests("gen-1", "m")
        )
        await dead.journal.settle(dead.question, answer)
    async with restart_easel(slack, tmp_path) as easel:
        (reply,) = easel.list_replies(dead.root)
        assert reply.text == "The whole answer.\n\n_A note._" and not reply.streaming
        assert easel.model.requests == []


async def test_killed_after_all_was_shown_nothing_is_shown_again(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await dead.journal.settle(
            dead.question, Answer("hello", requests=build_model_requests("gen-1"))
        )
        ts = await dead.post("hello", question=dead.question.id)
    async with restart_easel(slack, tmp_path) as easel:
        assert [(reply.ts, reply.text) for reply in easel.list_replies(dead.root)] == [
            (ts, "hello")
        ]
        assert easel.model.requests == []


@pytest.mark.parametrize("reached_step", ["kept", "uploaded", "shared", "shared and not seen yet"])
async def test_killed_at_every_step_of_a_share_the_picture_is_shared_once(
    tmp_path: Path, reached_step: str
) -> None:
    delay = 0.6 if reached_step == "shared and not seen yet" else 0.0
    rules = Rules(share_delay=delay, retry_after=(0.0,), ack_seconds=2.0)
    async with PlayedSlack(rules) as slack:
        async with crash_easel(slack, tmp_path, "draw a fox") as dead:
            await dead.outbox.put(PICTURE)
            await dead.journal.settle(dead.question, Answer("Here.", files=(DRAWN_FILE,)))
            await dead.post("Here.", question=dead.question.id)
            if reached_step != "kept":
                upload = Upload(
                    SafeText("fox.png"), SafeText("a fox"), "image/png", PICTURE, DRAWN_FILE.sha256
                )
                (file_id,) = await dead.uploads.upload([upload])
                await dead.journal.record_uploads(dead.question, [file_id])
                file = FileRef(file_id, "fox.png")
                if reached_step.startswith("shared"):
                    await dead.uploads.share(dead.question.thread, [file], fresh=True)
        async with restart_easel(slack, tmp_path) as easel:
            text, *shares = easel.list_replies(dead.root)
            assert text.text == "Here."
            assert [[file.data for file in share.files] for share in shares] == [[PICTURE]]
            assert list((tmp_path / "outbox").glob("*/*")) == []
            assert easel.model.requests == []


async def test_where_easel_may_not_look_for_its_messages_it_answers_all_the_same(
    tmp_path: Path,
) -> None:
    rules = Rules(scopes=GRANTED_SCOPES - {"channels:history"}, share_delay=0.0)
    async with PlayedSlack(rules) as slack:
        async with crash_easel(slack, tmp_path) as dead:
            pass
        async with restart_easel(slack, tmp_path) as easel:
            assert [reply.text for reply in easel.list_replies(dead.root)] == ["hello"]


async def test_a_picture_of_an_answer_that_was_never_settled_is_not_kept_for_ever(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await dead.outbox.put(PICTURE)
        half = tmp_path / "outbox" / "ab"
        half.mkdir(parents=True)
        (half / "tmp1234").write_bytes(b"half")
    async with restart_easel(slack, tmp_path):
        assert list((tmp_path / "outbox").glob("*/*")) == []


async def test_a_question_that_ends_the_process_each_time_ends_in_a_sentence(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        pass
    # In the past, so that the wait after the last crash is over when Easel starts.
    now = time.time() - 60.0 * MAX_CRASHES
    async with open_database(tmp_path / "easel.db") as database:
        queue = SqlQuestionQueue(database, owner="killed", clock=lambda: now)
        for _ in range(MAX_CRASHES - 1):
            await queue.recover_expired()
            now += 60.0  # a suspect waits after each crash
            assert await claim_one(queue) is not None
    async with restart_easel(slack, tmp_path) as easel:
        (reply,) = easel.list_replies(dead.root)
        assert "broke off each time" in reply.text and reply.buttons == []
        assert easel.model.requests == []


async def test_the_next_question_of_the_thread_waits_until_the_first_is_shown(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with crash_easel(slack, tmp_path) as dead:
        await dead.journal.settle(dead.question, Answer("first", outcome=Outcome.ANSWERED))
        later = await slack.post_as_person(
            GENERAL, f"{MENTION} say second", thread_ts=dead.root, views=("app_mention",)
        )
        thread = dead.question.thread
        await dead.queue.enqueue(
            build_incoming_message("say second", ts=later, thread=thread), claim=AMPLE
        )
    async with restart_easel(slack, tmp_path) as easel:
        assert [reply.text for reply in easel.list_replies(dead.root)] == [
            "first",
            "_Alex asked “say second”:_\n\nsecond",
        ]


async def test_what_an_interrupted_generation_cost_is_found_out_later(
    slack: PlayedSlack, tmp_path: Path
) -> None:

    from bot.billing.reconciler import Reconciler
    from bot.observability.metrics import Metrics
    from storage.ledger import SqlLedger

    class FakeProvider:
        async def fetch_cost(self, generation_id: str) -> Decimal | None:
            return {"gen-lost": Decimal("0.25")}.get(generation_id)

    async with crash_easel(slack, tmp_path) as dead:
        await record_taken(dead.ledger, dead.question, "gen-lost")
    async with restart_easel(slack, tmp_path):
        pass
    async with open_database(tmp_path / "easel.db") as database:
        ledger = SqlLedger(database, clock=lambda: 4e9)
        await Reconciler(ledger, FakeProvider(), Metrics()).reconcile_due()
        rows = await database.read(
            lambda c: c.exec_driver_sql("SELECT generation_id, cost_nano FROM attempts").all()
        )
    costs = {row[0]: row[1] for row in rows}
    assert costs["gen-lost"] == 250_000_000
    assert all(cost is not None for cost in costs.values())


async def test_sigterm_in_the_middle_of_a_stream_leaves_nothing_streaming(
    slack: PlayedSlack, tmp_path: Path
) -> None:
    async with run_easel(tmp_path, slack=slack, EASEL_GRACE_SECONDS=0) as easel:
        easel.model.token_delay = 0.01
        root = await slack.post_as_person(GENERAL, f"{MENTION} write 500 words")
        await slack.wait_until(lambda: slack.list_replies(GENERAL, root))
    assert [reply.streaming for reply in slack.list_replies(GENERAL, root)] == [False]
    async with restart_easel(slack, tmp_path) as again:
        assert len(" ".join(r.text for r in again.list_replies(root)).split()) == 500
