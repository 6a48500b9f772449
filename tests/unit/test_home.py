"""EASEL_HOME: where `.env`, the data and the database are, wherever Easel is started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import find_checkout, read_settings
from bot.config.home import find_home, list_uncreatable
from bot.disk.presence import is_present
from bot.domain.errors import StartupError
from tests.support.process import ROOT

# What root may write, others may not.
is_root = os.geteuid() == 0


def test_home_is_what_is_named_else_the_checkout_else_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "named").mkdir()
    assert find_home({"EASEL_HOME": "named"}) == tmp_path / "named"
    assert find_home({"EASEL_HOME": " "}) == find_home({}) == find_checkout() == ROOT
    monkeypatch.setattr("bot.config.home.find_checkout", lambda: None)
    assert find_home({}) == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_home({"EASEL_HOME": "~/named"}) == tmp_path / "named"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("missing", "does not exist"),
        ("missing/deeper", "does not exist"),
        ("file", "is no folder"),
        ("file/below", "does not exist"),
        ("~no-such-user/x", "does not exist"),
        ("x" * 300, "cannot be looked at"),
    ],
)
def test_a_home_that_cannot_be_one_is_refused(tmp_path: Path, named: str, words: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match=f"EASEL_HOME: .*{words}"):
        read_settings({"EASEL_HOME": named})


def test_relative_paths_start_from_home_and_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.chdir("/")
    settings = read_settings()
    assert settings.data_dir == tmp_path / "data" and settings.home == tmp_path
    assert settings.database_path == tmp_path / "data" / "easel.db"
    for url, path in {
        "sqlite:///a/b.db": f"{tmp_path}/a/b.db",
        "sqlite:////var/b.db": "/var/b.db",
        "sqlite:///~/b.db": "/home/ann/b.db",
    }.items():
        assert str(read_settings({"DATABASE_URL": url}).database_path) == path
    for folder, path in {"d": f"{tmp_path}/d", "/d": "/d", "~/d": "/home/ann/d"}.items():
        assert str(read_settings({"EASEL_DATA_DIR": folder}).data_dir) == path


def test_the_file_of_settings_is_read_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("EASEL_PORT=4000\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / ".env").write_text("EASEL_PORT=5000\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert read_settings().port == 4000
    (tmp_path / ".env").write_text(f"EASEL_HOME={tmp_path}\nEASEL_PROT=1\n")
    with pytest.raises(StartupError) as raised:
        read_settings()
    wrong, home = raised.value.problems
    assert wrong.startswith(f"EASEL_PROT in {tmp_path}/.env is no setting")
    assert home.startswith(f"EASEL_HOME in {tmp_path}/.env says where that file is")


@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_a_home_in_which_the_data_cannot_be_created_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StartupError, match="EASEL_HOME: .* cannot be written by this user"):
        read_settings()
    assert read_settings({"EASEL_DATA_DIR": "/var/tmp"}).home == tmp_path


def test_only_what_is_missing_in_a_home_that_is_read_only_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert list_uncreatable(tmp_path, [tmp_path / "there", Path("/x/outside")]) == []
    missing = tmp_path / "a" / "b"
    (problem,) = list_uncreatable(tmp_path, [missing, missing])
    assert f"{tmp_path} cannot be written" in problem and str(missing) in problem


def test_a_folder_that_is_gone_under_ones_feet_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert read_settings().home == tmp_path
    with pytest.raises(StartupError, match="the current folder is gone"):
        read_settings({"EASEL_HOME": "relative"})
    monkeypatch.chdir(tmp_path)


def test_what_cannot_be_looked_at_is_left_to_whoever_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError

    assert not is_present(tmp_path / "missing") and is_present(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", refuse)
        assert is_present(tmp_path / "locked")
