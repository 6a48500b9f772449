"""What Slack has written down of a clip is read as text, and said to be that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.conversation import Thread
from bot.domain.files import TRANSCRIPT_MODE, FileRef
from bot.domain.messages import Message
from bot.files.cache import FileCache
from bot.files.readers.dispatch import read_file
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from storage.blobs import BlobFolder
from storage.deletion import SqlDeletionStore
from storage.engine.sqlite import open_database
from storage.files import SqlFileStore

THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")
# As Slack serves it: a byte order mark, a space after the name, no speakers.
SERVED = (
    b"\xef\xbb\xbfWEBVTT \n\n00:00:05.488 --> 00:00:13.349\n- The launch moves to May\n\n"
    b"01:02:03.349 --> 01:02:04.210\nand the budget stays.\n\n\n"
)


class ClipFiles:
    """A Slack in which every file has the same bytes."""

    async def look_up(self, file: FileRef) -> FileRef:
        return file

    async def fetch(self, file: FileRef) -> bytes:
        return SERVED


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[FileCache]:
    async with open_database(tmp_path / "easel.db") as database, Sandbox() as sandbox:
        blobs = BlobFolder(tmp_path / "blobs", max_bytes=1 << 30)
        stores = SqlFileStore(database), SqlDeletionStore(database)
        yield FileCache(ClipFiles(), blobs, *stores, sandbox)


async def test_a_transcript_says_whose_it_is_and_what_it_is_not(cache: FileCache) -> None:
    clip = FileRef("F1", "standup.m4a", mode=TRANSCRIPT_MODE, url="https://x", mimetype="text/vtt")
    read = await cache.read(THREAD, clip)
    assert "".join(read.pages).splitlines() == [
        "[0:00:05] The launch moves to May",
        "[1:02:03] and the budget stays.",
    ]
    assert isinstance(read.left_out, Message) and "transcript that Slack made" in str(read.left_out)
    # Equal bytes that somebody sends as a file are no clip.
    file = await cache.read(THREAD, FileRef("F2", "standup.vtt", url="https://y"))
    assert not file.left_out


@pytest.mark.parametrize("silence", ["WEBVTT", "\ufeffWEBVTT \r\n\r\n\r\n"])
def test_a_transcript_of_silence_is_said_to_be_empty(silence: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_file("standup.m4a", silence.encode())
    assert "not one word" in str(caught.value.user_message)


def test_a_dash_before_a_speech_is_no_part_of_it() -> None:
    cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n- {}\n"
    assert read_file("a.vtt", cue.format("Yes.").encode()).pages == ("[0:00:01] Yes.\n",)
    # Two speakers in one cue keep theirs: they tell them apart.
    both = cue.format("Yes?\n- No.").encode()
    assert read_file("a.vtt", both).pages == ("[0:00:01] - Yes? - No.\n",)
    assert read_file("a.vtt", cue.format("-5 degrees").encode()).pages == (
        "[0:00:01] -5 degrees\n",
    )
