"""`bot run`: serves a Slack workspace until a signal stops it. See `bot.app.service`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bot.app.service import run
from bot.cli.signals import run_until_signalled
from bot.config import Settings


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    # The database's thread and the event loop hand the interpreter to each other several times a
    # question; by default either may keep it for 5 ms.
    sys.setswitchinterval(0.0005)
    asyncio.run(run_until_signalled(lambda stop: run(settings, stop)))
    return 0
