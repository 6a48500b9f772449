"""`easel playground`: serves the playground's page, or asks once. See `bot.playground.main`."""

from __future__ import annotations

import argparse
import asyncio

from bot.cli.signals import run_until_signalled
from bot.config import Settings
from bot.observability.logging import configure
from bot.playground.main import ask_once, serve_page


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the page until a signal stops it, or ask what `--ask` says; return the exit code."""
    if options.ask is None:
        if "log_level" not in settings.model_fields_set:
            configure("WARNING")  # the address of the page is what is looked for
        asyncio.run(
            run_until_signalled(lambda stop: serve_page(options.port, stop, keep=options.keep))
        )
        return 0
    # The thread is what is printed; of the log only what went wrong.
    configure("WARNING")
    return asyncio.run(ask_once(options.ask, options.file, options.save, keep=options.keep))
