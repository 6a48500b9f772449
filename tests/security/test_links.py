"""Links in the data folder: nothing that they lead to is read, written or deleted."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.app.service import open_service
from bot.config import read_settings
from bot.disk.private_folder import PrivateFolder
from bot.domain.errors import OperatorError, StartupError, StoreError
from bot.observability.loop_watch import LoopWatch
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from storage.blobs import BlobFolder
from storage.engine.sqlite import open_database, prepare_database
from tests.support.easel import QUICK_RULES
from tests.support.process import build_settings

DATABASE_FILES = ["easel.db", "easel.db-wal", "easel.db-shm", "easel.db-journal", "easel.db.lock"]


@pytest.mark.parametrize("name", [*DATABASE_FILES, "pseudonym.key", "blobs", "outbox", "anything"])
async def test_a_link_in_the_data_folder_stops_the_start_and_what_it_leads_to_is_untouched(
    tmp_path: Path, name: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    target = tmp_path / "victim"
    target.write_text("precious")
    target.chmod(0o644)
    (data / name).symlink_to(target)
    async with PlayedSlack(QUICK_RULES) as slack, PlayedModel() as model:
        values = {**build_settings(slack, model, data), "EASEL_PORT": 0}
        with pytest.raises(StartupError, match="symbolic link"):
            async with open_service(read_settings(values, env_file=None)):
                pass
    assert target.read_text() == "precious" and stat.S_IMODE(target.stat().st_mode) == 0o644


@pytest.mark.parametrize("name", DATABASE_FILES[:4])
async def test_a_database_whose_file_is_a_link_is_not_opened(tmp_path: Path, name: str) -> None:
    target = tmp_path / "victim"
    target.write_text("")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / name).symlink_to(target)
    with pytest.raises(StartupError, match="symbolic link"):
        prepare_database(folder / "easel.db")
    assert target.read_text() == ""


async def test_a_database_that_was_replaced_by_a_link_is_not_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    async with open_database(path) as database:
        path.rename(tmp_path / "moved")
        path.symlink_to(tmp_path / "moved")
        with pytest.raises((StoreError, OSError)):
            await database.read_apart(lambda connection: None)


async def test_blobs_follow_no_link_that_takes_a_folders_place(tmp_path: Path) -> None:
    """What is unused is deleted: behind a link that would be somebody's files."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "letter").write_text("precious")
    blobs = BlobFolder(tmp_path / "data" / "blobs", max_bytes=1)
    sha256 = await blobs.put(b"kept")
    folder = tmp_path / "data" / "blobs" / sha256[:2]
    folder.rename(tmp_path / "away")
    folder.symlink_to(victim)
    (victim / sha256[2:]).write_bytes(b"kept")
    assert await blobs.get(sha256) is None
    with pytest.raises(OperatorError):
        await blobs.put(b"kept")
    await blobs.delete(sha256)
    await blobs.delete_except([])
    await blobs.delete_unused(days=-1)
    assert sorted(path.name for path in victim.iterdir()) == sorted(["letter", sha256[2:]])


async def test_blobs_follow_no_link_that_takes_their_own_folders_place(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (victim / "ab").mkdir(parents=True)
    (victim / "ab" / "letter").write_text("precious")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "blobs").symlink_to(victim)
    blobs = BlobFolder(tmp_path / "data" / "blobs", max_bytes=1000)
    with pytest.raises(OperatorError):
        await blobs.put(b"new")
    with pytest.raises(NotADirectoryError):
        await blobs.delete_except([])  # whoever tidies up logs it
    assert (victim / "ab" / "letter").exists() and len(list(victim.rglob("*"))) == 2


def test_no_write_follows_a_link_or_leaves_half_a_file(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = PrivateFolder(tmp_path / "data")
    folder.write(b"first", "name")
    (tmp_path / "data" / "name").unlink()
    (tmp_path / "data" / "name").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        folder.read("name")
    with pytest.raises(OSError, match="symbolic links"), folder.open_for_writing("name"):
        pass
    folder.write(b"second", "name")  # takes the place of the link
    assert folder.read("name") == b"second" and victim.read_text() == "precious"


async def test_a_trace_that_was_replaced_by_a_link_is_not_written(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "stalled.txt").symlink_to(victim)
    watch = LoopWatch(tmp_path)

    async def on_stall() -> None: ...

    with pytest.raises(OSError, match="symbolic links"):
        await watch.watch(on_stall)
    assert victim.read_text() == "precious"
