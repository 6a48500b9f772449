"""A file that was too slow or too heavy, or has ended its decoder, is not read again at once."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.conversation import Thread
from bot.domain.errors import MachineShort
from bot.domain.files import FileRef
from bot.files.cache import FileCache
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError, build_unreadable_error
from storage.blobs import BlobFolder
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.engine.sqlite import open_database
from storage.files import SqlFileStore
from tests.support.easel import build_png

THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")


class ShelfFiles:
    """Files in Slack, by their ids. The first `refused` fetches find no room on this machine."""

    def __init__(self, **data: bytes) -> None:
        self.data = data
        self.refused = 0

    async def look_up(self, file: FileRef) -> FileRef:
        return file

    async def fetch(self, file: FileRef) -> bytes:
        if self.refused:
            self.refused -= 1
            raise MachineShort("EMFILE")
        return self.data[file.id]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "easel.db") as opened:
        yield opened


def build_cache(files: ShelfFiles, database: Database, sandbox: Sandbox, folder: Path) -> FileCache:
    blobs = BlobFolder(folder / "blobs", max_bytes=1 << 30)
    stores = SqlFileStore(database), SqlDeletionStore(database)
    return FileCache(files, blobs, *stores, sandbox)


def build_large_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (9_000, 9_000), (1, 2, 3, 4)).save(out, "PNG", compress_level=1)
    return out.getvalue()


async def refuse(cache: FileCache, file_id: str) -> str:
    with pytest.raises(UnreadableError) as refused:
        await cache.read(THREAD, FileRef(file_id, f"{file_id}.png", "image/png"))
    return refused.value.why


async def test_equal_bytes_that_were_too_slow_are_refused_without_a_decoder(
    database: Database, tmp_path: Path
) -> None:
    slow = await asyncio.to_thread(build_large_png)
    async with Sandbox(task_seconds=0.05) as sandbox:
        cache = build_cache(ShelfFiles(F1=slow, F2=slow), database, sandbox, tmp_path)
        assert [await refuse(cache, one) for one in ("F1", "F2", "F1")] == ["took too long"] * 3
        assert sandbox.pool.death_count == 1


async def test_a_search_that_took_too_long_is_not_begun_again(
    database: Database, tmp_path: Path
) -> None:
    searched = list[str]()

    async def search(why: str) -> str:
        searched.append(why)
        raise build_unreadable_error("a.zip", why)

    async with Sandbox() as sandbox:
        cache = build_cache(ShelfFiles(), database, sandbox, tmp_path)
        for key, why in [("A", "took too long"), ("A", ""), ("B", "damaged"), ("B", "damaged")]:
            with pytest.raises(UnreadableError) as refused:
                await cache.try_once(partial(search, why), "a.zip", key)
            assert refused.value.why == (why or "took too long")
    assert searched == ["took too long", "damaged", "damaged"]


async def test_what_no_decoder_was_started_for_is_read_as_soon_as_one_is(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Sandbox(patience_seconds=0.3) as sandbox:
        cache = build_cache(ShelfFiles(F1=build_png()), database, sandbox, tmp_path)
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/false")
            assert await refuse(cache, "F1") == "not started"
        assert (await cache.read(THREAD, FileRef("F1", "F1.png", "image/png"))).pictures


async def test_a_download_waits_until_the_machine_has_room(
    database: Database, tmp_path: Path
) -> None:
    files = ShelfFiles(F1=build_png())
    files.refused = 3
    async with Sandbox() as sandbox:
        cache = build_cache(files, database, sandbox, tmp_path)
        assert (await cache.read(THREAD, FileRef("F1", "F1.png", "image/png"))).pictures
    assert files.refused == 0


async def test_a_download_that_finds_no_room_for_long_is_told_as_that(
    database: Database, tmp_path: Path
) -> None:
    files = ShelfFiles(F1=build_png())
    files.refused = 1_000
    async with Sandbox(patience_seconds=0.3) as sandbox:
        cache = build_cache(files, database, sandbox, tmp_path)
        with pytest.raises(MachineShort):
            await cache.read(THREAD, FileRef("F1", "F1.png", "image/png"))
        files.refused = 0
        assert (await cache.read(THREAD, FileRef("F1", "F1.png", "image/png"))).pictures
