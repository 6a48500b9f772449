"""Working copies when much happens at once, the folder is full, or the disk gives trouble.

Patches of the system only watch or raise; they never change a file.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.disk.private_folder import Entry, PrivateFolder
from bot.domain.errors import OperatorError
from storage.blobs import BlobFolder


def compute_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def list_copies(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def measure_used_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in list_copies(folder))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_bytes_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, many: list[bytes]
) -> None:
    async def write_and_read() -> None:
        blobs = BlobFolder(tmp_path_factory.mktemp("blobs"), max_bytes=10_000)
        names = [await blobs.put(data) for data in many]
        assert [await blobs.get(name) for name in names] == many

    asyncio.run(write_and_read())


async def test_only_the_owner_can_read_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    await BlobFolder(folder, max_bytes=1000).put(b"fox")
    (file,) = list_copies(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_the_event_loop_never_waits_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    threads: dict[str, set[int]] = {"open": set(), "fsync": set(), "unlink": set()}

    def record(name: str) -> None:
        call = getattr(os, name)

        def record_call(*arguments: Any, **options: Any) -> Any:
            threads[name].add(threading.get_ident())
            return call(*arguments, **options)

        monkeypatch.setattr(os, name, record_call)

    for name in threads:
        record(name)
    digest = await blobs.put(b"fox")
    assert await blobs.get(digest) == b"fox"
    await blobs.delete(digest)
    assert all(threads.values()) and threading.get_ident() not in set().union(*threads.values())


async def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_disk_full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs = BlobFolder(tmp_path, max_bytes=1000)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", raise_disk_full)
        with pytest.raises(OperatorError, match="No space left") as refused:
            await blobs.put(b"fox")
    assert "disk" in refused.value.user_message and list_copies(tmp_path) == []
    assert await blobs.get(await blobs.put(b"fox")) == b"fox"


async def test_bytes_that_were_damaged_can_be_kept_again(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    name = await blobs.put(b"fox")
    (tmp_path / name[:2] / name[2:]).write_bytes(b"fax")
    await blobs.put(b"fox")
    assert await blobs.get(name) == b"fox"


async def test_after_a_restart_the_bound_counts_what_was_there(tmp_path: Path) -> None:
    for number in range(6):
        await BlobFolder(tmp_path, max_bytes=35).put(bytes([65 + number]) * 10)
    assert measure_used_bytes(tmp_path) <= 35


async def test_the_bound_holds_whatever_is_put(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=100)
    for number in range(60):
        await blobs.put(bytes([number]) * (number % 23))
        assert measure_used_bytes(tmp_path) <= 100


async def test_what_is_larger_than_all_room_is_kept_until_the_next(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=10)
    large = await blobs.put(b"x" * 50)
    assert await blobs.get(large) == b"x" * 50
    small = await blobs.put(b"fox")
    assert await blobs.get(large) is None and await blobs.get(small) == b"fox"


async def test_what_a_killed_process_left_half_written_makes_room_too(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    left = tmp_path / "ab" / "tmpleft"
    left.write_bytes(b"x" * 500)
    os.utime(left, (1000, 1000))
    blobs = BlobFolder(tmp_path, max_bytes=100)
    await blobs.put(b"fox")
    assert measure_used_bytes(tmp_path) == 3


async def test_making_room_does_not_take_what_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=10)
    fsync, written, go_on = os.fsync, threading.Event(), threading.Event()

    def wait_at_first(handle: int) -> None:
        fsync(handle)
        if not written.is_set():
            written.set()
            assert go_on.wait(60)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", wait_at_first)
        first = asyncio.create_task(blobs.put(b"A" * 8))
        await asyncio.to_thread(written.wait, 60)
        second = asyncio.create_task(blobs.put(b"B" * 8))
        # It may also have to wait for the first.
        await asyncio.wait({second}, timeout=0.2)
        go_on.set()
        names = [await first, await second]
    assert names == [compute_digest(b"A" * 8), compute_digest(b"B" * 8)]


async def test_a_copy_that_goes_while_it_is_put_again_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    name = await blobs.put(b"fox")
    touched: list[str] = []

    def raise_not_found(path: str, **_how: Any) -> None:
        # As if another thread had made room after the file was found.
        touched.append(path)
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "utime", raise_not_found)
        again = await blobs.put(b"fox")
    assert again == name and touched == [name[2:]]


async def test_a_folder_that_could_not_be_looked_through_is_bounded_by_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        await BlobFolder(tmp_path, max_bytes=1000).put(number.to_bytes(10, "big"))
    blobs = BlobFolder(tmp_path, max_bytes=100)

    def raise_no_descriptors(_self: PrivateFolder) -> list[Entry]:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(PrivateFolder, "list_entries", raise_no_descriptors)
        await blobs.put(b"x" * 10)
        for tidy in (blobs.delete_unused(days=1), blobs.delete_except(())):
            with pytest.raises(OSError, match="Too many open files"):
                await tidy
    await blobs.put(b"y" * 10)
    assert measure_used_bytes(tmp_path) <= 100


async def test_a_full_folder_is_not_looked_through_for_each_file_that_is_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=1000)
    for number in range(100):
        await blobs.put(number.to_bytes(10, "big"))
    looks: list[Path] = []
    list_entries = PrivateFolder.list_entries

    def record_look(self: PrivateFolder) -> list[Entry]:
        looks.append(tmp_path)
        return list_entries(self)

    monkeypatch.setattr(PrivateFolder, "list_entries", record_look)
    for number in range(100, 150):
        await blobs.put(number.to_bytes(10, "big"))
        assert 940 <= measure_used_bytes(tmp_path) <= 1000
    assert 0 < len(looks) <= 10


async def test_a_full_folder_takes_many_at_once(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=50)
    many = [number.to_bytes(2, "big") * 10 for number in range(300)]
    names = await asyncio.gather(*(blobs.put(data) for data in many))
    assert names == [compute_digest(data) for data in many]
    assert measure_used_bytes(tmp_path) <= 50


async def test_readers_and_writers_at_once_see_whole_copies_or_none(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path, max_bytes=2000)
    many = [bytes([number]) * 500 for number in range(12)]

    async def write(data: bytes) -> None:
        for _ in range(3):
            assert await blobs.put(data) == compute_digest(data)

    async def read(data: bytes) -> None:
        for _ in range(10):
            assert await blobs.get(compute_digest(data)) in (None, data)

    async with asyncio.TaskGroup() as tasks:
        for data in many:
            tasks.create_task(write(data))
            tasks.create_task(read(data))
    assert measure_used_bytes(tmp_path) <= 2000
