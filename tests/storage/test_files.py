"""Files: known by their bytes, listed as last seen, forgotten with their message."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.files import FileView
from storage.blobs import BlobFolder
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.files import SqlFileStore
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import claim_one
from tests.support.values import THREAD, build_incoming_message, build_picture_ref, build_question

COPY_SHA256, OTHER_SHA256 = "ab" * 32, "cd" * 32
OTHER_THREAD = Thread(THREAD.team, THREAD.channel, "1600000000.000000")


async def save_turn(database: Database, thread: Thread, *ids: str) -> None:
    turn = Turn(
        Speaker.PERSON, f"{thread.root[:-1]}9", "the code is MAPLE", "U1",
        tuple(build_picture_ref(file_id) for file_id in ids),
    )  # fmt: skip
    await SqlConversationStore(database).save_earlier(thread, [turn])


async def test_bytes_that_were_read_once_are_known(database: Database) -> None:
    file_store = SqlFileStore(database)
    assert await file_store.find_copy("11" * 32) == ""
    await save_turn(database, THREAD, "F1")
    assert await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    assert await file_store.find_copy("11" * 32) == COPY_SHA256
    await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, OTHER_SHA256)
    assert await file_store.find_copy("11" * 32) == OTHER_SHA256


async def test_a_copy_is_free_only_when_no_file_has_it_any_more(database: Database) -> None:
    file_store = SqlFileStore(database)
    deletions = SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1")
    await save_turn(database, OTHER_THREAD, "F2")
    await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    await file_store.record_file(OTHER_THREAD, build_picture_ref("F2"), "11" * 32, COPY_SHA256)
    assert await deletions.forget_file("F1") == []
    assert await deletions.forget_file("F2") == [COPY_SHA256]
    assert await file_store.find_copy("11" * 32) == ""
    assert await deletions.forget_file("F2") == [], "a second time changes nothing"
    assert await deletions.forget_file("") == []


async def test_a_file_that_is_gone_gets_no_copy_again(database: Database) -> None:
    file_store = SqlFileStore(database)
    deletions = SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1")
    await deletions.forget_file("F1")
    assert not await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    assert await file_store.find_copy("11" * 32) == "", "no file has that copy"
    history = await SqlConversationStore(database).load(THREAD, before="9", limit=9)
    assert history.files[0].is_gone and history.files[0].copy_sha256 == ""


async def test_a_deleted_message_takes_its_words_its_files_and_its_summary_along(
    database: Database,
) -> None:
    conversations, file_store = SqlConversationStore(database), SqlFileStore(database)
    deletions = SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1")
    await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    history = await conversations.load(THREAD, before="9", limit=9)
    await conversations.save_summary(THREAD, history.turns, "They said MAPLE.")
    ts = history.turns[0].ts
    assert await deletions.forget_message(THREAD.team, "C0OTHER", ts) == []
    assert await deletions.forget_message(THREAD.team, THREAD.channel, ts) == [COPY_SHA256]
    after = await conversations.load(THREAD, before="9", limit=9)
    assert after.summary == "" and [turn.text for turn in after.turns] == [""]


async def test_a_question_that_was_never_begun_is_not_answered_once_it_is_deleted(
    database: Database,
) -> None:
    queue = SqlQuestionQueue(database, owner="me")
    message = build_incoming_message("please answer")
    await queue.enqueue(message, claim=None)
    await SqlDeletionStore(database).forget_message(
        message.thread.team, message.thread.channel, message.ts
    )
    assert await claim_one(queue) is None


async def test_what_was_seen_is_told_once_for_each_file_and_as_it_was_last(
    database: Database,
) -> None:
    file_store = SqlFileStore(database)
    deletions = SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1", "F2")
    first = build_question()
    second = replace(build_question(number=2), ts="1700000099.000000")
    a = FileView("F1", "a.pdf", "PDF", pages="all 3", tokens=900)
    b = FileView("F2", "b.png", "PNG picture", pixels="64×48", tokens=5)
    await file_store.record_views(first, [a, b])
    await file_store.record_views(first, [a, b])
    assert await file_store.list_views(THREAD) == [a, b]
    later = FileView("F1", "a.pdf", "PDF", pages="2 of 3", tokens=300)
    await file_store.record_views(second, [later])
    assert await file_store.list_views(THREAD) == [later, b]
    assert await file_store.list_views(OTHER_THREAD) == []
    await deletions.forget_file("F1")
    assert "F1" not in {item.file_id for item in await file_store.list_views(THREAD)}


async def test_copies_that_are_not_needed_for_days_are_let_go(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1_000_000)
    old, young = await blobs.put(b"old"), await blobs.put(b"young")
    month_ago = time.time() - 31 * 86_400
    await asyncio.to_thread(os.utime, tmp_path / old[:2] / old[2:], (month_ago, month_ago))
    await blobs.delete_unused(days=30)
    assert await blobs.get(old) is None and await blobs.get(young) == b"young"


async def test_old_readings_are_forgotten_and_copies_in_use_are_named(database: Database) -> None:
    now = 1_000_000_000.0
    file_store = SqlFileStore(database, clock=lambda: now)
    await save_turn(database, THREAD, "F1")
    await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    assert await file_store.delete_old_readings(days=30) == {COPY_SHA256}
    now += 31 * 86_400
    assert await file_store.delete_old_readings(days=30) == {COPY_SHA256}
    assert await file_store.find_copy("11" * 32) == ""


async def test_a_message_that_goes_leaves_its_file_where_else_it_is_shared(
    database: Database,
) -> None:
    conversations, file_store = SqlConversationStore(database), SqlFileStore(database)
    deletions = SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1")
    await save_turn(database, OTHER_THREAD, "F1")
    await file_store.record_file(THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    await file_store.record_file(OTHER_THREAD, build_picture_ref("F1"), "11" * 32, COPY_SHA256)
    ts = (await conversations.load(THREAD, before="9", limit=9)).turns[0].ts
    assert await deletions.forget_message(THREAD.team, THREAD.channel, ts) == []
    assert (await conversations.load(THREAD, before="9", limit=9)).files[0].is_gone
    (there,) = (await conversations.load(OTHER_THREAD, before="9", limit=9)).files
    assert not there.is_gone and there.copy_sha256 == COPY_SHA256


async def test_what_quotes_a_deleted_message_is_forgotten_with_it(database: Database) -> None:
    queue = SqlQuestionQueue(database, owner="me")
    conversations = SqlConversationStore(database)
    message = replace(
        build_incoming_message("Explain\n\n> the code is MAPLE"), quoted_ts="1600000001.000000"
    )
    await queue.enqueue(message, claim=None)
    await SqlDeletionStore(database).forget_message(
        message.thread.team, message.thread.channel, "1600000001.000000"
    )
    history = await conversations.load(message.thread, before="9", limit=9)
    assert [turn.text for turn in history.turns] == [""]


async def test_a_summary_of_what_was_deleted_meanwhile_is_not_kept(database: Database) -> None:
    conversations, deletions = SqlConversationStore(database), SqlDeletionStore(database)
    await save_turn(database, THREAD, "F1")
    turns = (await conversations.load(THREAD, before="9", limit=9)).turns
    await deletions.forget_message(THREAD.team, THREAD.channel, turns[0].ts)
    await conversations.save_summary(THREAD, turns, "They said MAPLE.")
    assert (await conversations.load(THREAD, before="9", limit=9)).summary == ""


async def test_a_file_is_known_as_slack_describes_it(database: Database) -> None:
    file_store = SqlFileStore(database)
    await save_turn(database, THREAD, "F1")
    described = replace(
        build_picture_ref("F1"), name="from-them.png", mimetype="image/*", size=7, url="u"
    )
    await file_store.record_file(THREAD, described, "11" * 32, COPY_SHA256)
    (stored,) = (await SqlConversationStore(database).load(THREAD, before="9", limit=9)).files
    assert replace(stored, sha256="", copy_sha256="") == described


async def test_all_answers_of_a_thread_are_counted_summarized_or_not(database: Database) -> None:
    conversations = SqlConversationStore(database)
    assert await conversations.count_answers(THREAD) == 0
    speakers = [Speaker.PERSON, Speaker.EASEL, Speaker.PERSON, Speaker.EASEL]
    turns = [Turn(who, f"{n}.0", f"text {n}", "U1") for n, who in enumerate(speakers)]
    await conversations.save_earlier(THREAD, turns)
    await conversations.save_earlier(replace(THREAD, root="2.0"), turns)
    history = await conversations.load(THREAD, before="9", limit=9)
    await conversations.save_summary(THREAD, history.turns[:2], "They talked.")
    assert await conversations.count_answers(THREAD) == 2
