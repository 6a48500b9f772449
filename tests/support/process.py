"""Starts the service as a process of its own between the played ends."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import IO

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack

ROOT = Path(__file__).parents[2]
# Where programs are, and the libraries of this interpreter.
_PASSED_VARIABLES = ("PATH", "LD_LIBRARY_PATH")
_LISTENING_PATTERN = re.compile(rb'"address": "http://127\.0\.0\.1:(\d+)", "event": "listening"')


def find_port(log: bytes) -> int | None:
    """Return the port of a service's pages, from its log; None before it listens.

    It is the system's choice: one that a test chooses before may be another process's by then.
    """
    found = _LISTENING_PATTERN.search(log)
    return int(found[1]) if found else None


def build_settings(slack: PlayedSlack, model: PlayedModel, folder: Path) -> dict[str, str]:
    """Build the settings that connect Easel to the played ends and store its data in `folder`."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "OPENROUTER_API_KEY": model.api_key,
        "OPENROUTER_BASE_URL": model.base_url,
        "OPENAI_BASE_URL": model.openai_url,
        "EASEL_COMPATIBLE_URL": model.compatible_url,
        "EASEL_COMPATIBLE_KEY": model.api_key,
        "EASEL_DATA_DIR": str(folder),
    }


def list_words_to_become(user: int | None) -> list[str]:
    """Return what stands before a command that `user` runs; only root may run it."""
    if user is None:
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]


async def start_service(
    folder: Path,
    settings: dict[str, str],
    *,
    stderr: int | IO[bytes] = asyncio.subprocess.PIPE,
    user: int | None = None,
    module: str = "bot",
) -> asyncio.subprocess.Process:
    """Start `python -m bot run` in `folder` with `settings` and no others, as `user`.

    `module` may be another one that runs `bot`.
    """
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    env = {**passed, "PYTHONPATH": str(ROOT), "EASEL_HOME": str(folder), "EASEL_PORT": "0"}
    env |= settings
    command = [sys.executable, "-m", module, "run"]
    command = [*list_words_to_become(user), *command]
    return await asyncio.create_subprocess_exec(*command, cwd=folder, env=env, stderr=stderr)
