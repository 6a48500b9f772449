"""What must survive, in a folder and in a bucket: the same promises, and a server that fails."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import obstore
import pytest
import stamina

from bot.domain.errors import StartupError, StoreError
from bot.domain.stores import objects as domain_objects
from bot.domain.stores.objects import BucketAddress, ObjectStore
from storage.objects import outbox as outbox_module
from storage.objects import remote
from storage.objects.connect import connect_bucket
from storage.objects.folder import FolderObjects
from storage.objects.outbox import ObjectOutbox
from tests.support.object_server import (
    SHORT_PACE,
    FailingDoor,
    connect,
    create_bucket,
    open_failing_door,
    run_object_server,
)

PICTURE = b"a picture that is paid for"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with run_object_server() as url:
        yield url


@pytest.fixture
def bucket(server: str) -> str:
    name = f"bucket-{next(_NUMBERS)}"
    create_bucket(server, name)
    return name


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderObjects(tmp_path / "files")
    return connect(request.getfixturevalue("server"), request.getfixturevalue("bucket"))


@pytest.fixture
async def door(server: str) -> AsyncIterator[FailingDoor]:
    async with open_failing_door(server) as opened:
        yield opened


async def list_needed_none() -> set[str]:
    return set()


async def list_names(objects: ObjectStore) -> list[str]:
    return sorted(one.name for one in await objects.list_objects("outbox"))


async def test_what_is_put_is_there_as_a_whole_until_it_is_deleted(objects: ObjectStore) -> None:
    before = time.time()
    for data in (b"", b"first", PICTURE):
        await objects.put("outbox/ab/one", data)
        assert await objects.get("outbox/ab/one") == data
    await objects.put("outbox/cd/two", b"22")
    listed = {one.name: one for one in await objects.list_objects("outbox")}
    assert {name: one.size for name, one in listed.items()} == {
        "outbox/ab/one": len(PICTURE),
        "outbox/cd/two": 2,
    }
    assert before - 2 <= listed["outbox/cd/two"].put_at <= time.time() + 2
    assert [one.name for one in await objects.list_objects("outbox", "cd")] == ["outbox/cd/two"]
    await objects.delete(["outbox/ab/one", "outbox/ab/never"])
    await objects.delete([])
    assert await objects.get("outbox/ab/one") is None
    assert await list_names(objects) == ["outbox/cd/two"]


@pytest.mark.parametrize(
    "name",
    ["../x", "outbox/../x", "outbox/ab/../../x", "outbox/ab/", "/etc/passwd", "outbox/ab/.hidden",
     "outbox/ab/x/y", "outbox//x", "outbox/ab/x\0", "outbox/ab/" + "x" * 201, "outbox/ab/ä", ""],
)  # fmt: skip
async def test_no_name_leads_anywhere_else(objects: ObjectStore, name: str) -> None:
    for call in (objects.put(name, b"x"), objects.get(name), objects.delete([name])):
        with pytest.raises(ValueError, match="no name"):
            await call


async def test_what_is_larger_than_anything_of_ours_is_not_read(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (remote, domain_objects):
        monkeypatch.setattr(module, "MAX_OBJECT_BYTES", 10)
    monkeypatch.setattr("storage.objects.folder.MAX_OBJECT_BYTES", 10)
    await objects.put("outbox/ab/large", b"x" * 11)
    assert await objects.get("outbox/ab/large") is None


async def test_two_easels_share_a_bucket_and_see_nothing_of_each_other(
    server: str, bucket: str
) -> None:
    one, two = (connect(server, bucket, prefix=prefix) for prefix in ("one", "two"))
    await one.put("outbox/ab/x", b"of one")
    assert await two.get("outbox/ab/x") is None
    assert await list_names(two) == []
    await two.delete(["outbox/ab/x"])
    assert await one.get("outbox/ab/x") == b"of one"


async def test_foreign_things_in_the_bucket_are_no_pictures_and_many_pages_are_read(
    server: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PAGE_OBJECTS", 2)
    objects, whole = connect(server, bucket), connect(server, bucket, prefix="")
    for number in range(5):
        await objects.put(f"outbox/ab/{number}", b"x")
    for foreign in ("team/one/outbox/notes.txt", "team/one/outbox/ab/deep/x"):
        await obstore.put_async(whole._store, foreign, b"of somebody")
    assert await list_names(objects) == [f"outbox/ab/{number}" for number in range(5)]
    monkeypatch.setattr(remote, "MAX_LISTED", 4)
    assert len(await list_names(objects)) == 4, "a list has an end, however long it is"


@pytest.mark.parametrize("fault", ["refused", "rubbish", "no_server", "slow_down", "lost", "hangs"])
async def test_an_outage_only_delays_what_is_put_and_read(
    bucket: str, door: FailingDoor, fault: str
) -> None:
    objects = connect(door.address, bucket)
    door.fault = fault
    putting = asyncio.create_task(objects.put("outbox/ab/one", PICTURE))
    await asyncio.wait_for(door.arrived.wait(), 30)
    door.fault = ""
    await putting
    door.arrived.clear()
    door.fault = fault
    reading = asyncio.create_task(objects.get("outbox/ab/one"))
    await asyncio.wait_for(door.arrived.wait(), 30)
    door.fault = ""
    assert await reading == PICTURE


@pytest.mark.parametrize(
    "fault", ["refused", "rubbish", "no_server", "slow_down", "hangs", "endless"]
)
async def test_what_fails_for_long_is_told_in_bounded_time(
    bucket: str, door: FailingDoor, fault: str
) -> None:
    await connect(door.address, bucket).put("outbox/ab/one", PICTURE)
    stamina.set_testing(True, attempts=2)
    objects = connect(door.address, bucket, pace=SHORT_PACE)
    door.fault = fault
    outbox = ObjectOutbox(objects, is_shared=True)
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: objects.get("outbox/ab/one"),
        lambda: outbox.get("a" * 64),
    ]
    if fault != "endless":
        calls.append(lambda: objects.put("outbox/ab/two", PICTURE))
    for call in calls:
        with pytest.raises(StoreError) as failed:
            await call()
        assert failed.value.code and "http" not in str(failed.value).replace("http_", "")


async def test_the_loop_turns_while_the_server_hangs(bucket: str, door: FailingDoor) -> None:
    objects = connect(door.address, bucket)
    door.fault = "hangs"
    putting = asyncio.create_task(objects.put("outbox/ab/one", b"x" * 5_000_000))
    await asyncio.wait_for(door.arrived.wait(), 30)
    turns = 0
    while turns < 20 and not putting.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns == 20
    putting.cancel()
    await asyncio.wait({putting})


async def test_a_missing_bucket_is_no_missing_picture(server: str) -> None:
    stamina.set_testing(True, attempts=2)
    objects = connect(server, "nobody-made-this")
    for call in (objects.get("outbox/ab/x"), objects.put("outbox/ab/x", b"x"),
                 objects.list_objects("outbox")):  # fmt: skip
        with pytest.raises(StoreError) as failed:
            await call
        assert failed.value.code == "NoSuchBucket"


def test_credentials_that_cannot_be_used_stop_the_start_and_are_not_shown() -> None:
    with pytest.raises(StartupError, match="GOOGLE_APPLICATION_CREDENTIALS") as failed:
        connect_bucket(
            BucketAddress("gs", "bucket"), {"GOOGLE_APPLICATION_CREDENTIALS": "/no/such/secret"}
        )
    assert "/no/such" not in str(failed.value)


async def test_the_outbox_of_one_process_has_the_names_it_always_had(tmp_path: Path) -> None:
    outbox = ObjectOutbox(FolderObjects(tmp_path), is_shared=False)
    sha256 = await outbox.put(PICTURE)
    assert (tmp_path / "outbox" / sha256[:2] / sha256[2:]).read_bytes() == PICTURE
    after_restart = ObjectOutbox(FolderObjects(tmp_path), is_shared=False)
    assert await after_restart.get(sha256) == PICTURE
    await after_restart.delete(sha256)
    assert list((tmp_path / "outbox").glob("*/*")) == []


async def test_one_replica_reads_what_another_has_put_and_deletes_only_its_own(
    objects: ObjectStore,
) -> None:
    first, second = (ObjectOutbox(objects, is_shared=True) for _ in range(2))
    sha256 = await first.put(PICTURE)
    assert await second.get(sha256) == PICTURE
    # Both made the same picture for different questions: what one has shared the other needs.
    assert await second.put(PICTURE) == sha256
    await first.delete(sha256)
    assert await first.get(sha256) == PICTURE
    await second.delete(sha256)
    assert await second.get(sha256) is None and await list_names(objects) == []


async def test_the_start_deletes_nothing_that_another_replica_has_just_put(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (ObjectOutbox(objects, is_shared=True) for _ in range(2))
    kept = await first.put(b"of an open question")
    lost = await first.put(b"of an answer that was never settled")
    await second.delete_unneeded(list_needed_none)
    assert len(await list_names(objects)) == 2
    monkeypatch.setattr(outbox_module, "SHARED_MIN_AGE_SECONDS", -60.0)

    async def list_needed() -> set[str]:
        return {kept}

    await second.delete_unneeded(list_needed)
    assert await second.get(kept) is not None and await second.get(lost) is None


async def test_bytes_that_are_not_what_their_name_says_are_no_picture(
    objects: ObjectStore,
) -> None:
    outbox, other = ObjectOutbox(objects, is_shared=True), ObjectOutbox(objects, is_shared=True)
    sha256 = await outbox.put(PICTURE)
    (name,) = await list_names(objects)
    await objects.put(name, b"of somebody else")
    assert await other.get(sha256) is None
    whole = await other.put(PICTURE)
    assert await outbox.get(whole) == PICTURE


@pytest.mark.parametrize("sha256", ["", "../../etc", "a" * 63, "A" * 64, "a" * 64 + "\n"])
async def test_what_is_no_sha256_is_nowhere(objects: ObjectStore, sha256: str) -> None:
    outbox = ObjectOutbox(objects, is_shared=True)
    assert await outbox.get(sha256) is None
    await outbox.delete(sha256)


async def test_pictures_from_before_the_setting_are_shared_and_deleted(
    objects: ObjectStore, tmp_path: Path
) -> None:
    before = ObjectOutbox(FolderObjects(tmp_path / "data"), is_shared=False)
    sha256 = await before.put(PICTURE)
    outbox = ObjectOutbox(
        objects,
        is_shared=True,
        former=ObjectOutbox(FolderObjects(tmp_path / "data"), is_shared=False),
    )
    assert await outbox.get(sha256) == PICTURE
    await outbox.delete(sha256)
    assert await outbox.get(sha256) is None


async def test_what_is_left_from_long_ago_has_its_age_in_a_folder_too(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    outbox = ObjectOutbox(objects, is_shared=True)
    await outbox.put(b"old")
    (old,) = (tmp_path / "outbox").glob("*/*")
    os.utime(old, (time.time() - 4000, time.time() - 4000))
    await outbox.put(b"new")
    await outbox.delete_unneeded(list_needed_none)
    assert not old.exists() and len(await list_names(objects)) == 1
