"""Looks for what other users of the machine may read: `.env`, the data folder and all in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from bot.cli.check.finding import Finding
from bot.config import ENV_FILE, Settings, shorten_path
from bot.disk.modes import Report, inspect_folder, is_wide

MODES = "modes"


async def check_modes(settings: Settings) -> AsyncIterator[Finding]:
    report = await asyncio.to_thread(inspect_folder, settings.data_dir)
    problems = _list_problems(settings.home / ENV_FILE, settings.data_dir, report)
    for problem in problems:
        yield Finding(ok=False, name=MODES, text=problem)
    if report.wide:
        text = (
            f"{_count(report.wide)} in {settings.data_dir} can be read by other users of this"
            f" machine, such as {report.wide[0].name}; the next start takes that from them"
        )
        yield Finding(ok=True, name=MODES, text=text, is_warning=True)
    elif not problems:
        yield Finding(ok=True, name=MODES, text="secrets and data are for this user only")


def list_env_file_problems(env_file: Path) -> list[str]:
    """Return what is wrong with the mode of the file that holds secrets; [] where it is right."""
    if not is_wide(env_file):
        return []
    name = shorten_path(env_file)
    return [f"{name} can be read by other users of this machine: run `chmod 600 {name}`"]


def _list_problems(env_file: Path, folder: Path, report: Report) -> list[str]:
    """Return what is wrong with modes and links, a sentence each, with what to do."""
    problems = list_env_file_problems(env_file)
    if report.links:
        problems.append(
            f"{_count(report.links)} in {folder} are symbolic links, such as"
            f" {report.links[0].name}: put what they lead to in their place, or Easel does not"
            " start"
        )
    if report.unreadable:
        problems.append(
            f"{_count(report.unreadable)} in {folder} cannot be looked at: give them to the user"
            " who runs Easel"
        )
    return problems


def _count(paths: list[Path]) -> str:
    return "1 file or folder" if len(paths) == 1 else f"{len(paths)} files and folders"
