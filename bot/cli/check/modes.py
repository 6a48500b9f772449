"""Looks for what other users of the machine may read: `.env`, the data folder and all in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from bot.cli.check.finding import Finding
from bot.config import Settings
from bot.disk.modes import inspect_folder, is_wide

_ENV_FILE = Path(".env")


async def check_modes(settings: Settings) -> AsyncIterator[Finding]:
    problems, warnings = list_mode_problems(settings), list_mode_warnings(settings)
    for problem in problems:
        yield Finding(ok=False, name="modes", text=problem)
    for warning in warnings:
        yield Finding(ok=True, name="modes", text=warning, is_warning=True)
    if not problems and not warnings:
        yield Finding(ok=True, name="modes", text="secrets and data are for this user only")


def list_mode_problems(settings: Settings) -> list[str]:
    """Return what is wrong with modes and links, a sentence each, with what to do."""
    problems = []
    if is_wide(_ENV_FILE):
        problems.append(".env can be read by other users of this machine: run `chmod 600 .env`")
    report = inspect_folder(settings.data_dir)
    if report.links:
        problems.append(
            f"{_count(report.links)} in {settings.data_dir} are symbolic links, such as"
            f" {report.links[0].name}: put what they lead to in their place, or Easel does not"
            " start"
        )
    if report.unreadable:
        problems.append(
            f"{_count(report.unreadable)} in {settings.data_dir} cannot be looked at: give them to"
            " the user who runs Easel"
        )
    return problems


def list_mode_warnings(settings: Settings) -> list[str]:
    """Return what the next start puts right, a sentence each."""
    wide = inspect_folder(settings.data_dir).wide
    if not wide:
        return []
    return [
        f"{_count(wide)} in {settings.data_dir} can be read by other users of this machine, such"
        f" as {wide[0].name}; the next start takes that from them"
    ]


def _count(paths: list[Path]) -> str:
    return "1 file or folder" if len(paths) == 1 else f"{len(paths)} files and folders"
