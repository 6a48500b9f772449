"""Keeps the data folder to the user who runs Easel, before anything in it is opened."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.disk.modes import inspect_folder, tighten
from bot.disk.private_folder import FOLDER_MODE
from bot.domain.errors import StartupError

log = structlog.get_logger(__name__)

_MAX_NAMED = 5


def protect_data(folder: Path) -> None:
    """Create the folder, or take it and all in it from other users, and say so.

    Raises `StartupError` for links in it: what is behind them is not Easel's.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError([f"EASEL_DATA_DIR: {folder} cannot be used ({error})"]) from error
    report = inspect_folder(folder)
    if report.links:
        named = ", ".join(str(path) for path in report.links[:_MAX_NAMED])
        raise StartupError(
            [
                f"EASEL_DATA_DIR: symbolic links are not followed there ({named}); put what they"
                " lead to in their place"
            ]
        )
    failed = tighten(report.wide)
    if tightened := len(report.wide) - len(failed):
        log.warning("modes_tightened", at="EASEL_DATA_DIR", count=tightened)
    if failed or report.unreadable:
        count = len(failed) + len(report.unreadable)
        log.error("modes_not_tightened", at="EASEL_DATA_DIR", count=count)
