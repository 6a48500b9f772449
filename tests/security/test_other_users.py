"""Another user of the machine reads nothing of what Easel keeps; a crash leaves no half of it."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.check.modes import check_modes
from bot.config import read_settings
from bot.disk.private_folder import PrivateFolder
from storage.engine.sqlite import open_database, prepare_database
from tests.security.port import read_log
from tests.support.easel import build_png, run_easel
from tests.unit.cli.bot_process import run_bot


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    earlier = os.umask(0o022)
    yield
    os.umask(earlier)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The place of a data folder that does not exist yet, in a folder that all may read."""
    tmp_path.chmod(0o755)
    return tmp_path / "parent" / "data"


def list_wide(folder: Path) -> list[str]:
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]


async def test_all_that_a_running_easel_keeps_is_for_its_user_only(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide_at_birth = watch_births(monkeypatch, data)
    async with run_easel(data) as easel:
        await easel.ask("what is this?", files=[("a.png", build_png())])
        await easel.ask("draw a red fox")
        assert {"easel.db", "easel.db-wal", "easel.db-shm", "easel.db.lock", "pseudonym.key"} <= {
            path.name for path in data.iterdir()
        }
        assert list((data / "blobs").rglob("??/*")) and (data / "stalled.txt").exists()
        assert list_wide(data) == []
    assert list_wide(data) == [] and wide_at_birth == []


def watch_births(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    """Note every file and folder of `folder` that others may read right after it was opened."""
    found: list[str] = []
    real_open, real_mkdir = os.open, os.mkdir

    def note_wide() -> None:
        if folder.exists():
            found.extend(list_wide(folder))

    def open_watched(*args: object, **more: object) -> int:
        handle = real_open(*args, **more)  # type: ignore[arg-type] # a fake
        note_wide()
        return handle

    def mkdir_watched(*args: object, **more: object) -> None:
        real_mkdir(*args, **more)  # type: ignore[arg-type] # a fake
        note_wide()

    monkeypatch.setattr(os, "open", open_watched)
    monkeypatch.setattr(os, "mkdir", mkdir_watched)
    return found


async def test_wide_modes_of_an_earlier_easel_are_tightened_and_that_is_said(
    data: Path, out: io.StringIO
) -> None:
    async with run_easel(data) as easel:
        await easel.ask("draw a red fox")
    (data / "backup").mkdir()
    (data / "backup" / "old.db").write_text("old")
    for path in [data, *data.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    count = len([data, *data.rglob("*")])
    async with run_easel(data):
        assert list_wide(data) == []
    (line,) = read_log(out.getvalue(), "modes_tightened")
    assert line["count"] == count and line["at"] == "EASEL_DATA_DIR"


async def test_a_folder_that_holds_somebodys_home_is_not_changed_beyond_what_is_ours(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = data / "home"
    home.mkdir(parents=True)
    (home / "script").write_text("#!/bin/sh")
    (home / "script").chmod(0o755)
    (home / "link").symlink_to("script")
    (data / "blobs").mkdir(mode=0o755)
    monkeypatch.setenv("HOME", str(home))
    async with run_easel(data):
        assert list_wide(home) == [str(home), *map(str, home.iterdir())]
        assert list_wide(data / "blobs") == []


def test_every_command_writes_for_its_user_only(data: Path) -> None:
    data.parent.mkdir()
    ran = run_bot("migrate", folder=data.parent, EASEL_DATA_DIR=str(data))
    assert ran.returncode == 0, ran.stderr
    assert list_wide(data) == []


async def test_the_database_elsewhere_is_tightened_too_and_its_folder_left_alone(
    tmp_path: Path,
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    path = elsewhere / "my.db"
    prepare_database(path)
    path.chmod(0o664)
    async with open_database(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PrivateFolder(tmp_path)
    folder.write(b"first", "name")

    def fail(_file: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input"):
        folder.write(b"second", "name")
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
    assert folder.read("name") == b"first"


def test_a_write_is_on_the_disk_before_and_after_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, os.rename

    def sync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        real_fsync(handle)

    def rename(*args: object, **more: object) -> None:
        steps.append("rename")
        real_rename(*args, **more)  # type: ignore[arg-type] # a fake

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "rename", rename)
    PrivateFolder(tmp_path, "new").write(b"x", "name")
    assert steps == ["folder", "file", "rename", "folder"]


async def test_a_key_that_a_crash_left_empty_is_made_again(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "pseudonym.key").touch()
    async with run_easel(data) as easel:
        await easel.ask("say hello")
    assert len(bytes.fromhex((data / "pseudonym.key").read_text())) == 32


async def test_check_names_what_others_may_read(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir(parents=True, mode=0o700)
    data.chmod(0o700)
    monkeypatch.setenv("EASEL_HOME", str(data.parent))
    monkeypatch.chdir(data.parent)
    settings = read_settings({"EASEL_DATA_DIR": str(data)}, env_file=None)
    (data.parent / ".env").touch(mode=0o600)
    assert [str(found) async for found in check_modes(settings)] == [
        "ok    modes: secrets and data are for this user only"
    ]
    (data.parent / ".env").chmod(0o640)
    (data / "easel.db").touch(mode=0o604)
    (data / "link").symlink_to("easel.db")
    env, links, wide = [str(found) async for found in check_modes(settings)]
    assert env.startswith("FAIL") and "chmod 600 .env" in env
    assert links.startswith("FAIL") and "link" in links
    assert wide.startswith("warn") and "easel.db" in wide
