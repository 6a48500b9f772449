"""Working copies: known by content, bounded, never half."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from bot.domain.errors import OperatorError, StoreError
from bot.observability.shortages import report_waits
from storage.blobs import BlobFolder
from tests.support.shortages import without_descriptors


def compute_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_what_is_kept_comes_back_by_its_digest(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path / "blobs", max_bytes=1000)
    assert await blobs.put(b"fox") == compute_digest(b"fox")
    assert await blobs.get(compute_digest(b"fox")) == b"fox"
    assert await blobs.get(compute_digest(b"cat")) is None


async def test_the_same_bytes_from_many_at_once_are_kept_once(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    await asyncio.gather(*(blobs.put(b"fox") for _ in range(20)))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


async def test_a_damaged_copy_is_gone(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    name = await blobs.put(b"fox")
    (tmp_path / name[:2] / name[2:]).write_bytes(b"fax")
    assert await blobs.get(name) is None
    assert not (tmp_path / name[:2] / name[2:]).exists()


async def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=25)
    names = [await blobs.put(bytes([65 + n]) * 10) for n in range(2)]
    for age, name in enumerate(names):
        os.utime(tmp_path / name[:2] / name[2:], (1000 + age, 1000 + age))
    await blobs.get(names[0])
    newest = await blobs.put(b"C" * 10)
    assert await blobs.get(names[1]) is None
    assert await blobs.get(names[0]) and await blobs.get(newest)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
async def test_only_digests_are_looked_up(tmp_path: Path, name: str) -> None:
    assert await BlobFolder(tmp_path, max_bytes=10).get(name) is None


async def test_a_disk_that_does_not_take_it_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file in the way")
    with pytest.raises(OperatorError, match="blobs"):
        await BlobFolder(tmp_path / "blobs", max_bytes=10).put(b"fox")


async def test_bytes_are_not_lost_because_the_machine_opens_no_file_right_now(
    tmp_path: Path,
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    name = await blobs.put(b"paid for")
    waits = asyncio.Event()
    with without_descriptors(), report_waits(waits.set, lambda: None):
        reading = asyncio.create_task(blobs.get(name))
        writing = asyncio.create_task(blobs.put(b"another"))
        await asyncio.wait_for(waits.wait(), 60)
    assert await reading == b"paid for"
    assert await blobs.get(await writing) == b"another"


async def test_where_that_lasts_nobody_is_told_that_the_bytes_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    name = await blobs.put(b"paid for")
    monkeypatch.setattr("storage.blobs._PATIENCE_SECONDS", 0.3)
    with without_descriptors(), pytest.raises(StoreError):
        await blobs.get(name)
    assert await blobs.get(name) == b"paid for"
