"""What files came to: known by their bytes, told as last seen, forgotten with their message."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.files import Sighting
from storage.blobs import BlobFolder
from storage.conversations import ThreadHistory
from storage.deletion import SqliteDeletions
from storage.engine.sqlite import Database
from storage.files import SqliteReadings
from storage.queue.sqlite import SqliteInbox
from tests.support.values import THREAD, incoming, picture_file, question

COPY, OTHER = "ab" * 32, "cd" * 32
ELSEWHERE = Thread(THREAD.team, THREAD.channel, "1600000000.000000")


async def remember(database: Database, thread: Thread, *ids: str) -> None:
    turn = Turn(
        Speaker.PERSON, f"{thread.root[:-1]}9", "the code is MAPLE", "U1",
        tuple(picture_file(file_id) for file_id in ids),
    )  # fmt: skip
    await ThreadHistory(database).remember_earlier(thread, [turn])


async def test_bytes_that_were_read_once_are_known(database: Database) -> None:
    readings = SqliteReadings(database)
    assert await readings.copy_of("11" * 32) == ""
    await remember(database, THREAD, "F1")
    assert await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    assert await readings.copy_of("11" * 32) == COPY
    await readings.note(THREAD, picture_file("F1"), "11" * 32, OTHER)
    assert await readings.copy_of("11" * 32) == OTHER


async def test_a_copy_is_free_only_when_no_file_has_it_any_more(database: Database) -> None:
    readings = SqliteReadings(database)
    deletions = SqliteDeletions(database)
    await remember(database, THREAD, "F1")
    await remember(database, ELSEWHERE, "F2")
    await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    await readings.note(ELSEWHERE, picture_file("F2"), "11" * 32, COPY)
    assert await deletions.forget_file("F1") == []
    assert await deletions.forget_file("F2") == [COPY]
    assert await readings.copy_of("11" * 32) == ""
    assert await deletions.forget_file("F2") == [], "twice is once"
    assert await deletions.forget_file("") == []


async def test_a_file_that_is_gone_gets_no_copy_again(database: Database) -> None:
    readings = SqliteReadings(database)
    deletions = SqliteDeletions(database)
    await remember(database, THREAD, "F1")
    await deletions.forget_file("F1")
    assert not await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    assert await readings.copy_of("11" * 32) == "", "nobody has that copy"
    past = await ThreadHistory(database).past(THREAD, before="9", limit=9)
    assert past.files[0].is_gone and past.files[0].copy_sha256 == ""


async def test_a_deleted_message_takes_its_words_its_files_and_its_summary_along(
    database: Database,
) -> None:
    history, readings = ThreadHistory(database), SqliteReadings(database)
    deletions = SqliteDeletions(database)
    await remember(database, THREAD, "F1")
    await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    past = await history.past(THREAD, before="9", limit=9)
    await history.fold(THREAD, past.turns, "They said MAPLE.")
    ts = past.turns[0].ts
    assert await deletions.forget_message(THREAD.team, "C0OTHER", ts) == []
    assert await deletions.forget_message(THREAD.team, THREAD.channel, ts) == [COPY]
    after = await history.past(THREAD, before="9", limit=9)
    assert after.summary == "" and [turn.text for turn in after.turns] == [""]


async def test_a_question_that_nobody_has_begun_is_not_answered_once_it_is_deleted(
    database: Database,
) -> None:
    inbox = SqliteInbox(database, owner="me")
    message = incoming("please answer")
    await inbox.put(message, take=False)
    await SqliteDeletions(database).forget_message(
        message.thread.team, message.thread.channel, message.ts
    )
    assert await inbox.claim() is None


async def test_what_was_seen_is_told_once_for_each_file_and_as_it_was_last(
    database: Database,
) -> None:
    readings = SqliteReadings(database)
    deletions = SqliteDeletions(database)
    await remember(database, THREAD, "F1", "F2")
    first = question()
    second = replace(question(number=2), ts="1700000099.000000")
    a = Sighting("F1", "a.pdf", "PDF", pages="all 3", tokens=900)
    b = Sighting("F2", "b.png", "PNG picture", pixels="64×48", tokens=5)
    await readings.saw(first, [a, b])
    await readings.saw(first, [a, b])
    assert await readings.seen(THREAD) == [a, b]
    later = Sighting("F1", "a.pdf", "PDF", pages="2 of 3", tokens=300)
    await readings.saw(second, [later])
    assert await readings.seen(THREAD) == [later, b]
    assert await readings.seen(ELSEWHERE) == []
    await deletions.forget_file("F1")
    assert "F1" not in {item.file for item in await readings.seen(THREAD)}


async def test_copies_that_are_not_needed_for_days_are_let_go(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1_000_000)
    old, young = await blobs.put(b"old"), await blobs.put(b"young")
    past = time.time() - 31 * 86_400
    await asyncio.to_thread(os.utime, tmp_path / old[:2] / old[2:], (past, past))
    await blobs.let_go_unused(days=30)
    assert await blobs.get(old) is None and await blobs.get(young) == b"young"


async def test_old_readings_are_forgotten_and_copies_in_use_are_named(database: Database) -> None:
    now = 1_000_000_000.0
    readings = SqliteReadings(database, clock=lambda: now)
    await remember(database, THREAD, "F1")
    await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    assert await readings.tidy(days=30) == {COPY}
    now += 31 * 86_400
    assert await readings.tidy(days=30) == {COPY}
    assert await readings.copy_of("11" * 32) == ""


async def test_a_message_that_goes_leaves_its_file_where_else_it_is_shared(
    database: Database,
) -> None:
    history, readings = ThreadHistory(database), SqliteReadings(database)
    deletions = SqliteDeletions(database)
    await remember(database, THREAD, "F1")
    await remember(database, ELSEWHERE, "F1")
    await readings.note(THREAD, picture_file("F1"), "11" * 32, COPY)
    await readings.note(ELSEWHERE, picture_file("F1"), "11" * 32, COPY)
    ts = (await history.past(THREAD, before="9", limit=9)).turns[0].ts
    assert await deletions.forget_message(THREAD.team, THREAD.channel, ts) == []
    assert (await history.past(THREAD, before="9", limit=9)).files[0].is_gone
    (there,) = (await history.past(ELSEWHERE, before="9", limit=9)).files
    assert not there.is_gone and there.copy_sha256 == COPY


async def test_what_quotes_a_deleted_message_is_forgotten_with_it(database: Database) -> None:
    inbox, history = SqliteInbox(database, owner="me"), ThreadHistory(database)
    chosen = replace(incoming("Explain\n\n> the code is MAPLE"), about="1600000001.000000")
    await inbox.put(chosen, take=False)
    await SqliteDeletions(database).forget_message(
        chosen.thread.team, chosen.thread.channel, "1600000001.000000"
    )
    past = await history.past(chosen.thread, before="9", limit=9)
    assert [turn.text for turn in past.turns] == [""]


async def test_a_summary_of_what_was_deleted_meanwhile_is_not_kept(database: Database) -> None:
    history, deletions = ThreadHistory(database), SqliteDeletions(database)
    await remember(database, THREAD, "F1")
    turns = (await history.past(THREAD, before="9", limit=9)).turns
    await deletions.forget_message(THREAD.team, THREAD.channel, turns[0].ts)
    await history.fold(THREAD, turns, "They said MAPLE.")
    assert (await history.past(THREAD, before="9", limit=9)).summary == ""


async def test_a_file_is_known_as_slack_describes_it(database: Database) -> None:
    readings = SqliteReadings(database)
    await remember(database, THREAD, "F1")
    known = replace(picture_file("F1"), name="from-them.png", mimetype="image/*", size=7, url="u")
    await readings.note(THREAD, known, "11" * 32, COPY)
    (kept,) = (await ThreadHistory(database).past(THREAD, before="9", limit=9)).files
    assert (kept.name, kept.mimetype, kept.size, kept.url) == ("from-them.png", "image/*", 7, "u")
