"""Finds the folder that one installation's files are relative to: `.env`, data, database.

What a person names on the command line is relative to where they stand, as everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import bot
from bot.disk.presence import is_present
from bot.domain.errors import StartupError

HOME_VARIABLE = "EASEL_HOME"
# The command that `pyproject.toml` installs.
PROGRAM = "easel"


def find_home(environment: Mapping[str, object]) -> Path:
    """Return the folder that EASEL_HOME names, else the checkout, else the current folder.

    Raises `StartupError` if EASEL_HOME names no folder, or one that may not be read.
    """
    named = str(environment.get(HOME_VARIABLE) or "").strip()
    try:
        if not named:
            return find_checkout() or Path.cwd()
        home = expand_path(named).absolute()
    except FileNotFoundError:
        raise StartupError(["the current folder is gone: change into another one"]) from None
    if problem := _explain_unusable(home):
        raise StartupError([f"{HOME_VARIABLE}: {home} {problem}"])
    return home


def find_checkout() -> Path | None:
    """Return the folder of the checkout that this code is in; none for an installed package."""
    folder = Path(bot.__file__).absolute().parents[1]
    is_checkout = all((folder / name).is_file() for name in ("pyproject.toml", "manifest.yml"))
    return folder if is_checkout else None


def expand_path(path: str | Path) -> Path:
    """Return `path` with the home folder of a user in the place of `~`, where there is one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def shorten_path(path: Path) -> str:
    """Return `path` as a person in the current folder would write it."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return str(path)
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def list_uncreatable(home: Path, folders: Iterable[Path]) -> list[str]:
    """Say which of `folders` in `home` are missing and cannot be created there, a sentence each."""
    problems = []
    for folder in folders:
        nearest = next(path for path in (folder, *folder.parents) if is_present(path))
        is_missing = nearest != folder and nearest.is_relative_to(home)
        if is_missing and not os.access(nearest, os.W_OK | os.X_OK):
            problems.append(
                f"{HOME_VARIABLE}: {nearest} cannot be written by this user, and {folder} is to be"
                f" created there; run `{PROGRAM}` as the user whose folder it is, or set"
                " EASEL_DATA_DIR"
            )
    return list(dict.fromkeys(problems))


def _explain_unusable(home: Path) -> str:
    try:
        if not home.exists():
            return "does not exist: create the folder, or name the one that holds .env and data"
        if not home.is_dir():
            return "is no folder: name the one that holds .env and data"
    except OSError as error:
        return f"cannot be looked at ({error.strerror})"
    if not os.access(home, os.R_OK | os.X_OK):
        return "cannot be read by this user"
    return ""
