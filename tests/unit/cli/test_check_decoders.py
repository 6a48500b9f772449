"""`easel check` says what protects the decoders here, and warns of what does not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.cli.check.decoders import check_decoders
from bot.cli.check.finding import Finding
from bot.config import read_settings
from bot.files.sandbox.confinement import list_readable_paths
from bot.files.sandbox.protection import Protection
from bot.files.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux protects them")
FULL = Protection(7, has_filter=True, has_no_network=True, has_no_new_privileges=True)


async def run(
    folder: Path, protection: Protection, monkeypatch: pytest.MonkeyPatch, *, user: int = 1_000
) -> list[Finding]:
    """Return what is found of the decoders, and not of the files that they read."""

    async def find_protection(_sandbox: Sandbox) -> Protection:
        return protection

    monkeypatch.setattr(Sandbox, "find_protection", find_protection)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    settings = read_settings({"EASEL_DATA_DIR": str(folder)}, env_file=None)
    return [finding async for finding in check_decoders(settings) if finding.name == "decoders"]


async def test_where_all_holds_there_is_no_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "protected by landlock-7, seccomp, no_new_privs, own_network"
    findings = await run(tmp_path, FULL, monkeypatch)
    assert findings == [Finding(ok=True, name="decoders", text=text)]


@pytest.mark.parametrize(
    ("protection", "words", "absent"),
    [
        (Protection(), ["read all files", "change files", "start programs", "connections"], []),
        (Protection(0, has_filter=True), ["read all files"], ["start programs", "connections"]),
        (Protection(5), ["start programs", "end other processes"], ["read all files"]),
        (Protection(6), ["start programs"], ["end other processes", "read all files"]),
    ],
)
async def test_what_does_not_hold_is_a_warning(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protection: Protection,
    words: list[str],
    absent: list[str],
) -> None:
    _, weakness = await run(tmp_path, protection, monkeypatch)
    assert weakness.ok and weakness.is_warning
    assert all(word in weakness.text for word in words)
    assert not any(word in weakness.text for word in absent)


async def test_root_and_data_among_the_libraries_are_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    among = Path(next(path for path in list_readable_paths() if path.startswith("/usr/lib")))
    findings = await run(among / "easel", FULL, monkeypatch, user=0)
    warnings = [finding.text for finding in findings if finding.is_warning]
    assert "runs as root" in warnings[0] and "which decoders may read" in warnings[1]
