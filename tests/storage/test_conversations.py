"""The messages of threads: in order, limited, and never twice."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.answers.chart_fence import NativeChart, write_fence
from bot.domain.conversation import Speaker, Thread, Turn
from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.files import SqlFileStore
from storage.queue.questions import SqlQuestionQueue
from tests.support.values import THREAD, build_incoming_message, build_picture_ref, load_turns

MIDDLE_TS = "1700000050.000000"


def build_turn(number: int, text: str = "") -> Turn:
    return Turn(Speaker.PERSON, f"17000000{number:02d}.000000", text or f"line {number}", "U0SAM")


async def test_a_thread_joined_in_the_middle_is_unknown_until_its_past_is_kept(
    database: Database,
) -> None:
    conversations = SqlConversationStore(database)
    queue = SqlQuestionQueue(database, owner="test")
    await queue.enqueue(build_incoming_message("what is this?", ts=MIDDLE_TS), claim=None)
    assert not await conversations.has_earlier(THREAD)

    await conversations.save_earlier(THREAD, [build_turn(1), build_turn(2)])
    assert await conversations.has_earlier(THREAD)
    turns = await load_turns(conversations, THREAD, before=MIDDLE_TS, limit=9)
    assert [turn.text for turn in turns] == ["line 1", "line 2"]


async def test_a_thread_easel_saw_from_its_start_is_known(database: Database) -> None:
    await SqlQuestionQueue(database, owner="test").enqueue(build_incoming_message(), claim=None)
    assert await SqlConversationStore(database).has_earlier(THREAD)


async def test_earlier_messages_that_are_already_kept_are_not_kept_twice(
    database: Database,
) -> None:
    conversations = SqlConversationStore(database)
    await conversations.save_earlier(THREAD, [build_turn(1)])
    await conversations.save_earlier(THREAD, [build_turn(1), build_turn(2)])

    turns = await load_turns(conversations, THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["line 1", "line 2"]


async def test_only_the_newest_turns_are_read_oldest_first(database: Database) -> None:
    conversations = SqlConversationStore(database)
    await conversations.save_earlier(THREAD, [build_turn(n) for n in range(1, 8)])

    turns = await load_turns(conversations, THREAD, before="1700000007.000000", limit=2)
    assert [turn.text for turn in turns] == ["line 5", "line 6"]


async def test_the_working_copy_of_a_file_is_noted_in_its_own_thread_only(
    database: Database,
) -> None:
    conversations = SqlConversationStore(database)
    other = Thread(THREAD.team, THREAD.channel, "1600000000.000000")
    for thread in (THREAD, other):
        turn = Turn(Speaker.PERSON, f"{thread.root[:-1]}9", "see", "U1", (build_picture_ref(),))
        await conversations.save_earlier(thread, [turn])
    await SqlFileStore(database).record_file(THREAD, build_picture_ref(), "cd" * 32, "ab" * 32)

    (turn,) = await load_turns(conversations, THREAD, before="9", limit=1)
    assert turn.files[0].copy_sha256 == "ab" * 32
    (turn,) = await load_turns(conversations, other, before="9", limit=1)
    assert turn.files[0].copy_sha256 == ""


async def test_what_is_loaded_for_a_summary_begins_with_the_oldest_that_none_has_seen(
    database: Database,
) -> None:
    conversations = SqlConversationStore(database)
    await conversations.save_earlier(THREAD, [build_turn(number) for number in range(1, 10)])
    seen = list[str]()
    for _ in range(3):
        history = await conversations.load(THREAD, before="9", limit=4, starts_with_oldest=True)
        seen += [turn.text for turn in history.turns[:3]]
        await conversations.save_summary(THREAD, history.turns[:3], "so far")
    assert seen == [f"line {number}" for number in range(1, 10)]


async def test_it_is_counted_how_much_a_summary_replaces_however_often_it_was_renewed(
    database: Database,
) -> None:
    conversations = SqlConversationStore(database)
    turns = [replace(build_turn(number), tokens=10 * number) for number in range(1, 8)]
    other = Thread(THREAD.team, THREAD.channel, "1600000000.000000")
    for thread in (THREAD, other):
        await conversations.save_earlier(thread, turns)
    counted = list[int]()
    for _ in range(3):
        history = await conversations.load(THREAD, before="9", limit=9, starts_with_oldest=True)
        counted.append(history.summarized_tokens)
        await conversations.save_summary(THREAD, history.turns[:2], "so far")
    assert counted == [0, 10 + 20 + 2 * 4, 10 + 20 + 30 + 40 + 4 * 4]
    # One that Slack has sent late is in no summary.
    late = replace(turns[0], ts=f"{THREAD.root}5", text="late", tokens=7)
    await conversations.save_earlier(THREAD, [late])
    history = await conversations.load(THREAD, before="9", limit=9, starts_with_oldest=True)
    assert history.summarized_tokens == 210 + 6 * 4 and history.turns[0].text == "late"
    assert (await conversations.load(THREAD, before="9", limit=9)).summarized_tokens == 0


async def test_who_wrote_what_is_summarized_is_still_known(database: Database) -> None:
    conversations = SqlConversationStore(database)
    turns = [
        Turn(Speaker.PERSON, f"170000000{number}.000100", f"line {number}", user)
        for number, user in enumerate(["U2", "U1", "U2", "U3"])
    ]
    await conversations.save_earlier(THREAD, turns)
    assert (await conversations.load(THREAD, before="9", limit=9)).authors == ()
    loaded = (await conversations.load(THREAD, before="9", limit=9)).turns
    await conversations.save_summary(THREAD, loaded[:3], "so far")
    history = await conversations.load(THREAD, before="9", limit=9)
    assert sorted(history.authors) == [
        ("U1", turns[1].ts), ("U2", turns[0].ts), ("U3", turns[3].ts),
    ]  # fmt: skip


async def test_of_a_chart_the_words_are_loaded_and_summarized(database: Database) -> None:
    conversations = SqlConversationStore(database)
    chart = NativeChart("bar", "t", ("a",), (("s", (1.0,)),))
    turn = Turn(Speaker.EASEL, build_turn(1).ts, f"{write_fence(chart)}\n\nSales by month.")
    await conversations.save_earlier(THREAD, [turn])
    loaded = (await conversations.load(THREAD, before="9", limit=9)).turns
    assert [one.text for one in loaded] == ["Sales by month."] and loaded[0].tokens < 10
    await conversations.save_summary(THREAD, loaded, "so far")
    assert (await conversations.load(THREAD, before="9", limit=9)).summary == "so far"
