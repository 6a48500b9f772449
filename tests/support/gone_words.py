"""Looks for words that are to be gone, and waits until all that follows a deletion is done."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.easel import EaselEnvironment

SECRET = "owl"
SECRET_PATTERN = re.compile(rf"\b{SECRET}\b", re.IGNORECASE)


def list_leaks(folder: Path) -> list[str]:
    """Return the rows of the database in `folder` that hold the secret word."""
    with closing(sqlite3.connect(folder / "easel.db")) as database:
        return [line[:200] for line in database.iterdump() if SECRET_PATTERN.search(line)]


async def settle(easel: EaselEnvironment) -> None:
    """Wait until Easel and its Slack have nothing more to do."""
    for _ in range(2):
        await easel.slack.wait_until_quiet()
        await easel.wait_until_idle()
