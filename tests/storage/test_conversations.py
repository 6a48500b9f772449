"""What was said: kept in order, bounded, and never twice."""

from __future__ import annotations

from bot.domain.conversation import Speaker, Thread, Turn
from storage.conversations import ThreadHistory
from storage.engine.sqlite import Database
from storage.files import SqliteReadings
from storage.queue.sqlite import SqliteInbox
from tests.support.values import THREAD, incoming, picture_file, turns_of

MIDDLE = "1700000050.000000"


def said(number: int, text: str = "") -> Turn:
    return Turn(Speaker.PERSON, f"17000000{number:02d}.000000", text or f"line {number}", "U0SAM")


async def test_a_thread_joined_in_the_middle_is_unknown_until_its_past_is_kept(
    database: Database,
) -> None:
    history, inbox = ThreadHistory(database), SqliteInbox(database, owner="test")
    await inbox.put(incoming("what is this?", ts=MIDDLE), take=False)
    assert not await history.knows(THREAD)

    await history.remember_earlier(THREAD, [said(1), said(2)])
    assert await history.knows(THREAD)
    turns = await turns_of(history, THREAD, before=MIDDLE, limit=9)
    assert [turn.text for turn in turns] == ["line 1", "line 2"]


async def test_a_thread_easel_saw_from_its_start_is_known(database: Database) -> None:
    await SqliteInbox(database, owner="test").put(incoming(), take=False)
    assert await ThreadHistory(database).knows(THREAD)


async def test_earlier_messages_that_are_already_kept_are_not_kept_twice(
    database: Database,
) -> None:
    history = ThreadHistory(database)
    await history.remember_earlier(THREAD, [said(1)])
    await history.remember_earlier(THREAD, [said(1), said(2)])

    turns = await turns_of(history, THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["line 1", "line 2"]


async def test_only_the_newest_turns_are_read_oldest_first(database: Database) -> None:
    history = ThreadHistory(database)
    await history.remember_earlier(THREAD, [said(n) for n in range(1, 8)])

    turns = await turns_of(history, THREAD, before="1700000007.000000", limit=2)
    assert [turn.text for turn in turns] == ["line 5", "line 6"]


async def test_the_working_copy_of_a_file_is_noted_in_its_own_thread_only(
    database: Database,
) -> None:
    history = ThreadHistory(database)
    other = Thread(THREAD.team, THREAD.channel, "1600000000.000000")
    for thread in (THREAD, other):
        turn = Turn(Speaker.PERSON, f"{thread.root[:-1]}9", "see", "U1", (picture_file(),))
        await history.remember_earlier(thread, [turn])
    await SqliteReadings(database).note(THREAD, picture_file(), "cd" * 32, "ab" * 32)

    assert (await turns_of(history, THREAD, before="9", limit=1))[0].files[
        0
    ].copy_sha256 == "ab" * 32
    assert (await turns_of(history, other, before="9", limit=1))[0].files[0].copy_sha256 == ""
