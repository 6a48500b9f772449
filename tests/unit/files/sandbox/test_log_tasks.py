"""Logs are looked through in a real decoder, which is confined and bounded."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from bot.diagnosis.excerpt import Excerpt
from bot.domain.files import FileRef
from bot.files.cache import FileCache
from bot.files.logs import LogReader
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError


class PlainCache:
    """Stands for a file cache that fetches `data`."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def fetch_original(self, ref: FileRef) -> bytes:
        return self.data


async def read(data: bytes) -> Excerpt:
    async with Sandbox() as sandbox:
        cache: FileCache = PlainCache(data)  # type: ignore[assignment] # a fake
        return await LogReader(cache, sandbox).read_relevant(FileRef("F1", "a.log"), "")


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 12_000_000,
        b"\x1b[31m" * 500_000,
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><testsuite>&b;',
        b'{"log":{"entries":' + b"[" * 200_000,
        gzip.compress(b"error"),
        b"\x00" * 100_000,
        b"",
    ],
    ids=("one line", "colours", "entities", "deep", "packed", "zeros", "empty"),
)
async def test_a_hostile_log_is_read_as_lines_and_nothing_breaks(data: bytes) -> None:
    excerpt = await read(data)
    assert len(excerpt.lines) <= 300 and excerpt.kind == "log"


async def test_the_logs_of_an_archive_are_read_as_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1_test.txt", "start\n" * 400 + "KeyError: 'database'\n")
        archive.writestr("0_build.txt", "built\n")
        archive.writestr("test/3_Run.txt", "KeyError: 'database'\n")
        archive.writestr("a.png", b"\x89PNG")
    excerpt = await read(out.getvalue())
    assert (excerpt.kind, excerpt.total) == ("ZIP archive", 404)
    texts = {line.number: line.text for line in excerpt.lines}
    assert texts[1] == "=== 0_build.txt ===" and texts[404] == "KeyError: 'database'"
    assert excerpt.first_failure == 404


async def test_an_archive_without_logs_is_none() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("main.py", "error")
    with pytest.raises(UnreadableError):
        await read(out.getvalue())


async def test_what_the_decoder_returns_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox() as sandbox:

        async def forge(*_: object, **__: object) -> object:
            return {}, [b'{"total": 1, "lines": [[5, "made up", 0, 0]]}']

        monkeypatch.setattr(sandbox.pool, "run_task", forge)
        with pytest.raises(UnreadableError):
            await LogReader(PlainCache(b""), sandbox).read_text("a", "b")  # type: ignore[arg-type] # a fake
