"""`easel run`: serves a Slack workspace until a signal stops it. See `bot.app.service`."""

from __future__ import annotations

import argparse
import asyncio

from bot.app.service import run
from bot.cli.signals import run_until_signalled
from bot.config import Settings
from bot.queue.turns import set_turns


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    set_turns(0)
    asyncio.run(run_until_signalled(lambda stop: run(settings, stop)))
    return 0
