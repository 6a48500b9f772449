"""`easel move` as it is typed: the database and the key of pseudonyms go to PostgreSQL together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.replicas.pseudonym_key import load_key_file, load_pseudonym_key
from bot.cli.main import main
from bot.config import read_settings
from storage.engine.postgresql.opening import open_postgres
from storage.engine.sqlite import open_database
from tests.support.postgres import create_database

SECRET = "a secret that only the replicas of this test know"


@pytest.fixture
async def empty_url(postgres_server: str) -> AsyncIterator[str]:
    async with create_database(postgres_server, is_empty=True) as url:
        yield url


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a database and a key."""
    (tmp_path / "data").mkdir()
    async with open_database(tmp_path / "data" / "easel.db"):
        load_key_file(tmp_path / "data")
    monkeypatch.setenv("EASEL_HOME", str(tmp_path))
    return tmp_path


async def test_people_keep_their_pseudonyms(
    home: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EASEL_SECRET", SECRET)
    arguments = ["move", "--from", "sqlite:///data/easel.db", "--to", empty_url]
    assert await asyncio.to_thread(main, arguments) == 0
    settings = read_settings({"DATABASE_URL": empty_url, "EASEL_SECRET": SECRET}, env_file=None)
    async with open_postgres(empty_url) as database:
        assert await load_pseudonym_key(settings, database) == load_key_file(home / "data")


async def test_without_the_secret_nothing_is_copied(
    home: Path, empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["move", "--from", "sqlite:///data/easel.db", "--to", empty_url]
    assert await asyncio.to_thread(main, arguments) != 0
    output = capsys.readouterr()
    assert "EASEL_SECRET" in output.err + output.out and "copying" not in output.out
