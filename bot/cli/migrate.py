"""`easel migrate`: creates the database, or brings it to the newest schema."""

from __future__ import annotations

import argparse
import sys

from bot.config import Settings
from storage.engine.sqlite import prepare_database


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Migrate the database; return the exit code."""
    prepare_database(settings.database_path)
    sys.stdout.write(f"{settings.database_path} has the newest schema\n")
    return 0
