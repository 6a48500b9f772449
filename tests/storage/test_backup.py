"""A backup holds what must survive and nothing else, and is restored whole or not at all."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import StartupError
from storage.backup.archive import DATABASE_NAME, INDEX_NAME, Index
from storage.backup.create import create_backup
from storage.backup.restore import restore_backup
from storage.engine.lock import lock_database
from storage.engine.sqlite import open_database
from storage.migrations import HEAD
from storage.queue.questions import SqlQuestionQueue
from tests.support.values import build_incoming_message

SHA = "ab" + "0" * 62


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as a running Easel has it, with one stored question."""
    folder = tmp_path / "data"
    (folder / "outbox" / "ab").mkdir(parents=True)
    (folder / "outbox" / "ab" / SHA[2:]).write_bytes(b"a picture")
    (folder / "blobs" / "cd").mkdir(parents=True)
    (folder / "blobs" / "cd" / ("cd" + "1" * 62)).write_bytes(b"a working copy")
    (folder / "pseudonym.key").write_text("00ff")
    (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-secret")

    async def store() -> None:
        async with open_database(folder / "easel.db") as database:
            queue = SqlQuestionQueue(database, owner="test")
            await queue.enqueue(build_incoming_message("remember me"), claim=None)

    asyncio.run(store())
    return folder


def back_up(data: Path, target: Path) -> Index:
    return create_backup(data / "easel.db", data, target, version="1")


def restore(source: Path, folder: Path) -> Index:
    return restore_backup(source, folder / "easel.db", folder)


def read_texts(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM turns ORDER BY id")]


def test_what_must_survive_is_restored_as_it_was_and_for_this_user_only(
    data: Path, tmp_path: Path
) -> None:
    target, new = tmp_path / "easel.backup", tmp_path / "new" / "data"
    index = back_up(data, target)
    assert index.revision == HEAD
    assert set(index.files) == {"easel.db", "pseudonym.key", f"outbox/ab/{SHA[2:]}"}
    assert target.stat().st_mode & 0o777 == 0o600
    assert restore(target, new) == index
    assert read_texts(new / "easel.db") == ["remember me"]
    assert (new / "outbox" / "ab" / SHA[2:]).read_bytes() == b"a picture"
    assert (new / "pseudonym.key").read_text() == "00ff"
    assert not (new / ".env").exists() and not (new / "blobs").exists()
    paths = [new, *new.rglob("*")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "easel.backup", "new"]


def test_a_backup_beside_a_service_that_writes_is_of_one_moment(data: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_database(data / "easel.db") as database:
            queue = SqlQuestionQueue(database, owner="test")

            async def write() -> None:
                for number in range(200):
                    ts = f"1700000100.{number:06d}"
                    await queue.enqueue(build_incoming_message(f"q{number}", ts=ts), claim=None)

            writing = asyncio.create_task(write())
            await asyncio.to_thread(back_up, data, tmp_path / "one")
            await writing

    asyncio.run(run())
    restore(tmp_path / "one", tmp_path / "new")
    texts = read_texts(tmp_path / "new" / "easel.db")
    assert texts == ["remember me", *(f"q{number}" for number in range(len(texts) - 1))]


def test_a_file_that_is_there_is_not_replaced(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_text("mine")
    with pytest.raises(StartupError, match="is there already"):
        back_up(data, target)
    assert target.read_text() == "mine"


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="there is no database"):
        back_up(tmp_path, tmp_path / "one")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_damaged_makes_no_backup(data: Path, tmp_path: Path) -> None:
    with (data / "easel.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    with pytest.raises(StartupError):
        back_up(data, tmp_path / "one")
    assert not (tmp_path / "one").exists()


def test_a_running_easel_and_data_that_is_there_are_left_alone(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "one")
    with lock_database(data / "easel.db"), pytest.raises(StartupError, match="another Easel"):
        restore(tmp_path / "one", data)
    with pytest.raises(StartupError, match="already"):
        restore(tmp_path / "one", data)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(StartupError, match="not empty"):
        restore(tmp_path / "one", tmp_path / "full")
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("at", [0.0, 0.1, 0.5, 0.8])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_backup_leaves_nothing_behind(
    data: Path, tmp_path: Path, at: float, damage: str
) -> None:
    back_up(data, tmp_path / "one")
    whole = (tmp_path / "one").read_bytes()
    place = min(int(len(whole) * at), len(whole) - 1)
    changed = bytearray(whole[: place if damage == "cut" else None])
    if damage == "changed":
        changed[place] ^= 0xFF
    (tmp_path / "one").write_bytes(changed)
    with pytest.raises(StartupError, match="cannot be used"):
        restore(tmp_path / "one", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def write_hostile(path: Path, *members: tuple[str, bytes | str], names: list[str]) -> None:
    """Write a backup with these members; a string is the target of a symbolic link."""
    files = dict.fromkeys([DATABASE_NAME, *names], "0" * 64)
    index = {"format": 1, "version": "1", "revision": HEAD, "made_at": 1.0, "files": files}
    with tarfile.open(path, "w:gz") as archive:
        for name, content in ((INDEX_NAME, json.dumps(index).encode()), *members):
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../evil", b"x"),
        ("/tmp/evil", b"x"),
        ("outbox/../../evil", b"x"),
        ("easel.db/../../evil", b"x"),
        (".env", b"SLACK_BOT_TOKEN=xoxb-other"),
        ("easel.db", "/etc/passwd"),
        ("outbox", "/etc"),
        ("catalogue/../../evil", b"x"),
        ("catalogue/..", b"x"),
    ],
)
@pytest.mark.parametrize("is_listed", [False, True])
def test_a_hostile_backup_writes_nothing_anywhere(
    tmp_path: Path, name: str, content: bytes | str, is_listed: bool
) -> None:
    write_hostile(tmp_path / "one", (name, content), names=[name] if is_listed else [])
    with pytest.raises(StartupError, match="cannot be used"):
        restore(tmp_path / "one", tmp_path / "deep" / "new")
    assert not list(tmp_path.rglob("evil")) and not (tmp_path / "deep" / "new").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08" + b"\0" * 100])
def test_any_other_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one").write_bytes(content)
    with pytest.raises(StartupError, match="cannot be used"):
        restore(tmp_path / "one", tmp_path / "new")


def test_a_backup_of_a_newer_easel_is_refused(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "easel.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    back_up(data, tmp_path / "one")
    with pytest.raises(StartupError, match="newer Easel"):
        restore(tmp_path / "one", tmp_path / "new")
    assert not (tmp_path / "new").exists()
