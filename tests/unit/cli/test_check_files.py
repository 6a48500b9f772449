"""`easel check` writes, reads and deletes where files are kept, and says what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina

from bot.cli.check.files import check_files
from bot.cli.check.finding import Finding
from bot.config import read_settings
from storage.objects.connect import is_readable_on_the_way
from tests.support.object_server import (
    KEYS,
    FailingDoor,
    connect,
    create_bucket,
    open_failing_door,
    run_object_server,
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with run_object_server() as url:
        create_bucket(url, "pictures")
        yield url


@pytest.fixture
async def door(server: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FailingDoor]:
    stamina.set_testing(True, attempts=2)
    async with open_failing_door(server) as opened:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": opened.address}.items():
            monkeypatch.setenv(name, value)
        yield opened


async def check(files: str | None, **more: Any) -> list[Finding]:
    settings = read_settings({"EASEL_FILES": files, **more}, env_file=None)
    return [finding async for finding in check_files(settings)]


async def test_a_bucket_that_works_is_tried_and_left_empty(door: FailingDoor) -> None:
    (finding,) = await check("s3://pictures/team")
    assert finding.ok and str(finding) == (
        "ok    kept files: s3://pictures/team is written, read and tidied"
    )
    assert await connect(door.target, "pictures", prefix="team").list_objects("check") == []


@pytest.mark.parametrize(
    ("denied", "words"),
    [("PUT", "s3:PutObject"), ("GET", "s3:GetObject"), ("POST", "s3:DeleteObject")],
)
async def test_a_right_that_is_missing_is_named(door: FailingDoor, denied: str, words: str) -> None:
    door.denied = denied
    (finding,) = await check("s3://pictures/team")
    assert not finding.ok and words in finding.text and "AccessDenied" in finding.text


@pytest.mark.parametrize(
    ("fault", "words"),
    [("refused", "no_connection"), ("rubbish", "check the network"), ("slow_down", "SlowDown")],
)
async def test_a_server_that_fails_is_told_with_what_to_check(
    door: FailingDoor, fault: str, words: str
) -> None:
    door.fault = fault
    (finding,) = await check("s3://pictures/team")
    assert not finding.ok and words in finding.text and "AWS_ENDPOINT_URL" in finding.text


async def test_a_bucket_that_is_missing_is_to_be_created(door: FailingDoor) -> None:
    (finding,) = await check("s3://elsewhere/team")
    assert not finding.ok and "there is no bucket elsewhere" in finding.text


async def test_credentials_may_stand_in_the_file_of_settings(
    door: FailingDoor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{name}={value}" for name, value in KEYS.items()]
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    (tmp_path / ".env").write_text("\n".join([*lines, f"AWS_ENDPOINT_URL={door.address}"]))
    (finding,) = await check("s3://pictures/team")
    assert finding.ok, finding.text


async def test_http_to_another_machine_is_warned_of_and_a_file_of_keys_must_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_readable_on_the_way("http://minio.internal:9000")
    assert not is_readable_on_the_way("https://minio.internal")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file")
    (finding,) = await check("gs://pictures")
    assert not finding.ok and "GOOGLE_APPLICATION_CREDENTIALS" in finding.text


async def test_a_folder_is_tried_too(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (finding,) = await check(str(shared))
    assert not finding.ok and "mount or create it" in finding.text and not shared.exists()
    shared.mkdir()
    (finding,) = await check(str(shared))
    assert finding.ok
    other = tmp_path / "other"
    other.mkdir()
    (other / "check").write_text("in the way")
    (finding,) = await check(str(other))
    assert not finding.ok and "check the folder" in finding.text


async def test_without_the_setting_nothing_is_said() -> None:
    assert await check(None) == []
