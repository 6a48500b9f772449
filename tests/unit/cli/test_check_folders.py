"""`easel check`: whether the data folder and the database can be written, and have room."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from bot.cli.check.folders import check_folders
from bot.config import read_settings

_Usage = namedtuple("_Usage", "total used free")
_MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a home, what cannot be created in it is told before anything is checked."""
    monkeypatch.delenv("EASEL_HOME")


async def _check(data: Path, database: str = "") -> list[str]:
    settings = {"EASEL_DATA_DIR": str(data)}
    if database:
        settings["DATABASE_URL"] = f"sqlite:///{database}"
    read = read_settings(settings, env_file=None)
    return [str(finding) async for finding in check_folders(read)]


@pytest.mark.parametrize(
    ("total_mb", "free_mb", "start", "words"),
    [
        (100_000, 50_000, "ok    disk: ", "50,000 MB is left on the disk of "),
        (100_000, 1_200, "ok    disk: ", "1,200 MB is left"),
        (100_000, 900, "warn  disk: ", "900 MB is left"),
        (2_000, 150, "warn  disk: ", "nearly full"),
        (100_000, 0, "FAIL  disk: ", " is full: nothing can be stored"),
    ],
)
async def test_check_tells_how_much_room_is_left_and_creates_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    total_mb: int,
    free_mb: int,
    start: str,
    words: str,
) -> None:
    usage = _Usage(total_mb * _MB, (total_mb - free_mb) * _MB, free_mb * _MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    (line,) = await _check(tmp_path / "not" / "there")
    assert line.startswith(start) and words in line and str(tmp_path) in line
    assert not list(tmp_path.iterdir())


async def test_check_tells_of_a_disk_without_room_for_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.statvfs(tmp_path)
    fields = list(whole)
    fields[5], fields[7] = 1000, 0  # inodes: all, and left for this user
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result(fields))
    (line,) = await _check(tmp_path)
    assert line.startswith("FAIL  disk: ") and "inodes" in line


@pytest.mark.parametrize("name", ["data", "data/not/there"])
async def test_check_tells_of_a_disk_that_is_mounted_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "data").mkdir()
    fields = list(os.statvfs(tmp_path))
    fields[8] = os.ST_RDONLY
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result(fields))
    lines = await _check(tmp_path / name)
    assert lines[0].startswith("FAIL  disk: EASEL_DATA_DIR: ") and "read-only" in lines[0]
    assert str(tmp_path / "data") in lines[0]
    assert len(lines) == 1  # the database is in the same folder


def _forbid(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """Let `os.access` deny what root, who may run these tests, is never denied."""

    def may_access(path: Path, _rights: int) -> bool:
        return path not in paths

    monkeypatch.setattr(os, "access", may_access)


async def test_check_tells_of_folders_that_this_user_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    elsewhere.mkdir()
    _forbid(monkeypatch, data, elsewhere)
    first, second = await _check(data, database=str(elsewhere / "new" / "easel.db"))
    assert first.startswith(f"FAIL  disk: EASEL_DATA_DIR: this user may not write to {data}")
    assert second.startswith("FAIL  disk: DATABASE_URL: this user may not create ")
    assert f"in {elsewhere}; " in second


async def test_check_tells_of_files_that_belong_to_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("easel.db", "easel.db-wal", "pseudonym.key"):
        (tmp_path / name).touch()
    _forbid(monkeypatch, tmp_path / "easel.db-wal", tmp_path / "pseudonym.key")
    (line,) = await _check(tmp_path)
    assert "may not write easel.db-wal, pseudonym.key" in line


async def test_check_tells_of_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    line, *_ = await _check(tmp_path / "data" / "inner")
    assert line.startswith(f"FAIL  disk: EASEL_DATA_DIR: {tmp_path / 'data'} is no folder")
