"""A database that fails for a moment puts a question back; no answer is given without what was to
be read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.history.load import HistoryLoader
from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.errors import SlackError, StoreError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer, ReadOptions
from bot.files.sandbox.sandbox import Sandbox
from bot.request.parse import parse_request
from storage.blobs import BlobFolder
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.files import SqlFileStore
from storage.queue.questions import SqlQuestionQueue
from tests.support.values import build_incoming_message, build_question

# The mention in a thread that others have begun.
QUESTION = replace(build_question(), ts="1700000009.000100")
REQUEST = parse_request("hello")
EARLIER = Turn(Speaker.PERSON, QUESTION.thread.root, "the budget is 300", "U0SAM")


class ThreadInSlack:
    """A thread with one earlier message, which is not given while `is_refused`."""

    is_refused = False

    async def fetch_earlier(self, thread: Thread, before: str) -> list[Turn]:
        if self.is_refused:
            raise SlackError("missing_scope", "conversations.replies")
        return [EARLIER] if before > thread.root else []

    async def resolve_links(self, thread: Thread, links: object) -> object:
        raise AssertionError("no links in these")


class FilesInSlack:
    async def look_up(self, file: FileRef) -> FileRef:
        return file

    async def fetch(self, file: FileRef) -> bytes:
        return f"the words of {file.name}".encode()


async def refuse_rows(database: Database, table: str) -> None:
    """Have the database fail to write into one table, as a server that is restarted."""
    await database.write(
        lambda c: c.exec_driver_sql(
            f"CREATE TRIGGER failing BEFORE INSERT ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'failing'); END"
        ).close()
    )


async def recover(database: Database) -> None:
    await database.write(lambda c: c.exec_driver_sql("DROP TRIGGER failing").close())


async def test_earlier_messages_are_never_left_out_because_the_database_failed(
    database: Database,
) -> None:
    threads = ThreadInSlack()
    loader = HistoryLoader(SqlConversationStore(database), threads, 50)  # type: ignore[arg-type] # a fake
    notes = list[Message]()
    await refuse_rows(database, "turns")
    with pytest.raises(StoreError):
        await loader.load(QUESTION, REQUEST, notes)
    assert notes == []
    await recover(database)
    history, _ = await loader.load(QUESTION, REQUEST, notes)
    assert [turn.text for turn in history.turns] == [EARLIER.text]
    assert notes == []


async def test_what_slack_refuses_is_said_and_answered_without(database: Database) -> None:
    threads = ThreadInSlack()
    threads.is_refused = True
    loader = HistoryLoader(SqlConversationStore(database), threads, 50)  # type: ignore[arg-type] # a fake
    notes = list[Message]()
    history, _ = await loader.load(QUESTION, REQUEST, notes)
    assert history.turns == () and len(notes) == 1


async def test_a_file_is_not_called_unreadable_because_the_database_failed(
    database: Database, tmp_path: Path
) -> None:
    blobs = BlobFolder(tmp_path / "blobs", max_bytes=1 << 20)
    refs = tuple(FileRef(f"F{n}", f"notes{n}.txt", "text/plain", 20) for n in range(3))
    question = replace(QUESTION, files=refs[:2])
    await SqlQuestionQueue(database, owner="a").enqueue(
        build_incoming_message(files=refs), claim=None
    )
    async with Sandbox() as sandbox:
        stores = SqlFileStore(database), SqlDeletionStore(database)
        preparer = FilePreparer(FileCache(FilesInSlack(), blobs, *stores, sandbox), sandbox)

        async def prepare() -> int:
            own, earlier = await asyncio.gather(
                preparer.prepare(question, (), ReadOptions()),
                preparer.prepare_earlier(question, refs[2:], ReadOptions(), requested=True),
            )
            assert own.unreadable == earlier.unreadable == ()
            return len(own.documents) + len(earlier.documents)

        await refuse_rows(database, "readings")
        with pytest.raises(StoreError):
            await preparer.prepare(question, (), ReadOptions())
        with pytest.raises(StoreError):
            await preparer.prepare_earlier(question, refs[2:], ReadOptions(), requested=True)
        await recover(database)
        assert await prepare() == 3
